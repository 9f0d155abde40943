//! What a model sends to a run-time tool, against its schema: all problems at once, each by its path.

use std::sync::Arc;

use serde_json::{Value, json};
use support::call;
use tool_runtime::tool::{CallEffects, DeclaredEffects, EffectKey, Prepared};
use tool_runtime::{
    CallContext, Effects, Ending, KeyText, RuntimeTool, Tool, ToolDefinition, Toolbox,
};

/// A call of a tool with this schema, which answers with the text of its arguments.
fn run(schema: Value, arguments: &str) -> (Ending, String) {
    let definition = ToolDefinition::named("order", "Orders.").with_parameters(schema);
    let tool = RuntimeTool::new(definition, |arguments, _, _| async move {
        let parsed: Value = arguments.parse()?;
        assert_eq!(&parsed, arguments.value());
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(arguments.text().to_owned())
    });
    let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox.run([call("order", arguments)]));
    let result = &report.results()[0];
    let ending = result.outcome().ending;
    if ending == Ending::InvalidArguments {
        assert_eq!(result.outcome().effects, Effects::None);
        let problems = result.argument_errors().expect("there are problems");
        return (ending, problems.to_string());
    }
    (ending, result.text().to_owned())
}

#[track_caller]
fn accepted(schema: Value, arguments: &str, text: &str) {
    assert_eq!(run(schema, arguments), (Ending::Ok, text.to_owned()));
}

#[track_caller]
fn refused(schema: Value, arguments: &str, problems: &[&str]) {
    let problems: Vec<String> = problems.iter().map(|text| format!("- {text}")).collect();
    assert_eq!(
        run(schema, arguments),
        (Ending::InvalidArguments, problems.join("\n"))
    );
}

fn order() -> Value {
    json!({
        "type": "object",
        "properties": {
            "customer": {"type": "integer", "minimum": 1},
            "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
            "speed": {"enum": ["slow", "fast"]},
        },
        "required": ["customer", "items"],
        "$defs": {
            "item": {
                "type": "object",
                "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}},
                "required": ["sku"],
                "additionalProperties": false,
            },
        },
    })
}

/// A tool with one argument that is not required.
fn one(property: Value) -> Value {
    json!({"type": "object", "properties": {"a": property}})
}

