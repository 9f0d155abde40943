//! Options of arguments: what the model is told, and what its calls come to.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use support::call;
use tool_runtime::{BuildError, Ending, ToolList, Toolbox, tool, tools};

#[derive(Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Speed {
    #[default]
    Slow,
    Fast,
}

/// Neither `Serialize` nor inline.
#[derive(Debug, Deserialize, JsonSchema)]
struct Page {
    number: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self { number: 1 }
    }
}

fn ten() -> u8 {
    10
}

/// Has defaults.
#[tool]
#[expect(clippy::too_many_arguments, reason = "one of each kind")]
async fn defaults(
    /// By its type.
    #[arg(default)]
    speed: Speed,
    /// By an expression.
    #[arg(default = ten() * 2)]
    limit: u8,
    /// By a text.
    #[arg(default = "en")]
    language: String,
    /// By a text that is lent.
    #[arg(default = "a.txt")]
    path: &std::path::Path,
    /// Of a type that cannot be written.
    #[arg(default)]
    page: Page,
    /// Of an option.
    #[arg(default = Some(3))]
    option: Option<u8>,
    /// As serde has it.
    #[serde(default = "ten")]
    serde: u8,
    /// As schemars has it.
    #[schemars(default)]
    schemars: Vec<u8>,
    /// With a comma, and a lifetime that is left out.
    #[arg(default = [("a", 1), ("b", 2)].map(|pair| pair.0).concat().into())]
    name: Cow<'_, str>,
) -> String {
    let (path, page) = (path.display(), page.number);
    format!("{speed:?} {limit} {language} {path} {page} {option:?} {serde} {schemars:?} {name}")
}

/// Has names.
#[tool(reads("customer:{customer_id}"))]
async fn names(
    /// Renamed.
    #[arg(rename = "customerId", alias = "customer", alias = "id")]
    customer_id: u64,
    /// As serde has it.
    #[serde(rename(deserialize = "since"), alias = "from")]
    start: Option<u8>,
    /// As schemars has it.
    #[schemars(rename = "until")]
    end: Option<u8>,
) -> String {
    format!("{customer_id} {start:?} {end:?}")
}

/// Has bounds.
#[tool]
#[expect(clippy::too_many_arguments, reason = "one of each kind")]
async fn bounds(
    /// A number.
    #[arg(range(min = 1, max = 100), example = 7, example = 8)]
    number: u32,
    /// A fraction.
    #[arg(range(min = -0.5))]
    fraction: Option<f64>,
    /// A large one.
    #[arg(range(max = 9_007_199_254_740_992))]
    large: Option<u128>,
    /// A text.
    #[arg(length(min = 2, max = 3), pattern = "^[a-zß]+$")]
    text: Option<String>,
    /// A list.
    #[arg(length(max = 1))]
    list: Option<Vec<u8>>,
    /// A map.
    #[schemars(length(equal = 1))]
    map: Option<std::collections::BTreeMap<String, u8>>,
    /// A type of its own, whose schema is elsewhere.
    #[arg(length(min = 1))]
    word: Option<Word>,
    /// Anything.
    #[arg(range(min = 1), length(min = 1))]
    any: Option<Value>,
    /// With schemars' words.
    #[schemars(
        range(min = 1),
        title = "Serial",
        description = "A serial number.",
        example = 3
    )]
    serial: Option<u8>,
    /// With schemars' words.
    #[schemars(regex(pattern = "^a"))]
    #[deprecated]
    old: Option<String>,
) -> String {
    format!(
        "{number} {fraction:?} {large:?} {text:?} {list:?} {map:?} {word:?} {any:?} {serial:?} {old:?}"
    )
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "shown by `Debug`")]
struct Word(String);

/// Not an argument by itself.
mod seconds {
    use super::*;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

fn trimmed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.map(|text| text.trim().to_owned()))
}

fn shout(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "x-voice": "loud" })
}

fn untitled(schema: &mut Schema) {
    schema.insert("x-transformed".to_owned(), true.into());
}

