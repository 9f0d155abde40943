//! The diagnosis against the validator: of what that takes nothing is told, and of what it refuses something is.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Diagnosis, Place, Validator, draft};

/// Keys that are often there and often not.
fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "kind"]).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    let scalars = json!([
        null, true, 0, 1, 2.0, 2.5, -7, 300, "", "a", "b", "abc", "x"
    ]);
    let scalars = scalars.as_array().cloned().unwrap_or_default();
    prop::sample::select(scalars).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..3)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn schema() -> impl Strategy<Value = Value> {
    let scalars = json!([
        {}, true, {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"},
        {"type": ["string", "null"]}, {"type": ["integer", "object"]}, {"enum": ["a", "b"]}, {"enum": ["a", 1, null]},
        {"const": "x"}, {"const": 2}, {"type": "string", "enum": ["a"]}, {"type": "integer", "minimum": 1},
        {"type": "integer", "maximum": 2}, {"type": "string", "minLength": 2}, {"type": "string", "pattern": "^a"},
        {"minimum": 1}, {"type": "array", "maxItems": 1}, {"type": "integer", "format": "uint8"}, {"$ref": "#/$defs/tree"},
        {"type": "object", "minProperties": 1}, {"const": {"a": 1}}, {"enum": [[], {}]},
    ]);
    let scalars = scalars.as_array().cloned().unwrap_or_default();
    prop::sample::select(scalars).prop_recursive(3, 16, 3, |inner| {
        let members = prop::collection::btree_map(key(), inner.clone(), 0..3);
        let required = prop::collection::btree_set(key(), 0..2);
        let object = (members, required, prop::option::of(inner.clone()), any::<bool>());
        let object = object.prop_map(|(members, required, others, is_closed)| {
            let members: Map<String, Value> = members.into_iter().collect();
            let mut object = json!({"type": "object", "properties": members, "required": required});
            match (others, is_closed) {
                (_, true) => object["additionalProperties"] = false.into(),
                (Some(others), false) => object["additionalProperties"] = others,
                (None, false) => {}
            }
            object
        });
        let several = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            4 => object,
            2 => inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            1 => several().prop_map(|parts| json!({"type": "array", "prefixItems": parts, "items": false})),
            3 => several().prop_map(|branches| json!({"anyOf": branches})),
            1 => several().prop_map(|branches| json!({"oneOf": branches})),
            1 => several().prop_map(|parts| json!({"allOf": parts})),
        ]
    })
}

fn with_definitions(schema: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {"value": schema},
        "$defs": {
            "tree": {"type": "object", "properties": {"a": {"$ref": "#/$defs/tree"}, "b": {"type": "string"}}, "additionalProperties": false},
        },
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_valid_is_not_told_of_and_what_is_not_is(schema in schema(), value in value()) {
        let (schema, arguments) = (with_definitions(&schema), json!({"value": value}));
        let text = arguments.to_string();
        let validator = Validator::new("tool", Place::new("", 0), schema.clone()).unwrap();
        let told = Diagnosis::of(&draft::modern(schema.clone())).by_schema(&text);
        let problems = validator.problems(&arguments, &text);
        let is_valid = validator.validator.is_valid(&arguments);
        if is_valid {
            prop_assert!(told.is_empty(), "{told:?} of {text}, which is valid for {schema}");
        }
        prop_assert_eq!(problems.is_empty(), is_valid, "{} for {}", text, schema);
    }
}
