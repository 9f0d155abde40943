//! Random schemas and values: what was valid is valid in every form, in a strict one as a model writes it there.

use proptest::prelude::*;
use serde_json::{Value, json};
use tool_runtime::ToolDefinition;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses, RequestFormat,
};

/// A few values, so that schemas and values meet.
pub(crate) fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..4_i64).prop_map(Value::from),
        Just(json!(1.5)),
        prop_oneof!["a", "ab", ""].prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(prop_oneof!["a", "b"], inner, 0..3).prop_map(|members| {
                members
                    .into_iter()
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }),
        ]
    })
}

fn has_members(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(has_members),
        _ => false,
    }
}

pub(crate) fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!(true)),
        prop::sample::subsequence(
            vec![
                "null", "boolean", "integer", "number", "string", "array", "object"
            ],
            1..4
        )
        .prop_map(|kinds| json!({ "type": kinds })),
        values().prop_map(|value| json!({ "const": value })),
        prop::collection::vec(values(), 1..4).prop_map(|values| json!({ "enum": values })),
        (-1..3_i64).prop_map(|bound| json!({ "type": "integer", "exclusiveMinimum": bound })),
        (0..3_u64).prop_map(|bound| json!({ "type": ["string", "null"], "minLength": bound })),
        Just(json!({ "$ref": "#/$defs/D" })),
        Just(json!({ "$ref": "#/$defs/D", "description": "one of them" })),
        Just(json!({ "$ref": "#/$defs/E", "minProperties": 1 })),
        Just(json!({ "$ref": "#/$defs/R" })),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            several.clone().prop_map(|schemas| json!({ "anyOf": schemas })),
            several.clone().prop_map(|schemas| json!({ "oneOf": schemas })),
            several.clone().prop_map(|schemas| json!({ "allOf": schemas })),
            several.prop_map(|schemas| json!({ "type": "array", "prefixItems": schemas, "items": false })),
            inner.clone().prop_map(|items| json!({ "type": "array", "items": items })),
            inner.clone().prop_map(|not| json!({ "not": not })),
            inner.clone().prop_map(|members| json!({ "type": "object", "additionalProperties": members })),
            inner.clone().prop_map(|members| json!({ "patternProperties": { "^a": members }, "minProperties": 1 })),
            (inner.clone(), inner.clone(), any::<bool>()).prop_map(|(a, b, is_required)| {
                let required = if is_required { json!(["a"]) } else { json!([]) };
                json!({ "type": "object", "properties": { "a": a, "b": b }, "required": required })
            }),
            (inner.clone(), inner).prop_map(|(a, any)| {
                json!({ "properties": { "a": a }, "anyOf": [any, { "type": "object", "required": ["b"] }] })
            }),
        ]
    })
}

pub(crate) fn given(schema: &Value) -> Value {
    json!({
        "type": "object",
        "properties": { "v": schema },
        "required": ["v"],
        "$defs": {
            "D": { "enum": ["a", 1, null] },
            "E": { "type": "object", "properties": { "b": { "$ref": "#/$defs/D" } } },
            "R": { "type": ["object", "null"], "properties": { "a": { "$ref": "#/$defs/R" } } },
        },
    })
}

/// How many cases run; more by `RANDOM_CASES`.
fn cases() -> u32 {
    let cases = std::env::var("RANDOM_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_valid_is_refused(schema in schemas(), values in prop::collection::vec(values(), 12)) {
        let given = given(&schema);
        let original = jsonschema::draft202012::new(&given).unwrap();
        let definition = ToolDefinition::named("find", "Finds.").with_parameters(given.clone());
        let formats: [(&dyn RequestFormat, &str); 7] = [
            (&Anthropic.lenient(), "/0/input_schema"),
            (&Bedrock.lenient(), "/0/toolSpec/inputSchema/json"),
            (&Gemini.lenient(), "/0/functionDeclarations/0/parametersJsonSchema"),
            (&Mcp.lenient(), "/0/inputSchema"),
            (&Mistral.lenient(), "/0/function/parameters"),
            (&Ollama.lenient(), "/0/function/parameters"),
            (&OpenAiResponses.lenient(), "/0/parameters"),
        ];
        for (format, path) in formats {
            let manifest = format.manifest(std::slice::from_ref(&definition)).unwrap();
            let manifest = serde_json::to_value(manifest).unwrap();
            let lowered = manifest.pointer(path).unwrap();
            let validator = jsonschema::draft202012::new(lowered).unwrap();
            for value in &values {
                let arguments = json!({ "v": value });
                if original.is_valid(&arguments) {
                    prop_assert!(validator.is_valid(&arguments), "{}: {value}\n{given}\n{lowered}", format.name());
                }
            }
        }
    }

    /// Under OpenAI's strict schemas `null` stands for an argument that is left out, under Anthropic's it is left out. Objects are
    /// closed there, so a value with members is not asked about.
    #[test]
    fn nothing_valid_is_refused_by_a_strict_form(
        schema in schemas(),
        values in prop::collection::vec(prop::option::of(values()), 12),
        is_required in any::<bool>(),
    ) {
        let mut given = given(&schema);
        if !is_required {
            given["required"] = json!([]);
        }
        let original = jsonschema::draft202012::new(&given).unwrap();
        let definition = ToolDefinition::named("find", "Finds.").with_parameters(given.clone());
        let formats: [(&dyn RequestFormat, &str, bool); 4] = [
            (&Anthropic.strict().lenient(), "/0/input_schema", false),
            (&Bedrock.strict().lenient(), "/0/toolSpec/inputSchema/json", false),
            (&Mistral.strict().lenient(), "/0/function/parameters", true),
            (&OpenAiChat.strict().lenient(), "/0/function/parameters", true),
        ];
        for (format, path, is_filled) in formats {
            let manifest = format.manifest(std::slice::from_ref(&definition)).unwrap();
            let is_strict = manifest.tools()[0].is_strict();
            let manifest = serde_json::to_value(manifest).unwrap();
            let lowered = manifest.pointer(path).unwrap();
            let validator = jsonschema::draft202012::new(lowered);
            prop_assert!(validator.is_ok(), "{}: no schema: {given}\n{lowered}", format.name());
            let validator = validator.unwrap();
            for value in &values {
                let left_out = json!({});
                let arguments = value.as_ref().map_or(left_out, |value| json!({ "v": value }));
                if !original.is_valid(&arguments) || value.as_ref().is_some_and(has_members) {
                    continue;
                }
                let written = match (value, is_strict && is_filled) {
                    (None, true) => json!({ "v": null }),
                    // Written as what it means, absence.
                    (Some(Value::Null), false) if !is_required && is_strict => json!({}),
                    _ => arguments,
                };
                prop_assert!(validator.is_valid(&written), "{}: {written}\n{given}\n{lowered}", format.name());
            }
        }
    }
}