/// Carries.
#[tool]
async fn carried(
    /// By a module.
    #[serde(with = "seconds")]
    #[schemars(with = "u64")]
    #[arg(range(max = 60), default = Duration::from_secs(5), example = 30)]
    wait: Duration,
    /// By a function.
    #[serde(deserialize_with = "trimmed")]
    #[schemars(with = "Option<String>")]
    text: Option<String>,
    /// By a schema.
    #[schemars(schema_with = "shout", extend("x-unit" = "dB"), transform = untitled)]
    #[arg(length(min = 1))]
    voice: &str,
    /// By a format.
    #[schemars(email)]
    address: String,
) -> String {
    format!("{wait:?} {text:?} {voice} {address}")
}

fn toolbox() -> Toolbox {
    Toolbox::new(tools![defaults, names, bounds, carried]).unwrap()
}

fn schema(tool: &str) -> Value {
    let toolbox = toolbox();
    let definition = toolbox.tools().iter().find(|it| it.name() == tool);
    serde_json::from_str(&definition.unwrap().parameters().to_string()).unwrap()
}

fn run(tool: &str, arguments: &str) -> (Ending, String) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox().run([call(tool, arguments)]));
    let result = &report.results()[0];
    let text = match result.argument_errors() {
        Some(errors) => errors.to_string(),
        None => result.text().to_owned(),
    };
    (result.outcome().ending, text)
}

#[track_caller]
fn accepted(tool: &str, arguments: &str, text: &str) {
    assert_eq!(run(tool, arguments), (Ending::Ok, text.to_owned()));
}

#[track_caller]
fn refused(tool: &str, arguments: &str, problems: &[&str]) {
    let problems: Vec<String> = problems.iter().map(|it| format!("- {it}")).collect();
    let expected = (Ending::InvalidArguments, problems.join("\n"));
    assert_eq!(run(tool, arguments), expected);
}

#[test]
fn a_default_fills_what_is_absent_or_null() {
    let all = "Slow 20 en a.txt 1 Some(3) 10 [] ab";
    accepted("defaults", "{}", all);
    accepted(
        "defaults",
        r#"{"speed": null, "limit": null, "language": null, "path": null, "page": null, "option": null,
            "serde": null, "schemars": null, "name": null}"#,
        all,
    );
    accepted(
        "defaults",
        r#"{"speed": "fast", "limit": 1, "language": "de", "path": "b", "page": {"number": 2}, "option": 4,
            "serde": 5, "schemars": [6], "name": "c"}"#,
        "Fast 1 de b 2 Some(4) 5 [6] c",
    );
}

#[test]
fn a_default_is_shown_and_not_required() {
    let schema = schema("defaults");
    assert_eq!(schema.get("required"), None);
    let shown = |name: &str| schema["properties"][name].get("default").cloned();
    for (name, default) in [
        ("speed", json!("slow")),
        ("limit", json!(20)),
        ("language", json!("en")),
        ("path", json!("a.txt")),
        ("option", json!(3)),
        ("serde", json!(10)),
        ("schemars", json!([])),
        ("name", json!("ab")),
    ] {
        assert_eq!(shown(name), Some(default), "{name}");
    }
    assert_eq!(shown("page"), None, "it cannot be written");
}

#[test]
fn a_name_on_the_wire_is_the_one_that_is_told_and_aliases_are_taken() {
    let schema = schema("names");
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["customerId", "since", "until"]);
    assert_eq!(schema["required"], json!(["customerId"]));
    for arguments in [
        r#"{"customerId": 7, "since": 1, "until": 2}"#,
        r#"{"customer": 7, "from": 1, "until": 2}"#,
        r#"{"id": 7, "since": 1, "until": 2}"#,
    ] {
        accepted("names", arguments, "7 Some(1) Some(2)");
    }
    refused(
        "names",
        r#"{"customer_id": 7, "start": 1, "id": "x", "customer": 8}"#,
        &[
            "`customer_id`: expected only `customerId`, `since` and `until`, got an argument the tool does not have; did you mean `customerId`?",
            "`start`: expected only `customerId`, `since` and `until`, got an argument the tool does not have",
            "`customerId`: expected an integer of 0 or more, got string \"x\"",
            "`customerId`: expected this argument once, got it a second time, as `customer`",
        ],
    );
}

