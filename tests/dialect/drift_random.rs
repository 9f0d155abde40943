//! Random pairs of schemas and values: what was valid and is not any more is said to be breaking.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tool_runtime::Manifest;

use crate::random::{schemas, values};

type Pair = (Value, Value);

/// The same, or another.
fn leaves() -> impl Strategy<Value = Pair> {
    prop_oneof![
        4 => schemas().prop_map(|schema| (schema.clone(), schema)),
        1 => (schemas(), schemas()),
        1 => (schemas(), schemas()).prop_map(|(one, other)| (one.clone(), json!({ "anyOf": [other, one] }))),
        1 => schemas().prop_map(|schema| (schema, json!({ "$ref": "#/$defs/D" }))),
        1 => (bounds(), bounds()),
        1 => (enums(), enums()),
    ]
}

fn bounds() -> impl Strategy<Value = Value> {
    let keyword = prop::sample::select(vec![
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ]);
    prop::collection::btree_map(keyword, 1..3_i64, 0..3).prop_map(|bounds| {
        let bounds = bounds
            .into_iter()
            .map(|(key, bound)| (key.to_owned(), Value::from(bound)));
        bounds.collect::<Map<_, _>>().into()
    })
}

fn enums() -> impl Strategy<Value = Value> {
    let all = vec![
        json!(null),
        json!(1),
        json!(1.5),
        json!("a"),
        json!("ab"),
        json!(true),
        json!(false),
    ];
    prop::sample::subsequence(all, 1..6).prop_map(|values| json!({ "enum": values }))
}

fn additional() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        Just(Some(json!(false))),
        Just(Some(json!({ "type": ["integer", "string"] }))),
    ]
}

fn object(
    members: &[(&str, &Value)],
    required: &[&str],
    additional: Option<Value>,
    is_typed: bool,
) -> Value {
    let members: Map<String, Value> = members
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), (*schema).clone()))
        .collect();
    let mut node = json!({ "properties": members });
    if is_typed {
        node["type"] = "object".into();
    }
    if !required.is_empty() {
        node["required"] = json!(required);
    }
    if let Some(additional) = additional {
        node["additionalProperties"] = additional;
    }
    node
}

/// Two that have most in common, so that it is often not clear that something broke.
fn pairs() -> impl Strategy<Value = Pair> {
    leaves().prop_recursive(3, 12, 3, |inner| {
        let names = || prop::sample::subsequence(vec!["a", "b"], 0..3);
        let objects = (inner.clone(), inner.clone(), (names(), names(), names(), names()), (additional(), additional()), any::<bool>());
        let choice = prop::sample::select(vec!["anyOf", "oneOf", "allOf"]);
        prop_oneof![
            3 => objects.prop_map(|(a, b, (had, has, required, requires), (others, other), is_typed)| {
                let all = [("a", &a), ("b", &b)];
                let old: Vec<_> = all.iter().filter(|(name, _)| had.contains(name)).map(|(name, pair)| (*name, &pair.0)).collect();
                let new: Vec<_> = all.iter().filter(|(name, _)| has.contains(name)).map(|(name, pair)| (*name, &pair.1)).collect();
                (object(&old, &required, others, is_typed), object(&new, &requires, other, is_typed))
            }),
            2 => (choice.clone(), prop::collection::vec((inner.clone(), 0..6_u8), 1..4)).prop_map(|(choice, branches)| {
                let side = |skip: u8, old: bool| -> Vec<Value> {
                    let branches = branches.iter().filter(|(_, n)| *n != skip);
                    branches.map(|(pair, _)| if old { pair.0.clone() } else { pair.1.clone() }).collect()
                };
                let (old, new) = (side(0, true), side(1, false));
                match old.is_empty() || new.is_empty() {
                    true => branches[0].0.clone(),
                    false => (json!({ choice: old }), json!({ choice: new })),
                }
            }),
            1 => (choice, inner.clone(), inner.clone(), any::<bool>()).prop_map(|(choice, one, other, is_old)| {
                match is_old {
                    true => (json!({ choice: [one.0, other.0] }), one.1),
                    false => (one.0, json!({ choice: [other.1, one.1] })),
                }
            }),
            1 => (inner.clone(), bounds(), enums()).prop_map(|((old, new), bounds, values)| {
                let with = |schema: Value, more: &Value| match schema {
                    Value::Object(mut node) => {
                        node.extend(more.as_object().cloned().unwrap_or_default());
                        node.into()
                    }
                    other => other,
                };
                (with(with(old, &bounds), &values), with(new, &bounds))
            }),
            1 => (inner.clone(), inner.clone(), 0..4_usize).prop_map(|(one, other, form)| {
                let list = |items: &Value, first: &Value, form: usize| match form {
                    0 => json!({ "type": "array", "items": items }),
                    1 => json!({ "type": "array", "prefixItems": [first], "items": items }),
                    2 => json!({ "prefixItems": [first, items] }),
                    _ => json!({ "type": "array", "prefixItems": [first, items], "items": false }),
                };
                (list(&one.0, &other.0, form), list(&one.1, &other.1, (form + 3) % 4))
            }),
            1 => (inner.clone(), inner.clone(), any::<bool>()).prop_map(|(one, other, same)| {
                let by_pattern = |one: &Value, other: &Value, pattern: &str| {
                    json!({ "properties": { "b": other }, "patternProperties": { pattern: one }, "additionalProperties": false })
                };
                (by_pattern(&one.0, &other.0, "^a"), by_pattern(&one.1, &other.1, if same { "^a" } else { "^b" }))
            }),
            1 => (inner.clone(), inner).prop_map(|(one, other)| {
                // A form that is told by a tag.
                let form = |tag: &str, schema: &Value| object(&[("a", &json!({ "const": tag })), ("b", schema)], &["a"], None, true);
                (
                    json!({ "oneOf": [form("a", &one.0)] }),
                    json!({ "oneOf": [form("ab", &other.1), form("a", &one.1)] }),
                )
            }),
        ]
    })
}

