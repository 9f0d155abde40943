//! Definitions made at run time: for hand-written tools, and for tools that need a feature.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tool_runtime::tool::{DeclaredEffects, Named, Place, Prepared, State, ToolDefinition};
use tool_runtime::{BuildError, CallContext, Content, Tool, Toolbox, tools};

thread_local! {
    static DEFINITION: RefCell<Option<ToolDefinition>> = const { RefCell::new(None) };
}

/// A tool written by hand, whose definition the test has put down.
struct Customer {}

impl Named for Customer {
    const NAME: &'static str = "get_customer";
    const PLACE: Place = Place::new("desk.rs", 7);
}

impl<S: State> Tool<S> for Customer {
    fn definition(&self) -> ToolDefinition {
        let definition = DEFINITION.with_borrow(Clone::clone);
        definition.expect("the test has put one down")
    }

    fn prepare(&self, _: &str, _: CallContext, _: Arc<S>) -> Prepared {
        Prepared::new(Box::pin(async { Ok(Content::text("").into()) }))
    }
}

fn build(
    define: impl FnOnce(ToolDefinition) -> ToolDefinition,
) -> Result<ToolDefinition, BuildError> {
    let definition = define(ToolDefinition::new::<Customer>("Looks up a customer."));
    DEFINITION.set(Some(definition));
    let toolbox = Toolbox::new(tools![Customer])?;
    Ok(toolbox.tools()[0].clone())
}

#[track_caller]
fn refused(define: impl FnOnce(ToolDefinition) -> ToolDefinition, text: &str) {
    assert_eq!(build(define).unwrap_err().to_string(), text);
}

fn parameters() -> Value {
    json!({
        "title": "Arguments",
        "required": ["id"],
        "properties": {
            "order": {"type": "object"},
            "id": {"minimum": 1, "type": "integer"},
        },
        "minProperties": 1,
        "type": "object",
        "$defs": {"unused": {"type": "null"}},
    })
}

#[test]
fn a_hand_written_tool_has_parameters_effects_and_a_timeout() {
    let effects = DeclaredEffects::reads(["order:{order.account}/{id}"]).and_writes(["fs:{id/}"]);
    let definition = build(|it| {
        it.with_parameters(parameters())
            .with_effects(effects)
            .with_timeout(Duration::from_secs(3))
    })
    .unwrap();
    assert_eq!(
        definition.parameters().to_string(),
        r#"{"type":"object","properties":{"id":{"type":"integer","minimum":1},"order":{"type":"object"}},"required":["id"],"additionalProperties":false,"minProperties":1,"$defs":{"unused":{"type":"null"}}}"#
    );
    assert_eq!(definition.timeout(), Some(Duration::from_secs(3)));
    assert_eq!(
        format!("{:?}", definition.effects()),
        r#"Keys { reads: ["order:{order.account}/{id}"], writes: ["fs:{id/}"], group: None }"#
    );
}

#[test]
fn a_schema_made_of_a_type_is_one_too() {
    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is asked for")]
    struct Query {
        /// The city.
        city: String,
    }

    let definition = build(|it| it.with_parameters(schemars::schema_for!(Query))).unwrap();
    assert_eq!(
        definition.parameters().to_string(),
        r#"{"type":"object","properties":{"city":{"type":"string","description":"The city."}},"required":["city"],"additionalProperties":false}"#
    );
}

#[test]
fn parameters_are_an_object_with_members() {
    for schema in [
        json!(true),
        json!([]),
        json!({"type": "array"}),
        json!({"type": ["string", "null"]}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}),
    ] {
        refused(
            |it| it.with_parameters(schema),
            "the arguments of `get_customer` at desk.rs:7 are no object with members of its own, which every provider requires; take a struct with `#[arg(flatten)]`, or leave the attribute out; a schema of your own says `\"type\": \"object\"` and has no `$ref`, `allOf`, `anyOf`, `const`, `enum`, `not` or `oneOf` beside it",
        );
    }
}

#[track_caller]
fn no_key(template: &str, problem: &str) {
    let effects = DeclaredEffects::writes(["fine:{id}", template]);
    refused(
        |it| it.with_parameters(parameters()).with_effects(effects),
        &format!(
            "the effects of `get_customer` at desk.rs:7 are not valid: `{template}`: {problem}"
        ),
    );
}