#[test]
fn bounds_are_told() {
    let schema = schema("bounds");
    for (name, expected) in [
        (
            "number",
            json!({"type": "integer", "format": "uint32", "description": "A number.", "minimum": 1, "maximum": 100, "examples": [7, 8]}),
        ),
        (
            "fraction",
            json!({"type": ["number", "null"], "format": "double", "description": "A fraction.", "minimum": -0.5}),
        ),
        (
            "large",
            json!({"type": ["integer", "null"], "format": "uint128", "description": "A large one.", "minimum": 0, "maximum": 9_007_199_254_740_992_u64}),
        ),
        (
            "text",
            json!({"type": ["string", "null"], "description": "A text.", "minLength": 2, "maxLength": 3, "pattern": "^[a-zß]+$"}),
        ),
        (
            "word",
            json!({"anyOf": [{"$ref": "#/$defs/Word"}, {"type": "null"}], "description": "A type of its own, whose schema is elsewhere.", "minLength": 1}),
        ),
        (
            "any",
            json!({"description": "Anything.", "minimum": 1, "minLength": 1, "minItems": 1, "minProperties": 1}),
        ),
        (
            "serial",
            json!({"type": ["integer", "null"], "format": "uint8", "title": "Serial", "description": "A serial number.", "minimum": 1, "maximum": 255, "examples": [3]}),
        ),
        (
            "old",
            json!({"type": ["string", "null"], "description": "With schemars' words.", "pattern": "^a", "deprecated": true}),
        ),
    ] {
        assert_eq!(schema["properties"][name], expected, "{name}");
    }
    let property = |name: &str, keyword: &str| schema["properties"][name][keyword].clone();
    assert_eq!(property("list", "maxItems"), 1);
    assert_eq!(
        (
            property("map", "minProperties"),
            property("map", "maxProperties")
        ),
        (json!(1), json!(1))
    );
}

#[test]
fn bounds_are_kept() {
    accepted(
        "bounds",
        r#"{"number": 100, "fraction": -0.5, "large": 9007199254740992, "text": "sß", "list": [], "map": {"a": 1},
            "word": "a", "any": "a", "serial": 1, "old": "a"}"#,
        r#"100 Some(-0.5) Some(9007199254740992) Some("sß") Some([]) Some({"a": 1}) Some(Word("a")) Some(String("a")) Some(1) Some("a")"#,
    );
    refused(
        "bounds",
        r#"{"number": 0, "fraction": -0.50000000000000001, "large": 9007199254740993, "text": "ABCD", "list": [1, 2],
            "map": {}, "word": "", "any": {}, "serial": 0, "old": "b", "more": 1}"#,
        &[
            "`number`: expected an integer from 1 to 100, got integer `0`",
            "`fraction`: expected a number of at least -0.5, got number `-0.50000000000000001`",
            "`large`: expected an integer of 9007199254740992 or less, got integer `9007199254740993`",
            "`text`: expected a string of 2 to 3 characters, got one with 4",
            "`text`: expected a string that matches `^[a-zß]+$`, got string \"ABCD\"",
            "`list`: expected an array of at most 1 element, got one with 2",
            "`map`: expected an object of exactly 1 member, got one with 0",
            "`word`: expected a string of at least 1 character, got one with 0",
            "`any`: expected an object of at least 1 member, got one with 0",
            "`serial`: expected an integer of 1 or more, got integer `0`",
            "`old`: expected a string that matches `^a`, got string \"b\"",
            "`more`: expected only `number`, `fraction`, `large`, `text`, `list`, `map`, `word`, `any`, `serial` and `old`, got an argument the tool does not have",
        ],
    );
    // Characters are those of Unicode, not bytes and not halves of them.
    accepted(
        "bounds",
        r#"{"number": 1, "any": "\ud83d\ude00"}"#,
        r#"1 None None None None None None Some(String("😀")) None None"#,
    );
}