fn definitions() -> impl Strategy<Value = Pair> {
    let definition = prop_oneof![
        Just(json!(["a", 1, null])),
        Just(json!(["a", 1, null, true])),
        Just(json!(["a"])),
    ];
    let recursive = || {
        prop_oneof![
            Just(
                json!({ "type": ["object", "null"], "properties": { "a": { "$ref": "#/$defs/R" } } })
            ),
            Just(json!({ "type": ["object"], "properties": { "a": { "$ref": "#/$defs/R" } } })),
            Just(
                json!({ "anyOf": [{ "type": "null" }, { "type": "object", "properties": { "a": { "$ref": "#/$defs/R" } } }] })
            ),
        ]
    };
    let defs = move |values: &Value, recursive: &Value| {
        json!({
            "D": { "enum": values },
            "E": { "type": "object", "properties": { "b": { "$ref": "#/$defs/D" } } },
            "R": recursive,
        })
    };
    (
        definition.clone(),
        definition,
        recursive(),
        recursive(),
        any::<bool>(),
    )
        .prop_map(move |(one, other, r, s, same)| match same {
            true => (defs(&one, &r), defs(&one, &r)),
            false => (defs(&one, &r), defs(&other, &s)),
        })
}

fn whole(schema: &Value, definitions: &Value) -> Value {
    json!({ "type": "object", "properties": { "v": schema }, "required": ["v"], "additionalProperties": false, "$defs": definitions })
}

fn manifest(schema: &Value) -> Manifest {
    let manifest = json!([{ "name": "find", "inputSchema": schema }]);
    manifest.to_string().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_refused_now_is_said_to_be_breaking(
        pair in pairs(),
        definitions in definitions(),
        values in prop::collection::vec(values(), 24),
    ) {
        let (old, new) = (whole(&pair.0, &definitions.0), whole(&pair.1, &definitions.1));
        let diff = manifest(&new).diff(&manifest(&old));
        if diff.can_break() {
            return Ok(());
        }
        let was = jsonschema::draft202012::new(&old).unwrap();
        let is = jsonschema::draft202012::new(&new).unwrap();
        for value in &values {
            let arguments = json!({ "v": value });
            if was.is_valid(&arguments) {
                prop_assert!(is.is_valid(&arguments), "{value}\n{old}\n{new}\n{diff}");
            }
        }
    }

    #[test]
    fn what_did_not_change_breaks_nothing(pair in pairs(), definitions in definitions()) {
        let schema = whole(&pair.0, &definitions.0);
        prop_assert!(manifest(&schema).diff(&manifest(&schema)).is_empty());
        // Written in another way it is the same.
        let mut described = schema.clone();
        described["properties"]["v"] = json!({ "anyOf": [pair.0, { "type": "null" }], "description": "A value." });
        let diff = manifest(&described).diff(&manifest(&schema));
        prop_assert!(!diff.is_empty());
    }
}
