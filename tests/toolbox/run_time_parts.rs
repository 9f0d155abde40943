//! Schemas from elsewhere that say in parts what the arguments are: held to as they are written, shown as one object.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{call, codes, texts};
use tool_runtime::dialect::{Anthropic, Mcp, OpenAiChat};
use tool_runtime::{BuildError, RuntimeTool, ToolDefinition, Toolbox};

fn build(schema: Value) -> Result<Toolbox, BuildError> {
    let definition = ToolDefinition::named("find", "Finds.").with_parameters(schema);
    let tool = RuntimeTool::<()>::new(definition, |_, _, _| async { Ok::<_, String>("found") });
    Toolbox::<()>::builder().tool(tool).build()
}

#[track_caller]
fn parameters(schema: Value) -> Value {
    let manifest = build(schema).unwrap().manifest(Anthropic).unwrap();
    manifest.tools()[0].parameters().clone()
}

async fn outcomes<const N: usize>(schema: Value, arguments: [&str; N]) -> [&'static str; N] {
    let toolbox = build(schema).unwrap();
    let report = toolbox.run(arguments.map(|arguments| call("find", arguments)));
    codes(&report.await).try_into().unwrap()
}

const TAKEN: &str = "ok";
const REFUSED: &str = "invalid_arguments";

fn by_id_or_name() -> Value {
    json!({
        "type": "object",
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
        "anyOf": [{"required": ["id"]}, {"required": ["name"]}],
    })
}

#[tokio::test]
async fn which_arguments_go_together_is_told_and_held_to() {
    assert_eq!(
        parameters(by_id_or_name()),
        json!({
            "type": "object",
            "description": "(requires `id`, or `name`)",
            "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
            "additionalProperties": false,
        })
    );
    let arguments = [
        r#"{"id": 1}"#,
        r#"{"name": "a"}"#,
        "{}",
        r#"{"id": 1, "x": 1}"#,
    ];
    assert_eq!(
        outcomes(by_id_or_name(), arguments).await,
        [TAKEN, TAKEN, REFUSED, REFUSED]
    );
    let manifest = build(by_id_or_name()).unwrap().manifest(Mcp).unwrap();
    assert_eq!(
        manifest.moved()[0].to_string(),
        "`find`: `anyOf` of `$` is in its description, as \"requires `id`, or `name`\""
    );
}

#[tokio::test]
async fn what_is_referred_to_is_the_schema() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/Find",
        "definitions": {"Find": {
            "type": "object",
            "properties": {"pair": {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]}},
            "required": ["pair"],
        }},
    });
    let shown = parameters(schema.clone());
    assert_eq!(shown["required"], json!(["pair"]));
    assert_eq!(
        shown["properties"]["pair"]["prefixItems"][1],
        json!({"type": "integer"})
    );
    let arguments = [
        r#"{"pair": ["a", 1]}"#,
        r#"{"pair": ["a", "b"]}"#,
        "{}",
        r#"{"pair": [], "x": 1}"#,
    ];
    assert_eq!(
        outcomes(schema, arguments).await,
        [TAKEN, REFUSED, REFUSED, REFUSED]
    );
}