#[test]
fn what_is_carried_is_read_and_told_by_its_own_functions() {
    let schema = schema("carried");
    assert_eq!(
        schema["properties"],
        json!({
            "wait": {"type": "integer", "format": "uint64", "description": "By a module.", "minimum": 0, "maximum": 60, "examples": [30]},
            "text": {"type": ["string", "null"], "description": "By a function."},
            "voice": {"type": "string", "x-voice": "loud", "x-unit": "dB", "x-transformed": true, "description": "By a schema.", "minLength": 1},
            "address": {"type": "string", "format": "email", "description": "By a format."},
        })
    );
    assert_eq!(schema["required"], json!(["voice", "address"]));
    assert_eq!(schema.get("$defs"), None);
    accepted(
        "carried",
        r#"{"wait": 7, "text": " a ", "voice": "b", "address": "c"}"#,
        r#"7s Some("a") b c"#,
    );
    for arguments in [
        r#"{"voice": "b", "address": "c"}"#,
        r#"{"wait": null, "text": null, "voice": "b", "address": "c"}"#,
    ] {
        accepted("carried", arguments, "5s None b c");
    }
    refused(
        "carried",
        r#"{"wait": 61, "text": 1, "voice": "", "address": null}"#,
        &[
            "`wait`: expected an integer of 60 or less, got integer `61`",
            "`text`: expected a string, got integer `1`",
            "`voice`: expected a string of at least 1 character, got one with 0",
            "`address`: expected a string of the format `email`, such as `a@example.com`, got null",
        ],
    );
}

/// Takes a value that may be `null`, and has to be there.
#[tool]
async fn anything(
    /// Anything.
    value: Value,
) -> String {
    value.to_string()
}

#[tokio::test]
async fn a_null_that_is_required_and_taken_is_a_value() {
    let toolbox = Toolbox::new(tools![anything]).unwrap();
    let report = toolbox
        .run([
            call("anything", r#"{"value": null}"#),
            call("anything", "{}"),
        ])
        .await;
    let endings: Vec<_> = report
        .results()
        .iter()
        .map(|it| it.outcome().ending)
        .collect();
    assert_eq!(endings, [Ending::Ok, Ending::InvalidArguments]);
    assert_eq!(report.results()[0].text(), "null");
}

#[track_caller]
fn unbuilt(tools: ToolList<()>, expected: &str) {
    let error = Toolbox::new(tools).unwrap_err();
    assert!(matches!(error, BuildError::Parameter { .. }), "{error}");
    let text = error.to_string();
    let (before, rest) = text.split_once(" at ").unwrap();
    let (_, after) = rest.split_once(' ').unwrap();
    assert_eq!(format!("{before} {after}"), expected);
}

macro_rules! faulty {
    ($($name:ident: $ty:ty = [$($option:tt)*];)*) => {
        $(
            /// Contradicts itself.
            #[tool]
            async fn $name(
                /// How.
                #[arg($($option)*)]
                value: $ty,
            ) {
                let _ = value;
            }
        )*
    };
}

faulty! {
    range_of_text: String = [range(min = 1)];
    range_of_enum: Speed = [range(max = 1)];
    length_of_number: u8 = [length(max = 1)];
    pattern_of_list: Vec<String> = [pattern = "a"];
    default_outside: u8 = [default = 9, range(max = 8)];
    example_outside: String = [example = "ab", length(max = 1)];
    example_of_another_type: u8 = [example = "ab"];
}

#[test]
fn what_contradicts_a_type_is_found_when_the_toolbox_is_built() {
    let change = "; change the option or the type";
    for (tools, name, problem) in [
        (
            tools![range_of_text],
            "range_of_text",
            "takes no number, which `range` is about",
        ),
        (
            tools![range_of_enum],
            "range_of_enum",
            "takes no number, which `range` is about",
        ),
        (
            tools![length_of_number],
            "length_of_number",
            "takes no text, array or object, which `length` is about",
        ),
        (
            tools![pattern_of_list],
            "pattern_of_list",
            "takes no text, which `pattern` is about",
        ),
        (
            tools![default_outside],
            "default_outside",
            "has the default `9`, which a call could not send: expected a number of at most 8",
        ),
        (
            tools![example_outside],
            "example_outside",
            "has the example `\"ab\"`, which a call could not send: expected a string of at most 1 character",
        ),
        (
            tools![example_of_another_type],
            "example_of_another_type",
            "has the example `\"ab\"`, which a call could not send: expected an integer from 0 to 255",
        ),
    ] {
        unbuilt(
            tools,
            &format!("the argument `value` of `{name}` {problem}{change}"),
        );
    }
}
