//! Arguments in another form, for tools whose schemas others wrote.

use serde_json::{Map, Value, json};
use support::call;
use tool_runtime::batch::Repair;
use tool_runtime::{Policy, Report, RuntimeTool, ToolDefinition, Toolbox};

/// A call of a tool with this schema, which answers with the text of its arguments.
#[tokio::main(flavor = "current_thread")]
async fn run(repair: Repair, schema: &Value, arguments: &str) -> Report {
    let definition = ToolDefinition::named("order", "Orders.").with_parameters(schema.clone());
    let tool = RuntimeTool::<()>::new(definition, |arguments, _, _| async move {
        Ok::<_, String>(arguments.text().to_owned())
    });
    let toolbox = Toolbox::builder().tool(tool).build().unwrap();
    let desk = toolbox.bind(()).with(Policy::default().repair(repair));
    desk.unwrap().run([call("order", arguments)]).await
}

#[track_caller]
fn check(schema: &Value, arguments: &str, read: &str, repairs: &[&str]) {
    let report = run(Repair::Safe, schema, arguments);
    let result = &report.results()[0];
    assert_eq!(result.text(), read);
    let made = result.repairs().iter();
    let made: Vec<_> = made.map(|one| one.path()).collect();
    assert_eq!(made, repairs);
}

#[track_caller]
fn never(schema: &Value, arguments: &str) {
    let [told, repaired] = [Repair::Off, Repair::Safe].map(|repair| run(repair, schema, arguments));
    let (told, repaired) = (&told.results()[0], &repaired.results()[0]);
    assert!(told.argument_errors().is_some(), "{}", told.text());
    assert_eq!(told.argument_errors(), repaired.argument_errors());
}

fn order() -> Value {
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "at": {"$ref": "#/$defs/point"},
            "also": {"allOf": [{"$ref": "#/$defs/point"}, {"properties": {"x": {"maximum": 9}}}]},
            "one": {"oneOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "number"}}, {"type": "null"}]},
            "some": {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]},
            "listed": {"enum": [1, 2, true]},
            "same": {"$ref": "#/properties/id"},
            "rest": {"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "string"}},
            "open": {"properties": {"n": {"type": "integer"}}},
        },
        "required": ["id"],
        "$defs": {"point": {
            "type": "object",
            "properties": {"x": {"type": "number"}, "y": {"type": "number"}, "next": {"$ref": "#/$defs/point"}},
            "required": ["x"],
        }},
    })
}

#[test]
fn what_their_schemas_take_is_found() {
    let order = order();
    check(
        &order,
        r#"{ "id" : "7", "at": "{\"x\": 1.50, \"next\": {\"x\": \"2\"}}", "some": "7" }"#,
        r#"{ "id" : 7, "at": {"x": 1.50, "next": {"x": 2}}, "some": "7" }"#,
        &["id", "at", "at.next.x"],
    );
    check(
        &order,
        r#"{"id": 1, "also": {"x": "9"}, "one": "[\"0.10\"]", "listed": "2", "same": "3", "rest": ["1", "2"]}"#,
        r#"{"id": 1, "also": {"x": 9}, "one": [0.10], "listed": 2, "same": 3, "rest": [1, "2"]}"#,
        &["also.x", "one", "one[0]", "listed", "same", "rest[0]"],
    );
    check(
        &order,
        r#"{"id": 1, "one": "true", "listed": "true", "open": {"n": "1"}}"#,
        r#"{"id": 1, "one": true, "listed": true, "open": {"n": 1}}"#,
        &["one", "listed", "open.n"],
    );
}

#[test]
fn what_they_refuse_is_told_as_it_was() {
    let order = order();
    for arguments in [
        r#"{"id": "1", "also": {"x": "10"}}"#,
        r#"{"id": "1", "some": "12"}"#,
        r#"{"id": "1", "listed": "3"}"#,
        r#"{"id": "1", "at": "{}"}"#,
        r#"{"id": "1", "one": "null"}"#,
        // What is not said to be an object may be anything, the string as well.
        r#"{"id": 1, "open": "{\"n\": 1}", "more": 1}"#,
        r#"{"id": "1.0"}"#,
        r#"{"at": "{\"x\": 1}"}"#,
    ] {
        never(&order, arguments);
    }
}

#[test]
fn an_older_draft_says_the_same() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"pair": {"items": [{"$ref": "#/definitions/n"}, {"type": "string"}], "type": "array"}},
        "definitions": {"n": {"type": "integer"}},
    });
    check(
        &schema,
        r#"{"pair": "[\"1\", \"2\"]"}"#,
        r#"{"pair": [1, "2"]}"#,
        &["pair", "pair[0]"],
    );
}

#[test]
fn schemas_that_lead_round_in_circles_come_to_an_end() {
    let mut definitions = Map::new();
    for n in 0..40 {
        let next = json!({"$ref": format!("#/$defs/D{}", (n + 1) % 40)});
        let both = json!({"anyOf": [next, next, {"type": "integer"}]});
        definitions.insert(format!("D{n}"), both);
    }
    definitions.insert(
        "E".to_owned(),
        json!({"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/E"}]}),
    );
    let schema = json!({
        "type": "object",
        "properties": {
            "n": {"type": "integer"},
            "e": {"$ref": "#/$defs/E"},
            // Not taken by anything, so that nothing of it is left to the validator.
            "d": {"allOf": [{"type": "array"}, {"items": {"$ref": "#/$defs/D0"}}]},
        },
        "$defs": definitions,
    });
    check(
        &schema,
        r#"{"n": "1", "e": 1}"#,
        r#"{"n": 1, "e": 1}"#,
        &["n"],
    );
    // What says nothing but itself refuses nothing.
    check(
        &schema,
        r#"{"n": "1", "e": "1"}"#,
        r#"{"n": 1, "e": "1"}"#,
        &["n"],
    );
    let many = vec!["1"; 500];
    never(&schema, &json!({"n": "a", "d": many}).to_string());
}