#[track_caller]
fn expected(property: Value, value: &str, problem: &str) {
    refused(one(property), &format!(r#"{{"a": {value}}}"#), &[problem]);
}

#[test]
fn what_fits_comes_as_the_model_wrote_it() {
    let text = r#" {"items": [{"sku": "\u0061", "quantity": 2}], "customer": 7} "#;
    accepted(order(), text, text);
    accepted(
        order(),
        r#"{"customer":7,"items":[]}"#,
        r#"{"customer":7,"items":[]}"#,
    );
}

#[test]
fn all_problems_are_told_at_once_by_path() {
    refused(
        order(),
        r#"{"custmer": 7, "items": [{"quantity": "2"}, {"sku": "a", "colour": 1}, 3], "speed": "slw"}"#,
        &[
            "`customer`: expected an integer of 1 or more, since this argument is required, got nothing; should `custmer`, which is unknown, be `customer`?",
            "`items[0].quantity`: expected an integer, got string \"2\"",
            "`items[0].sku`: expected a string, since this member is required, got nothing",
            "`items[1].colour`: expected only `sku` and `quantity`, got a member the object does not have",
            "`items[2]`: expected an object with `sku`, got integer `3`",
            "`speed`: expected `slow` or `fast`, got string \"slw\"; did you mean `slow`?",
        ],
    );
}

#[test]
fn null_is_absence_for_what_is_not_required() {
    accepted(
        order(),
        r#"{"customer": 1.0e0, "speed": null, "items": []}"#,
        r#"{"customer":1.0e0,"items":[]}"#,
    );
    accepted(
        one(json!({"type": ["string", "null"]})),
        r#"{"a": null}"#,
        "{}",
    );
    refused(
        order(),
        r#"{"customer": null, "items": []}"#,
        &["`customer`: expected an integer of 1 or more, got null"],
    );
    let open = json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": true});
    accepted(
        open,
        r#"{"b": null, "a": null, "c": 1}"#,
        r#"{"b":null,"c":1}"#,
    );
}

#[test]
fn an_empty_text_is_no_arguments() {
    for arguments in ["", "  ", "{}"] {
        accepted(json!({"type": "object"}), arguments, "{}");
    }
    refused(
        order(),
        "",
        &["expected a JSON object with `customer`, `items` and `speed`, got an empty text"],
    );
}

#[test]
fn unknown_arguments_are_refused_unless_the_schema_takes_them() {
    refused(
        one(json!({})),
        r#"{"b": 1}"#,
        &["`b`: expected only `a`, got an argument the tool does not have"],
    );
    let open = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    accepted(open.clone(), r#"{"b": 1}"#, r#"{"b": 1}"#);
    refused(
        open,
        r#"{"b": "1"}"#,
        &["`b`: expected an integer, got string \"1\""],
    );
    let pattern = json!({"type": "object", "patternProperties": {"^x": {"type": "integer"}}});
    accepted(pattern.clone(), r#"{"x1": 1}"#, r#"{"x1": 1}"#);
    refused(
        pattern,
        r#"{"y": 1}"#,
        &["`y`: expected no member of this name, got one"],
    );
}

#[test]
fn no_key_comes_twice() {
    refused(
        one(json!({})),
        r#"{"a": 1, "a": 2}"#,
        &["`a`: expected this argument once, got it a second time"],
    );
    refused(
        one(json!({})),
        r#"{"a": [{"b": 1, "\u0062": 2}]}"#,
        &["`a[0].b`: expected this key once, got it a second time"],
    );
}

#[test]
fn what_is_no_json_is_refused() {
    refused(
        order(),
        r#"{"customer": 1,"#,
        &[
            "expected a JSON object, got text that is not valid JSON: expected a key in double quotes, the text ends (at character 15 of 15); write it to its end",
        ],
    );
    refused(
        order(),
        r#"{"customer": 1, "items": []} done"#,
        &["expected one JSON object and nothing after it, got `done` after its end"],
    );
    let deep = format!(r#"{{"a": {}{}}}"#, "[".repeat(200), "]".repeat(200));
    refused(
        one(json!({})),
        &deep,
        &[
            "`a[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]…`: expected objects and arrays nested at most 64 deep, got a deeper one; send a flatter value",
        ],
    );
}

#[test]
fn what_is_expected_is_said_in_words() {
    expected(
        json!({"type": ["string", "null"]}),
        "1.5",
        "`a`: expected a string, got number `1.5`",
    );
    expected(
        json!({"type": "boolean"}),
        "[]",
        "`a`: expected true or false, got an array",
    );
    expected(
        json!({"const": {"b": 1}}),
        "{}",
        "`a`: expected `{\"b\":1}`, got an object",
    );
    expected(
        json!({"minimum": 3}),
        "2",
        "`a`: expected a number of at least 3, got integer `2`",
    );
    expected(
        json!({"maximum": 3}),
        "4",
        "`a`: expected a number of at most 3, got integer `4`",
    );
    expected(
        json!({"exclusiveMinimum": 3}),
        "3",
        "`a`: expected a number above 3, got integer `3`",
    );
    expected(
        json!({"exclusiveMaximum": 3}),
        "3",
        "`a`: expected a number below 3, got integer `3`",
    );
    expected(
        json!({"multipleOf": 5}),
        "3",
        "`a`: expected a multiple of 5, got integer `3`",
    );
    expected(
        json!({"minLength": 1}),
        r#""""#,
        "`a`: expected a string of at least 1 character, got one with 0",
    );
    expected(
        json!({"maxLength": 2}),
        r#""abc""#,
        "`a`: expected a string of at most 2 characters, got one with 3",
    );
    expected(
        json!({"pattern": "^b"}),
        r#""abc""#,
        "`a`: expected a string that matches `^b`, got string \"abc\"",
    );
    expected(
        json!({"format": "date"}),
        r#""soon""#,
        "`a`: expected a string of the format `date`, such as `2026-01-31`, got string \"soon\"",
    );
    expected(
        json!({"minItems": 1}),
        "[]",
        "`a`: expected an array of at least 1 element, got one with 0",
    );
    expected(
        json!({"maxItems": 1}),
        "[1, 2]",
        "`a`: expected an array of at most 1 element, got one with 2",
    );
    expected(
        json!({"uniqueItems": true}),
        "[1, 1]",
        "`a`: expected an array without repeated elements, got an array",
    );
    expected(
        json!({"minProperties": 1}),
        "{}",
        "`a`: expected an object of at least 1 member, got one with 0",
    );
    expected(
        json!({"maxProperties": 0}),
        r#"{"b": 1}"#,
        "`a`: expected an object of at most 0 members, got one with 1",
    );
    expected(
        json!({"not": {"type": "null"}, "type": "null"}),
        "7",
        "`a`: expected null, got integer `7`",
    );
    expected(
        json!(false),
        "true",
        "`a`: expected nothing here, got boolean `true`",
    );
    expected(
        json!({"anyOf": [{"type": "string"}, {"const": 1}]}),
        "2",
        "`a`: expected `1` or a string, got integer `2`",
    );
    expected(
        json!({"oneOf": [{"type": "object", "required": ["b"]}, {"type": "array"}]}),
        "{}",
        "`a.b`: expected a value, since this member is required, got nothing",
    );
    expected(
        json!({"anyOf": [{"properties": {"b": {"type": "null"}}}, {"type": "array"}]}),
        r#"{"b": 1}"#,
        "`a.b`: expected null, got integer `1`",
    );
    expected(
        json!({"oneOf": [{"type": "integer"}, {"minimum": 0}]}),
        "1",
        "`a`: expected a value that fits one of the schemas of its `oneOf` and no other, got integer `1`",
    );
}

#[test]
fn a_type_that_takes_less_than_the_schema_says_where() {
    #[derive(Debug, serde::Deserialize)]
    struct Order {
        #[expect(dead_code, reason = "only that it is read matters")]
        items: Vec<u8>,
    }

    let schema = json!({"type": "object", "properties": {"items": {"type": "array"}}});
    let definition = ToolDefinition::named("order", "Orders.").with_parameters(schema);
    let tool = RuntimeTool::blocking(definition, |arguments, _, _| {
        arguments.parse::<Order>().map(|_| "read")
    });
    let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox.run([call("order", r#"{"items": [1, 256]}"#)]));
    assert_eq!(
        support::texts(&report),
        ["- `items[1]`: expected an integer from 0 to 255, got integer `256`"]
    );
}

/// What stands in the holes of a call, or what its closure says, as a prepared call shows it.
fn touches(tool: &RuntimeTool<()>, arguments: &str) -> String {
    let context = CallContext::new(call("order", arguments));
    format!("{:?}", tool.prepare(arguments, context, Arc::new(())))
}

fn ordering(effects: DeclaredEffects) -> RuntimeTool<()> {
    let schema = json!({"type": "object", "additionalProperties": true});
    let definition = ToolDefinition::named("order", "Orders.").with_parameters(schema);
    RuntimeTool::new(definition.with_effects(effects), |_, _, _| async {
        Ok::<_, String>("never run")
    })
}

#[test]
fn holes_are_filled_by_property_path() {
    let effects = DeclaredEffects::reads(["customer:{order.customer}/{id}", "x:{id}"])
        .and_writes(["fs:{path/}", "half:{half}"]);
    let holes = |values: &[Option<&str>]| {
        let values: Vec<KeyText> = values.iter().map(KeyText::of).collect();
        let never = Box::pin(async { Err("never run".into()) });
        format!("{:?}", Prepared::new(never).with_holes(values))
    };
    let tool = ordering(effects);
    assert_eq!(
        touches(
            &tool,
            r#"{"order": {"customer": "a/b"}, "id": 7, "path": "/a", "half": 0.5}"#
        ),
        holes(&[Some("a/b"), Some("7"), Some("/a"), None])
    );
    assert_eq!(
        touches(&tool, r#"{"order": [], "id": true}"#),
        holes(&[None, Some("true"), None, None])
    );
}

#[tokio::test]
async fn a_closure_that_panics_panics_for_its_call() {
    let tool = ordering(DeclaredEffects::writes(["order:{id}"])).with_effects_by(|arguments| {
        assert_ne!(arguments.value()["id"], 13, "an unlucky number");
        CallEffects::pure()
    });
    let toolbox = Toolbox::<()>::builder().tool(tool).build().unwrap();
    let call = |id: u64| call("order", &format!(r#"{{"id": {id}}}"#));
    let report = toolbox.run([call(7), call(13), call(8)]).await;
    let endings = report.results().iter().map(|result| result.outcome());
    let endings: Vec<_> = endings
        .map(|outcome| (outcome.ending, outcome.effects))
        .collect();
    assert_eq!(endings[1], (Ending::Panicked, Effects::None));
    for sibling in [endings[0], endings[2]] {
        assert_eq!(sibling.0, Ending::Ok);
    }
    assert!(!report.results()[1].text().contains("unlucky"));
}

#[test]
fn a_closure_says_more_than_templates() {
    let tool = ordering(DeclaredEffects::writes(["order:{id}"])).with_effects_by(|arguments| {
        let ids = arguments.value()["ids"].as_array().into_iter().flatten();
        let ids = ids.filter_map(Value::as_u64);
        CallEffects::writes(ids.map(|id| EffectKey::new("order").segment(&id)))
    });
    let key = |id: u64| EffectKey::new("order").segment(&id);
    assert_eq!(
        touches(&tool, r#"{"id": 1, "ids": [7, 8]}"#),
        format!(
            "Prepared(Given({:?}))",
            CallEffects::writes([key(7), key(8)])
        )
    );
    let refused = touches(&tool, "[]");
    assert!(refused.starts_with("Rejected"), "{refused}");
}
