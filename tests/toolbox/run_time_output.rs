//! What run-time tools say of their answers: the schema in the manifest, and what `build` refuses.

use serde_json::{Value, json};
use support::{call, texts};
use tool_runtime::dialect::{Mcp, OpenAiChat};
use tool_runtime::{BuildError, RuntimeTool, ToolDefinition, Toolbox};

fn weather() -> ToolDefinition {
    ToolDefinition::named("get_weather", "Says what the weather is.")
}

fn built(definition: ToolDefinition) -> Result<Toolbox, BuildError> {
    let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>("fair"));
    Toolbox::<()>::builder().tool(tool).build()
}

/// What MCP's manifest says of an answer.
fn told(schema: Value) -> Value {
    let toolbox = built(weather().with_output_schema(schema)).unwrap();
    let manifest = toolbox.manifest(Mcp).unwrap();
    let tools = serde_json::to_value(manifest).unwrap();
    tools[0]["outputSchema"].clone()
}

#[test]
fn the_schema_is_told_as_it_was_written() {
    let schema = json!({
        "type": "object",
        "properties": {
            "celsius": {"type": "number"},
            "wind": {"type": "object", "properties": {"from": {"enum": ["north", "south"]}}},
            "days": {"type": "array", "items": {"$ref": "#/$defs/Day"}},
        },
        "required": ["celsius"],
        "$defs": {"Day": {"type": "object", "properties": {"date": {"type": "string", "format": "date"}}}},
    });
    assert_eq!(told(schema.clone()), schema);
    // What it says of other members too.
    for others in [json!(false), json!({"type": "string"})] {
        let schema = json!({"type": "object", "properties": {}, "additionalProperties": others});
        assert_eq!(told(schema.clone()), schema);
    }
}

#[test]
fn it_may_be_of_an_older_draft_and_in_parts() {
    let day = json!({"type": "object", "properties": {"date": {"type": "string"}}});
    assert_eq!(
        told(json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": "#/definitions/Day",
            "definitions": {"Day": day.clone()},
        })),
        day
    );
}

#[test]
fn providers_that_take_no_schema_get_none() {
    let with = built(weather().with_output_schema(json!({"type": "object"}))).unwrap();
    let without = built(weather()).unwrap();
    let [with, without] = [with, without].map(|toolbox| toolbox.manifest(OpenAiChat).unwrap());
    assert_eq!(with.as_str(), without.as_str());
}

#[tokio::test]
async fn no_answer_is_held_to_it() {
    let definition =
        weather().with_output_schema(json!({"type": "object", "required": ["celsius"]}));
    let toolbox = built(definition).unwrap();
    let report = toolbox.run([call("get_weather", "{}")]).await;
    assert_eq!(texts(&report), ["fair"]);
}

#[test]
fn it_is_an_objects() {
    for schema in [
        json!({}),
        json!(true),
        json!({"properties": {"celsius": {"type": "number"}}}),
        json!({"type": "array"}),
        json!({"type": ["object", "null"]}),
        json!({"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
    ] {
        let error = built(weather().with_output_schema(schema.clone())).unwrap_err();
        assert!(
            matches!(error, BuildError::OutputNotAnObject { .. }),
            "{schema}: {error}"
        );
    }
}

#[track_caller]
fn refused(definition: ToolDefinition, problem: &str) {
    let error = built(definition).unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(error, BuildError::InvalidOutputSchema { .. }),
        "{text}"
    );
    assert!(text.starts_with("the output schema of `get_weather` at "));
    let (_, found) = text.split_once("cannot be used: ").unwrap();
    assert_eq!(found, problem);
}

#[test]
fn a_schema_that_is_none_is_refused() {
    let with = |property| {
        let schema = json!({"type": "object", "properties": {"a": property}});
        weather().with_output_schema(schema)
    };
    refused(
        with(json!({"minimum": "3"})),
        r#"at `/properties/a/minimum`: expected a number, found string "3""#,
    );
    refused(
        with(json!({"$ref": "#/$defs/A"})),
        "it refers to `#/$defs/A`, which it does not have; add it, or remove the `$ref`",
    );
    let float = || with(json!({"type": "float"}));
    let problem = "at `/properties/a/type`: `float` is no type of JSON Schema, write `number`; or say `with_mapped_types(true)` in the definition";
    refused(float(), problem);
    // Whatever is said of the parameters, before or after.
    refused(float().with_parameters(json!({"type": "object"})), problem);
    let both = weather().with_parameters(json!({"type": "dict"}));
    let both = both.with_output_schema(json!({"type": "dict"}));
    let text = built(both.clone()).unwrap_err().to_string();
    assert!(
        text.starts_with("the schema of the parameters of "),
        "{text}"
    );
    assert!(built(both.with_mapped_types(true)).is_ok());
    assert!(built(float().with_mapped_types(true)).is_ok());
}
