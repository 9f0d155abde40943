//! Random schemas: what is written from the definition is byte for byte what lowering makes of it.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::subset::{ANTHROPIC, BEDROCK, GEMINI, MCP, MISTRAL, OLLAMA, OPENAI, OPENAI_STRICT};
use super::{kept, lower};
use crate::tool::Schema;

const FORMATS: [&str; 8] = [
    "uint8", "int32", "uint64", "double", "date", "ip", "phone", "uint128",
];

/// Values that look like schemas, as data.
fn data() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(1.0),
        json!("a \"quoted\" text\n"),
        json!({ "type": "integer", "format": "uint8", "$ref": "#/$defs/A" }),
        json!([{ "properties": { "b": 1, "a": { "const": 2 } } }]),
    ])
}

fn kind() -> impl Strategy<Value = Value> {
    let kinds = vec!["string", "integer", "number", "array", "object", "null"];
    prop_oneof![
        4 => select(kinds.clone()).prop_map(Value::from),
        1 => prop::sample::subsequence(kinds, 0..3).prop_map(Value::from),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    let reference = select(vec![
        "#/$defs/A",
        "#/$defs/B",
        "#/$defs/C",
        "#/$defs/A%20b",
        "#/properties/b",
        "#",
        "#/$defs/X",
    ]);
    prop_oneof![
        kind().prop_map(|kind| json!({ "type": kind })),
        (kind(), select(&FORMATS)).prop_map(|(kind, format)| json!({ "type": kind, "format": format })),
        (select(&FORMATS), -3..300_i64).prop_map(|(format, bound)| {
            json!({ "type": ["integer", "null"], "format": format, "minimum": bound, "exclusiveMaximum": 7 })
        }),
        select(&FORMATS).prop_map(|format| json!({ "format": format, "description": "A \\ b" })),
        data().prop_map(|value| json!({ "const": value, "title": "T" })),
        data().prop_map(|value| json!({ "enum": [value, "x"], "default": value })),
        reference.clone().prop_map(|reference| json!({ "$ref": reference })),
        (reference.clone(), data()).prop_map(|(reference, value)| {
            json!({ "$ref": reference, "description": "Here.", "default": value })
        }),
        reference.prop_map(|reference| json!({ "$ref": reference, "maxItems": 2, "format": "uint8" })),
        select(vec![json!({}), json!(true), json!(false)]),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let required = select(vec![json!(["a"]), json!([]), json!(["b", "a"]), json!(["a", 1])]);
        let choice = select(vec!["anyOf", "oneOf", "allOf", "prefixItems"]);
        let one = select(vec![
            "items", "not", "contains", "if", "propertyNames", "additionalProperties",
        ]);
        let named = select(vec![
            "patternProperties", "$defs", "dependentSchemas", "properties",
        ]);
        prop_oneof![
            (choice, several).prop_map(|(keyword, schemas)| json!({ keyword: schemas, "type": "array", "items": false })),
            (one, inner.clone()).prop_map(|(keyword, schema)| json!({ "type": "array", keyword: schema })),
            (named, inner.clone()).prop_map(|(keyword, schema)| json!({ "type": "object", keyword: { "é": schema } })),
            (inner.clone(), inner, required).prop_map(|(a, b, required)| {
                json!({ "type": "object", "properties": { "b": b, "a": a }, "required": required, "additionalProperties": false })
            }),
        ]
    })
}

/// Arguments; the definitions are mostly reached, and some contain others, or themselves.
fn arguments() -> impl Strategy<Value = Value> {
    let name = select(vec!["a", "b", "c d", "é"]);
    let definition = prop_oneof![2 => Just(None), 1 => schema().prop_map(Some)];
    let definitions = (definition.clone(), definition.clone(), definition);
    (name, schema(), schema(), definitions).prop_map(|(name, first, second, (a, b, c))| {
        let named = [("A", a), ("B", b), ("C", c)];
        let named = named.into_iter();
        let definitions: serde_json::Map<String, Value> = named
            .filter_map(|(name, schema)| Some((name.to_owned(), schema?)))
            .collect();
        json!({ "type": "object", "properties": { name: first, "b": second }, "required": ["b"], "$defs": definitions })
    })
}

#[test]
fn what_is_kept_is_what_lowering_makes() {
    let subsets = [
        ANTHROPIC,
        BEDROCK,
        GEMINI,
        MCP,
        MISTRAL,
        OLLAMA,
        OPENAI,
        OPENAI_STRICT,
    ];
    let (seen, referring) = (Cell::new(0), Cell::new(0));
    let config = Config {
        cases: 2_000,
        failure_persistence: None,
        ..Config::default()
    };
    let is_same = |written: Value| {
        let schema = Schema::given(&written);
        for subset in &subsets {
            let Some(text) = kept(&schema, subset) else {
                continue;
            };
            seen.set(seen.get() + 1);
            referring.set(referring.get() + usize::from(written.to_string().contains("$ref")));
            let lowered = lower(&schema, subset);
            prop_assert_eq!(&text, &lowered.text, "{:?}", subset);
            prop_assert!(lowered.moved.is_empty(), "{:?}", lowered.moved);
            prop_assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
            prop_assert_eq!(lowered.told, "");
        }
        Ok(())
    };
    let mut runner = TestRunner::new(config);
    runner.run(&arguments(), is_same).unwrap();
    // Else nothing is tested.
    assert!(seen.get() > 500, "{} are kept", seen.get());
    assert!(referring.get() > 50, "{} with `$ref`", referring.get());
}

/// Of four definitions that lead to the next many times, so many copies are made and no more.
#[test]
fn what_is_too_much_to_be_copied_is_not_kept() {
    for (width, is_kept) in [(2, true), (12, false)] {
        let definition = |index: u32| {
            let next = json!({ "$ref": format!("#/$defs/D{}", index + 1) });
            let named = (0..width).map(|name| (format!("p{name}"), next.clone()));
            let properties: serde_json::Map<String, Value> = named.collect();
            json!({ "type": "object", "properties": properties })
        };
        let schema = Schema::given(&json!({
            "type": "object",
            "properties": { "a": { "$ref": "#/$defs/D0" } },
            "$defs": {
                "D0": definition(0), "D1": definition(1), "D2": definition(2), "D3": definition(3),
                "D4": { "type": "string" },
            },
        }));
        let text = kept(&schema, &BEDROCK);
        assert_eq!(text.is_some(), is_kept, "{width}");
        if let Some(text) = text {
            assert_eq!(text, lower(&schema, &BEDROCK).text);
        }
    }
}
