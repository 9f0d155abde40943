//! Ollama's native API: its server keeps few keywords, so what it would drop is told where it keeps the text.

use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tool_runtime::dialect::{Mistral, Ollama, RequestFormat};
use tool_runtime::{Manifest, Moved, ToolDefinition, Toolbox, tool, tools};

use crate::random;
use crate::shapes;

/// What the server keeps of the arguments as a whole, and of a property: `ToolFunctionParameters` and `ToolProperty` in its api/types.go.
const ROOT: [&str; 5] = ["$defs", "items", "properties", "required", "type"];
const PROPERTY: [&str; 7] = [
    "anyOf",
    "description",
    "enum",
    "items",
    "properties",
    "required",
    "type",
];

/// The first place of a schema where the server would drop something, or fail.
fn dropped(schema: &Value, keeps: &[&str], at: &str) -> Option<String> {
    let Some(keywords) = schema.as_object() else {
        return Some(format!("{at} is {schema}"));
    };
    keywords.iter().find_map(|(keyword, value)| {
        let inside = |name: &str, schema| dropped(schema, &PROPERTY, &format!("{at}.{name}"));
        match (keyword.as_str(), value) {
            (keyword, _) if !keeps.contains(&keyword) => Some(format!("{at} has {keyword}")),
            ("properties", Value::Object(members)) => members
                .iter()
                .find_map(|(name, schema)| inside(name, schema)),
            ("anyOf", Value::Array(branches)) => {
                branches.iter().find_map(|branch| inside("anyOf", branch))
            }
            ("items", items) => inside("items", items),
            _ => None,
        }
    })
}

fn function(manifest: &Manifest) -> Value {
    serde_json::to_value(manifest).unwrap()[0]["function"].clone()
}

/// What becomes of a tool with these arguments.
#[track_caller]
fn check(parameters: Value, description: &str, expected: Value) {
    let definition = ToolDefinition::named("find", "Finds.").with_parameters(parameters);
    let function = function(&Ollama.manifest(&[definition]).unwrap());
    assert_eq!(function["description"], description);
    assert_eq!(function["parameters"], expected);
}

#[test]
fn what_is_told_of_all_arguments_stands_in_the_tool_s_description() {
    check(
        json!({ "type": "object", "properties": { "a": { "type": "null" } }, "minProperties": 1, "additionalProperties": { "type": "integer", "minimum": 3 } }),
        "Finds. (any number of other members, each integer (at least 3); at least 1 member)",
        json!({ "type": "object", "properties": { "a": { "type": "null" } } }),
    );
    check(
        json!({ "type": "object" }),
        "Finds.",
        json!({ "type": "object", "properties": {} }),
    );
}

/// Words that refer to a definition would refer to nothing, since none is kept.
#[test]
fn words_hold_what_a_reference_leads_to() {
    check(
        json!({
            "type": "object",
            "properties": {
                "pair": { "type": "array", "prefixItems": [{ "$ref": "#/$defs/Day" }, { "type": "null" }], "items": false },
                "none": { "type": "string", "not": { "$ref": "#/definitions/Days" }, "default": { "$ref": "#" } },
            },
            "$defs": { "Day": { "enum": [1, 2] } },
            "definitions": { "Days": { "items": { "$ref": "#/$defs/Day", "title": "Day" } } },
        }),
        "Finds.",
        json!({
            "type": "object",
            "properties": {
                "pair": {
                    "type": "array",
                    "description": "(in this order: {\"enum\":[1,2]}, null; at most 2 items)",
                    "items": { "anyOf": [{ "type": "integer", "enum": [1, 2] }, { "type": "null" }] },
                },
                "none": {
                    "type": "string",
                    "description": "(not: {\"items\":{\"enum\":[1,2],\"title\":\"Day\"}}; default: {\"$ref\":\"#\"})",
                },
            },
        }),
    );
}

#[derive(Deserialize, JsonSchema)]
struct Address {
    /// The street.
    street: String,
}

/// Move.
#[tool(pure)]
async fn move_to(
    /// Where from.
    from: Address,
    /// Where to.
    to: Address,
) -> usize {
    from.street.len() + to.street.len()
}

#[test]
fn a_definition_stands_wherever_it_is_used() {
    let toolbox = Toolbox::new(tools![move_to]).unwrap();
    let street = json!({ "street": { "type": "string", "description": "The street." } });
    let address = |told: &str| json!({ "type": "object", "description": told, "properties": street, "required": ["street"] });
    let parameters = &function(&toolbox.manifest(Ollama).unwrap())["parameters"];
    assert_eq!(
        parameters["properties"],
        json!({ "from": address("Where from."), "to": address("Where to.") })
    );
    // Mistral takes references, but not all of its models follow them.
    let manifest = toolbox.manifest(Mistral).unwrap();
    assert!(!manifest.as_str().contains("$ref"), "{manifest}");
}

#[test]
fn what_contains_itself_is_refused_at_the_place_where_it_does() {
    assert_eq!(
        shapes::all().manifest(Ollama).unwrap_err().to_string(),
        "Ollama has no form for some arguments:
- `chain`: `$.branch.next` contains itself; take the parts as a list in which each names its parent
- `tree`: `$.shelf.shelves[]` contains itself; take the parts as a list in which each names its parent
Or offer wider schemas there, by `.lenient()` of the dialect."
    );
    let manifest = shapes::all().manifest(Ollama.lenient()).unwrap();
    let widened = manifest.moved().iter();
    let widened: Vec<_> = widened
        .filter(|moved| matches!(moved, Moved::Widened { .. }))
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        widened,
        [
            "`chain`: the schema takes more than the tool does, since `$.branch.next` contains itself",
            "`tree`: the schema takes more than the tool does, since `$.shelf.shelves[]` contains itself",
        ]
    );
    let tools = serde_json::to_value(&manifest).unwrap();
    let mut tools = tools.as_array().unwrap().iter();
    let tree = tools
        .find(|tool| tool["function"]["name"] == "tree")
        .unwrap();
    assert_eq!(
        tree["function"]["parameters"]["properties"]["shelf"]["properties"]["shelves"],
        json!({ "type": "array", "items": { "type": "object" } })
    );
}

#[test]
fn the_arguments_themselves_are_no_argument() {
    let definition = ToolDefinition::named("find", "Finds.").with_parameters(json!({
        "type": "object", "properties": { "inner": { "$ref": "#" } },
    }));
    let error = Ollama.manifest(&[definition]).unwrap_err().to_string();
    assert!(error.contains("`$.inner` contains itself"), "{error}");
}

#[test]
fn strict_is_nothing_it_knows() {
    let definition = ToolDefinition::named("find", "Finds.").with_strict(true);
    let manifest = Ollama.manifest(&[definition]).unwrap();
    assert!(!manifest.as_str().contains("strict"), "{manifest}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_server_drops_nothing(schema in random::schemas()) {
        let given = random::given(&schema);
        let definition = ToolDefinition::named("find", "Finds.").with_parameters(given.clone());
        let function = function(&Ollama.lenient().manifest(&[definition]).unwrap());
        let lost = dropped(&function["parameters"], &ROOT, "$");
        prop_assert!(lost.is_none(), "{lost:?}\n{given}\n{function}");
    }
}
