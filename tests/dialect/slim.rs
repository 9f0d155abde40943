//! Manifests from which something is left out: what is taken and required is the same.

use std::num::NonZeroU16;

use proptest::prelude::*;
use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, Bedrock, Configured, Mcp, OpenAiChat, RequestFormat, Slim};
use tool_runtime::{Manifest, ToolDefinition};

use crate::random::{schemas, values};

fn manifest(format: impl RequestFormat, schema: &Value) -> Manifest {
    let definition = ToolDefinition::named("put", "Puts it. Somewhere else, that is.");
    format
        .manifest(&[definition.with_parameters(schema.clone())])
        .unwrap()
}

fn full_and_slim(schema: &Value) -> [(Manifest, Manifest); 4] {
    let slim = Slim::ALL.at_most(NonZeroU16::new(20).unwrap());
    [
        (
            manifest(Anthropic.lenient(), schema),
            manifest(Anthropic.lenient().slim(slim), schema),
        ),
        (
            manifest(Bedrock.lenient(), schema),
            manifest(Bedrock.lenient().slim(slim), schema),
        ),
        (
            manifest(Mcp.lenient(), schema),
            manifest(Mcp.lenient().slim(slim), schema),
        ),
        (
            manifest(OpenAiChat.strict().lenient(), schema),
            manifest(OpenAiChat.strict().lenient().slim(slim), schema),
        ),
    ]
}

