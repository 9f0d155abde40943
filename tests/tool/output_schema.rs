//! The schema of what a tool returns, where its author asks for one.

use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tool_runtime::dialect::{Anthropic, Dialect, OpenAiChat};
use tool_runtime::tool::State;
use tool_runtime::{BuildError, CallContext, Toolbox, tool, tools};

/// What the desk knows of a customer.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Customer {
    /// The number.
    id: u64,
    #[serde(default)]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Box<Customer>>,
}

type Lookup<T, E = String> = Result<T, E>;

#[derive(Serialize, JsonSchema)]
enum Colour {
    Red,
}

macro_rules! returning {
    ($list:ident: $($name:ident: $type:ty;)*) => {
        $(
            /// Returns something.
            #[tool(pure, output_schema)]
            fn $name() -> $type {
                unimplemented!("only its schema is wanted")
            }
        )*
        fn $list() -> Vec<(&'static str, Toolbox)> {
            vec![$((stringify!($name), Toolbox::new(tools![$name]).unwrap())),*]
        }
    };
}

returning! {
    objects:
    customer: Customer;
    in_result: Result<Customer, String>;
    in_alias: Lookup<Customer>;
    boxed: Box<Customer>;
    lent: &'static Customer;
    lent_in_alias: Lookup<&'static Customer>;
}

/// Returns a future.
#[tool(pure, output_schema)]
fn in_future() -> Pin<Box<dyn Future<Output = Lookup<Customer>> + Send>> {
    Box::pin(async { Err("there is none".to_owned()) })
}

struct Desk(Vec<Customer>);

/// Has every kind of parameter.
#[tool(pure, output_schema)]
async fn with_parameters(
    /// A name.
    name: &str,
    /// Numbers.
    mut numbers: Vec<u8>,
    #[state] desk: &Desk,
    #[context] _context: &CallContext,
) -> Option<u64> {
    numbers.clear();
    let customer = desk.0.iter().find(|customer| customer.name == name);
    customer.map(|customer| customer.id)
}

const CUSTOMER: &str = r##"{"type":"object","properties":{"id":{"type":"integer","description":"The number.","format":"uint64","minimum":0},"name":{"type":"string","default":""},"parent":{"anyOf":[{"$ref":"#/$defs/Customer"},{"type":"null"}]}},"required":["id","name"],"$defs":"##;

#[test]
fn the_schema_is_that_of_the_value_which_is_returned() {
    let mut toolboxes = objects();
    toolboxes.push(("in_future", Toolbox::new(tools![in_future]).unwrap()));
    for (name, toolbox) in toolboxes {
        let definition = &toolbox.tools()[0];
        let schema = definition.output_schema().expect("it was asked for");
        let text = schema.to_string();
        assert!(text.starts_with(CUSTOMER), "{name}: {text}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}

/// A map is an object too.
#[tool(pure, output_schema)]
async fn map() -> HashMap<String, u8> {
    HashMap::new()
}

#[test]
fn a_map_is_an_object() {
    let toolbox = Toolbox::new(tools![map]).unwrap();
    let schema = toolbox.tools()[0].output_schema().unwrap();
    assert_eq!(
        schema.to_string(),
        r#"{"type":"object","properties":{},"additionalProperties":{"type":"integer","format":"uint8","maximum":255,"minimum":0}}"#
    );
}

/// Nobody asked for a schema.
#[tool(pure)]
async fn unasked() -> BTreeMap<String, u8> {
    BTreeMap::new()
}

/// Somebody asked for a schema.
#[tool(
    name = "unasked",
    description = "Nobody asked for a schema.",
    pure,
    output_schema
)]
async fn asked() -> BTreeMap<String, u8> {
    BTreeMap::new()
}

#[test]
fn providers_that_take_no_schema_get_none() {
    let without = Toolbox::new(tools![unasked]).unwrap();
    let with = Toolbox::new(tools![asked]).unwrap();
    assert!(without.tools()[0].output_schema().is_none());
    assert!(with.tools()[0].output_schema().is_some());
    for dialect in [&Anthropic as &dyn Dialect, &OpenAiChat] {
        let [without, with] = [&without, &with].map(|toolbox| toolbox.manifest(dialect).unwrap());
        assert_eq!(without.as_str(), with.as_str());
    }
}

/// Text.
#[tool(pure, output_schema)]
async fn text() -> Result<String, String> {
    Ok(String::new())
}

/// A list.
#[tool(pure, output_schema)]
async fn list() -> Vec<Customer> {
    Vec::new()
}

/// An enum.
#[tool(pure, output_schema)]
async fn variant() -> Colour {
    Colour::Red
}

#[track_caller]
fn check_refused<S: State>(name: &str, built: Result<Toolbox<S>, BuildError>) {
    let error = built.unwrap_err();
    assert!(matches!(&error, BuildError::OutputNotAnObject { name: found, .. } if found == name));
    let text = error.to_string();
    assert!(text.starts_with(&format!("`{name}` at ")), "{text}");
    assert!(
        text.ends_with("has an output schema that is none of an object with members of its own; return a struct, or remove `output_schema`; a schema of your own says `\"type\": \"object\"` and has no `anyOf`, `const`, `enum`, `not` or `oneOf` beside it"),
        "{text}"
    );
}

#[test]
fn what_is_no_object_is_refused() {
    check_refused("text", Toolbox::new(tools![text]));
    check_refused("list", Toolbox::new(tools![list]));
    check_refused("variant", Toolbox::new(tools![variant]));
    let tools = tools![with_parameters];
    let built = Toolbox::<Desk>::builder().tools(tools).build();
    check_refused("with_parameters", built);
}