#[tokio::test]
async fn members_that_alternatives_name_are_arguments() {
    let schema = json!({
        "type": "object",
        "properties": {"limit": {"type": "integer"}},
        "oneOf": [
            {"properties": {"kind": {"const": "id"}, "id": {"type": "integer"}}, "required": ["kind", "id"]},
            {"properties": {"kind": {"const": "name"}, "name": {"type": "string"}}, "required": ["kind", "name"]},
        ],
    });
    let shown = parameters(schema.clone());
    let names: Vec<&String> = shown["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(shown["required"], json!(["kind"]));
    let told = shown["description"].as_str().unwrap();
    assert!(told.starts_with("(oneOf: [{\"properties\":"), "{told}");
    let arguments = [
        r#"{"kind": "id", "id": 1, "limit": 2}"#,
        r#"{"kind": "name", "name": "a"}"#,
        r#"{"kind": "name", "id": 1}"#,
        r#"{"kind": "id", "id": 1, "x": 1}"#,
        // The schema shows a text for it, whatever alternative is taken.
        r#"{"kind": "id", "id": 1, "name": 1}"#,
    ];
    assert_eq!(
        outcomes(schema, arguments).await,
        [TAKEN, TAKEN, REFUSED, REFUSED, REFUSED]
    );
}

#[tokio::test]
async fn a_schema_need_not_say_that_arguments_are_an_object() {
    let schema = json!({"properties": {"a": {"type": "string"}}});
    assert_eq!(parameters(schema.clone())["type"], "object");
    let arguments = [r#"{"a": "a"}"#, r#"{"a": 1}"#, r#"{"b": 1}"#];
    assert_eq!(outcomes(schema, arguments).await, [TAKEN, REFUSED, REFUSED]);
    let schema = json!({"type": ["object", "null"]});
    assert_eq!(outcomes(schema, ["{}", ""]).await, [TAKEN, TAKEN]);
}

#[test]
fn a_draft_that_nobody_knows_is_refused_as_ever() {
    let mut schema = by_id_or_name();
    schema["$schema"] = "https://example.com/mine".into();
    let error = build(schema).unwrap_err();
    assert!(matches!(error, BuildError::InvalidSchema { .. }), "{error}");
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let report = build(by_id_or_name())
        .unwrap()
        .run([call("find", "{}")])
        .await;
    let text = texts(&report)[0];
    assert!(text.contains("`id`") || text.contains("`name`"), "{text}");
}

/// Parts that name `a` and `b`, always of the same type.
fn part() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!({"required": ["a"]})),
        Just(json!({"properties": {"a": {"type": "integer"}}})),
        Just(json!({"properties": {"b": {"type": "string"}}, "required": ["b"]})),
        Just(json!({"not": {"required": ["b"]}})),
        Just(json!({"minProperties": 1})),
        Just(json!({"additionalProperties": {"type": "boolean"}})),
        Just(json!({"properties": {"a": {"type": "integer"}}, "additionalProperties": false})),
        Just(json!({"enum": [{}, {"a": 1}, {"b": "b"}]})),
        Just(json!({"$ref": "#/$defs/A"})),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let several = || vec(inner.clone(), 1..4);
        prop_oneof![
            several().prop_map(|parts| json!({"anyOf": parts})),
            several().prop_map(|parts| json!({"oneOf": parts})),
            several().prop_map(|parts| json!({"allOf": parts})),
            (inner.clone(), several()).prop_map(|(mut part, parts)| {
                part["oneOf"] = parts.into();
                part
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// What fits the schema as it was written is taken, if the manifest names it; and then it fits what each model sees.
    #[test]
    fn what_is_taken_is_what_was_written(part in part()) {
        let mut schema = part;
        schema["type"] = "object".into();
        schema["$defs"] = json!({"A": {"properties": {"a": {"type": "integer"}}, "required": ["a"]}});
        let written = jsonschema::draft202012::new(&schema).unwrap();
        let toolbox = build(schema.clone()).unwrap();
        let formats = [toolbox.manifest(Anthropic).unwrap(), toolbox.manifest(OpenAiChat).unwrap()];
        let shown = formats.map(|manifest| manifest.tools()[0].parameters().clone());
        let named = |value: &Value| {
            let is_open = shown[0]["additionalProperties"] != json!(false);
            value.as_object().unwrap().iter().all(|(name, value)| match name.as_str() {
                _ if shown[0]["properties"].get(name).is_none() => is_open,
                "a" => value.is_i64(),
                _ => value.is_string(),
            })
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for value in [
            json!({}), json!({"a": 1}), json!({"a": "a"}), json!({"b": "b"}), json!({"b": 1}), json!({"a": 1, "b": "b"}),
            json!({"c": true}), json!({"a": 1, "c": true}), json!({"a": 1, "b": "b", "c": true}),
        ] {
            let report = runtime.block_on(toolbox.run([call("find", &value.to_string())]));
            let is_taken = codes(&report) == [TAKEN];
            if written.is_valid(&value) && named(&value) {
                prop_assert!(is_taken, "{value} is refused: {}\n{schema}", texts(&report)[0]);
            }
            if is_taken {
                prop_assert!(written.is_valid(&value), "{value} is taken\n{schema}");
                for shown in &shown {
                    prop_assert!(jsonschema::is_valid(shown, &value), "{value} is taken\n{schema}\n{shown}");
                }
            }
        }
    }
}
