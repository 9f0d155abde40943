//! What becomes of each attribute that serde and schemars have for a field, on an argument.
//!
//! The lists are those of serde 1.0.229 (<https://serde.rs/field-attrs.html>) and of schemars 1.2.3
//! (<https://graham.cool/schemars/deriving/attributes/>, what can stand on a field; `#[deprecated]` is in `options.rs`). A row says what the attribute is for
//! us, and is held to a tool below that has it or to a case in `tests/ui/attr` that is refused for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use support::{call, texts};
use tool_runtime::{Toolbox, tool, tools};

/// What an attribute is for us.
enum Is {
    /// Part of the parameter table: the argument with it, and what its schema is but for the type and the description.
    Lifted(&'static str, Value),
    /// On a type of the argument's own: the same.
    Carried(&'static str, Value),
    /// A compile error.
    Refused,
}
use Is::{Carried, Lifted, Refused};

fn serde() -> Vec<(&'static str, Is)> {
    vec![
        (r#"rename = "wire""#, Lifted("wire", json!({}))),
        (r#"rename(deserialize = "read")"#, Lifted("read", json!({}))),
        (r#"rename(serialize = "a")"#, Refused),
        (r#"alias = "second""#, Lifted("first", json!({}))),
        ("default", Lifted("default", json!({"default": 0}))),
        (
            r#"default = "ten""#,
            Lifted("default_path", json!({"default": 10.0})),
        ),
        ("flatten", Refused),
        ("skip", Refused),
        ("skip_serializing", Refused),
        ("skip_deserializing", Refused),
        (r#"skip_serializing_if = "is_zero""#, Refused),
        (r#"serialize_with = "write""#, Refused),
        (
            r#"deserialize_with = "doubled""#,
            Carried(
                "deserialize_with",
                json!({"format": "uint8", "minimum": 0, "maximum": 255}),
            ),
        ),
        (
            r#"with = "halves""#,
            Carried(
                "with",
                json!({"format": "uint8", "minimum": 0, "maximum": 255}),
            ),
        ),
        ("borrow", Refused),
        (r#"bound = """#, Refused),
        (r#"getter = "get""#, Refused),
    ]
}

fn schemars() -> Vec<(&'static str, Is)> {
    vec![
        (r#"rename = "described""#, Lifted("described", json!({}))),
        ("default", Lifted("shown", json!({"default": 0}))),
        ("skip", Refused),
        ("skip_serializing", Refused),
        ("skip_deserializing", Refused),
        (r#"skip_serializing_if = "is_zero""#, Refused),
        (r#"serialize_with = "write""#, Refused),
        ("flatten", Refused),
        (r#"with = "String""#, Carried("with_type", json!({}))),
        (r#"bound = """#, Refused),
        ("email", Carried("email", json!({"format": "email"}))),
        ("url", Carried("url", json!({"format": "uri"}))),
        ("ip", Carried("ip", json!({"format": "ip"}))),
        ("ipv4", Carried("ipv4", json!({"format": "ipv4"}))),
        ("ipv6", Carried("ipv6", json!({"format": "ipv6"}))),
        (
            "length(min = 1, max = 9)",
            Lifted("length", json!({"minLength": 1, "maxLength": 9})),
        ),
        (
            "length(equal = 1)",
            Lifted("equal", json!({"minLength": 1, "maxLength": 1})),
        ),
        (
            "range(min = 1, max = 9)",
            Lifted("range", json!({"minimum": 1, "maximum": 9})),
        ),
        (
            r#"regex(pattern = "x")"#,
            Lifted("regex", json!({"pattern": "x"})),
        ),
        (
            r#"pattern("x")"#,
            Lifted("pattern", json!({"pattern": "x"})),
        ),
        (r#"contains = "a""#, Refused),
        ("required", Refused),
        ("inner(range(min = 1))", Refused),
        (
            r#"schema_with = "loud""#,
            Carried("schema_with", json!({"x-voice": "loud"})),
        ),
        (
            r#"title = "Title""#,
            Lifted("title", json!({"title": "Title"})),
        ),
        (
            r#"description = "Its own.""#,
            Lifted("description", json!({})),
        ),
        ("example = 7", Lifted("example", json!({"examples": [7]}))),
        (
            r#"extend("x-unit" = "cm")"#,
            Carried("extend", json!({"x-unit": "cm"})),
        ),
        (r#"extend("minimum" = 1, "x-unit" = "cm")"#, Refused),
        (
            "transform = marked",
            Carried("transform", json!({"x-marked": true})),
        ),
        ("inline", Refused),
    ]
}

fn ten() -> f64 {
    10.0
}

fn doubled<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    u8::deserialize(from).map(|number| u16::from(number) * 2)
}

mod halves {
    use super::*;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
        u8::deserialize(from).map(|number| number / 2)
    }
}

fn loud(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "x-voice": "loud" })
}

fn marked(schema: &mut Schema) {
    schema.insert("x-marked".to_owned(), true.into());
}

/// Has what serde has.
#[tool]
async fn with_serde(
    /// It.
    #[serde(rename = "wire")]
    a: String,
    /// It.
    #[serde(rename(deserialize = "read"))]
    b: String,
    /// It.
    #[serde(alias = "second")]
    first: String,
    /// It.
    #[serde(default)]
    default: i64,
    /// It.
    #[serde(default = "ten")]
    default_path: f64,
    /// It.
    #[serde(deserialize_with = "doubled")]
    #[schemars(with = "u8")]
    deserialize_with: u16,
    /// It.
    #[serde(with = "halves")]
    #[schemars(with = "u8")]
    with: u8,
) -> String {
    format!("{a} {b} {first} {default} {default_path} {deserialize_with} {with}")
}

/// Has what schemars has.
#[tool]
#[expect(
    clippy::too_many_arguments,
    unused_variables,
    reason = "one of each kind"
)]
async fn with_schemars(
    /// It.
    #[schemars(rename = "described")]
    a: String,
    /// It.
    #[schemars(default)]
    shown: i64,
    /// It.
    #[schemars(with = "String")]
    with_type: char,
    /// It.
    #[schemars(email)]
    email: String,
    /// It.
    #[schemars(url)]
    url: String,
    /// It.
    #[schemars(ip)]
    ip: String,
    /// It.
    #[schemars(ipv4)]
    ipv4: String,
    /// It.
    #[schemars(ipv6)]
    ipv6: String,
    /// It.
    #[schemars(length(min = 1, max = 9))]
    length: String,
    /// It.
    #[schemars(length(equal = 1))]
    equal: String,
    /// It.
    #[schemars(range(min = 1, max = 9))]
    range: f64,
    /// It.
    #[schemars(regex(pattern = "x"))]
    regex: String,
    /// It.
    #[schemars(pattern("x"))]
    pattern: String,
    /// It.
    #[schemars(schema_with = "loud")]
    schema_with: String,
    /// It.
    #[schemars(title = "Title")]
    title: String,
    /// Not it.
    #[schemars(description = "It.")]
    description: String,
    /// It.
    #[schemars(example = 7)]
    example: f64,
    /// It.
    #[schemars(extend("x-unit" = "cm"))]
    extend: String,
    /// It.
    #[schemars(transform = marked)]
    transform: String,
) {
}

/// Holds the rows to the tool's schema, which has no others, and to the cases that are refused.
#[track_caller]
fn check(attribute: &str, tool: usize, rows: Vec<(&'static str, Is)>) {
    let toolbox = Toolbox::new(tools![with_serde, with_schemars]).unwrap();
    let text = toolbox.tools()[tool].parameters().to_string();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    let properties = schema["properties"].as_object_mut().unwrap();
    for property in properties.values_mut() {
        let property = property.as_object_mut().unwrap();
        assert_eq!(property.remove("description"), Some(json!("It.")));
        property.remove("type");
        // What the types have of themselves; `u8` is what carried ones are read as.
        property.retain(|keyword, value| {
            keyword != "format" || !["double", "int64"].iter().any(|own| value == own)
        });
    }
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/attr");
    let refused = cases.join(format!("{attribute}_refused.rs"));
    let refused = fs::read_to_string(refused).unwrap();
    let mut told = BTreeSet::new();
    for (written, is) in rows {
        match is {
            Lifted(name, expected) | Carried(name, expected) => {
                assert_eq!(properties.get(name), Some(&expected), "{written}");
                told.insert(name.to_owned());
            }
            Refused => {
                let line = format!("    #[{attribute}({written})]\n");
                assert!(refused.contains(&line), "no case has {line}");
            }
        }
    }
    assert_eq!(told, properties.keys().cloned().collect());
}

#[test]
fn each_of_serde_is_lifted_carried_or_refused() {
    check("serde", 0, serde());
}

#[test]
fn each_of_schemars_is_lifted_carried_or_refused() {
    check("schemars", 1, schemars());
}

#[tokio::test]
async fn what_serde_says_is_how_arguments_are_read() {
    let toolbox = Toolbox::new(tools![with_serde]).unwrap();
    let arguments =
        r#"{"wire": "a", "read": "b", "second": "c", "deserialize_with": 200, "with": 9}"#;
    let report = toolbox.run([call("with_serde", arguments)]).await;
    assert_eq!(texts(&report), ["a b c 0 10 400 4"]);
}