#[test]
fn templates_keep_to_the_grammar() {
    let domain = "a key begins with its domain, letters, digits, `_`, `-` or `.`, as in `customer:{customer_id}`";
    no_key("", domain);
    no_key("{id}", domain);
    no_key("a b:{id}", domain);
    let empty = "a key has no empty segments; remove the extra `/` or `:`";
    no_key("a:", empty);
    no_key("a:b//c", empty);
    no_key(
        "a:../b",
        "`..` is no segment of a key, which is compared as it is written; write where it leads, as in `fs:src/{path/}`",
    );
    no_key(
        "a:\u{7}",
        r"a key has no control characters; take them out of `\u{7}`",
    );
    for wrong in ["x{id}", "{id", "id}", "{{id}}"] {
        no_key(
            &format!("a:{wrong}"),
            &format!(
                "a hole is a whole segment in a pair of braces, as in `order/{{id}}`; found `{wrong}`"
            ),
        );
    }
    for wrong in ["", "/", ".id", "order..id", "id//"] {
        no_key(
            &format!("a:{{{wrong}}}"),
            &format!(
                "a hole holds the name of a property, as in `{{id}}`, `{{path/}}` or `{{order.account}}`; found `{{{wrong}}}`"
            ),
        );
    }
    no_key(
        &format!("a:{}", ["b"; 17].join("/")),
        "a key has at most 16 segments, and this one has 17; end it earlier, since `a:b` covers `a:b/c`",
    );
    let many = (0..33).map(|number| format!("a:{number}"));
    refused(
        |it| it.with_effects(DeclaredEffects::reads(many)),
        "the effects of `get_customer` at desk.rs:7 are not valid: it names 33 keys, and at most 32 are taken; name what they have in common, since `customer` covers every `customer:{id}`",
    );
}

#[test]
fn holes_name_properties() {
    no_key(
        "a:{idd}",
        "`{idd}` names no property of the parameters; did you mean `{id}`?",
    );
    no_key(
        "a:{customer}",
        "`{customer}` names no property of the parameters; the schema has `id` and `order`",
    );
    refused(
        |it| it.with_effects(DeclaredEffects::reads(["a:{id}"])),
        "the effects of `get_customer` at desk.rs:7 are not valid: `a:{id}`: `{id}` names no property of the parameters; the schema has none",
    );
    let open = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let effects = DeclaredEffects::reads(["a:{user-id}"]);
    assert!(build(|it| it.with_parameters(open).with_effects(effects)).is_ok());
}

#[test]
fn a_group_has_a_name() {
    let in_group = |name: &str| DeclaredEffects::reads(["a"]).in_group(name);
    assert!(build(|it| it.with_effects(in_group("the books"))).is_ok());
    refused(
        |it| it.with_effects(in_group("")),
        "the effects of `get_customer` at desk.rs:7 are not valid: a group has a name, as in `in_group(\"billing\")`",
    );
    refused(
        |it| it.with_effects(in_group("a\u{1}")),
        r"the effects of `get_customer` at desk.rs:7 are not valid: a group's name has no control characters; take them out of `a\u{1}`",
    );
}

#[test]
fn a_destructive_tool_does_not_say_that_it_changes_nothing() {
    let with = |effects| build(|it| it.with_destructive(true).with_effects(effects));
    assert!(with(DeclaredEffects::Undeclared).unwrap().is_destructive());
    assert!(with(DeclaredEffects::reads(["a"]).in_group("g")).is_ok());
    for effects in [DeclaredEffects::Pure, DeclaredEffects::reads(["a"])] {
        refused(
            |it| it.with_destructive(true).with_effects(effects),
            "the effects of `get_customer` at desk.rs:7 are not valid: a destructive tool changes something, and they say that it changes nothing; name in `writes` what it destroys",
        );
    }
}

#[test]
fn a_timeout_is_one_that_can_be_kept() {
    let day = Duration::from_secs(24 * 60 * 60);
    assert!(build(|it| it.with_timeout(day)).is_ok());
    refused(
        |it| it.with_timeout(Duration::ZERO),
        "the timeout of `get_customer` at desk.rs:7 is 0ns; a tool takes more than zero and at most one day",
    );
    refused(
        |it| it.with_timeout(day + Duration::from_secs(1)),
        "the timeout of `get_customer` at desk.rs:7 is 86401s; a tool takes more than zero and at most one day",
    );
}

#[cfg(not(feature = "schema-validation"))]
#[test]
fn a_run_time_tool_asks_for_the_feature_it_needs() {
    use tool_runtime::{RuntimeTool, ToolCall};

    let definition = ToolDefinition::named("get_weather", "Says what the weather is.");
    let line = line!() - 1;
    let tool = RuntimeTool::blocking(definition, |_, _, _| Ok::<_, String>("fair"));
    let error = match Toolbox::<()>::builder().tool(tool).build() {
        Err(error) => error,
        // Built with other packages, which switch the feature on: then it does what it is for. `.ci/run` has a build without them.
        Ok(toolbox) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let calls = [ToolCall::new("", "get_weather", r#"{"at": "sea"}"#)];
            let report = runtime.block_on(toolbox.run(calls));
            assert_eq!(
                report.results()[0].outcome().ending.code(),
                "invalid_arguments"
            );
            return;
        }
    };
    let BuildError::MissingFeature { name, feature, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(
        (name.as_str(), *feature),
        ("get_weather", "schema-validation")
    );
    assert_eq!(
        error.to_string(),
        format!(
            "the tool `get_weather` at {}:{line} needs the feature `schema-validation`; write `tool-runtime = {{ version = \"…\", features = [\"schema-validation\"] }}` in `Cargo.toml`",
            file!()
        )
    );
}