fn arguments() -> impl Strategy<Value = Value> {
    let used = prop::sample::select(vec!["D", "R", "C"]).prop_map(|name| json!({ "$ref": format!("#/$defs/{name}"), "description": "Where it goes. Not elsewhere." }));
    let member = prop_oneof![2 => schemas(), 2 => used];
    (member.clone(), member.clone(), member).prop_map(|(a, b, c)| {
        let inner = json!({ "type": "object", "title": "Inner", "properties": { "x": a, "y": { "$ref": "#/$defs/R" } }, "required": ["x"] });
        json!({
            "type": "object",
            "properties": { "a": a, "b": b, "c": c, "d": inner, "e": inner },
            "required": ["a"],
            "$defs": {
                "D": { "type": ["integer", "string"], "title": "D", "description": "One of two. No other." },
                "E": { "type": "object", "properties": { "b": { "$ref": "#/$defs/D" } } },
                "R": { "type": ["object", "null"], "properties": { "a": { "$ref": "#/$defs/R" } } },
                "C": { "type": "object", "properties": { "again": { "$ref": "#/$defs/C" }, "a": { "$ref": "#/$defs/D" } } },
            },
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// A validator takes with one what it takes with the other.
    #[test]
    fn the_same_values_are_taken(schema in arguments(), a in values(), b in values()) {
        for (full, slim) in full_and_slim(&schema) {
            let [full, slim] = [full, slim].map(|manifest| {
                jsonschema::validator_for(manifest.tools()[0].parameters()).unwrap()
            });
            for value in [json!({ "a": a }), json!({ "a": a, "b": b, "d": { "x": b } }), json!({ "b": b }), json!({ "a": b, "c": a, "e": { "x": a, "y": b } })] {
                prop_assert_eq!(full.is_valid(&value), slim.is_valid(&value), "{}", value);
            }
        }
    }

    #[test]
    fn nothing_is_longer(schema in arguments()) {
        for (full, slim) in full_and_slim(&schema) {
            prop_assert!(slim.as_str().len() <= full.as_str().len(), "{}\n{}", full, slim);
        }
    }
}

#[track_caller]
fn check(format: Configured<Anthropic>, schema: &Value, expected: &Value) {
    let manifest = manifest(format, schema);
    assert_eq!(manifest.tools()[0].parameters(), expected);
}

/// `a` and `b` of the same long type, and what is said of both.
fn twice() -> Value {
    let place = json!({
        "type": "object",
        "properties": { "street": { "type": "string" }, "town": { "type": "string" }, "country": { "type": "string" } },
        "required": ["street", "town"],
    });
    json!({ "type": "object", "properties": { "from": place, "to": place }, "required": ["to"] })
}

#[test]
fn what_occurs_twice_is_written_once() {
    let place = twice()["properties"]["from"].clone();
    let shared = json!({
        "type": "object",
        "properties": { "from": { "$ref": "#/$defs/s0" }, "to": { "$ref": "#/$defs/s0" } },
        "required": ["to"],
        "additionalProperties": false,
        "$defs": { "s0": place },
    });
    check(Anthropic.slim(Slim::default().sharing()), &twice(), &shared);
    let mut open = twice();
    open["additionalProperties"] = false.into();
    check(Anthropic.slim(Slim::default()), &twice(), &open);
    // Where no `$ref` is followed it stays.
    let (full, slim) = (
        manifest(Bedrock, &twice()),
        manifest(Bedrock.slim(Slim::ALL), &twice()),
    );
    assert_eq!(full.tools()[0].parameters(), slim.tools()[0].parameters());
}

#[test]
fn what_is_used_once_or_is_short_stands_where_it_is_used() {
    let schema = json!({
        "type": "object",
        "properties": {
            "a": { "$ref": "#/$defs/Once", "description": "This one." },
            "b": { "$ref": "#/$defs/Id" },
            "c": { "$ref": "#/$defs/Id" },
        },
        "$defs": {
            "Once": { "type": "object", "description": "A thing.", "properties": { "id": { "$ref": "#/$defs/Id" } } },
            "Id": { "type": "integer" },
        },
    });
    let expected = json!({
        "type": "object",
        "properties": {
            "a": { "type": "object", "description": "This one.", "properties": { "id": { "type": "integer" } } },
            "b": { "type": "integer" },
            "c": { "type": "integer" },
        },
        "additionalProperties": false,
    });
    check(
        Anthropic.slim(Slim::default().sharing()),
        &schema,
        &expected,
    );
}

#[test]
fn each_setting_leaves_out_what_it_says() {
    let schema = json!({
        "type": "object",
        "properties": { "a": {
            "type": "integer", "title": "A", "description": "How many. More is slower.", "default": 3, "examples": [4], "minimum": 1,
        } },
        "required": [],
    });
    let left = |slim: Slim| {
        let manifest = manifest(Anthropic.slim(slim), &schema);
        let mut keys: Vec<String> = manifest.tools()[0].parameters()["properties"]["a"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(
        left(Slim::default()),
        "default description examples minimum title type"
    );
    assert_eq!(
        left(Slim::default().without_defaults()),
        "description examples minimum title type"
    );
    assert_eq!(
        left(Slim::default().without_examples()),
        "default description minimum title type"
    );
    assert_eq!(
        left(Slim::default().without_titles()),
        "default description examples minimum type"
    );
    assert_eq!(left(Slim::ALL), "description minimum type");

    let text = |format: Configured<Anthropic>| {
        let manifest = manifest(format, &schema);
        let tool = &manifest.tools()[0];
        (
            tool.description().to_owned(),
            tool.parameters()["properties"]["a"]["description"].clone(),
        )
    };
    let short = ("Puts it.".to_owned(), json!("How many."));
    assert_eq!(
        text(Anthropic.slim(Slim::default().first_sentence())),
        short
    );
    let cut = ("Puts…".to_owned(), json!("How…"));
    assert_eq!(
        text(Anthropic.slim(Slim::default().at_most(NonZeroU16::new(6).unwrap()))),
        cut
    );
    // A bound that the provider does not take stands behind, and a default that a strict tool has stays.
    let (_, strict) = text(Anthropic.strict().slim(Slim::ALL));
    assert_eq!(
        strict,
        "How many. (at least 1; e.g. 4)".replace("; e.g. 4", "")
    );
    let strict = manifest(Anthropic.strict().slim(Slim::ALL), &schema);
    assert_eq!(
        strict.tools()[0].parameters()["properties"]["a"]["default"],
        3
    );
}
