//! Does the parser take what the schema says, and nothing else?
//!
//! A validator of JSON Schema and the decoder look at the same arguments. The one exception that is made for the decoder
//! is that `null` for an argument that is not required is absence. Not tried is a number beyond what the Rust type
//! holds, which a schema says by `format` alone, and an integer written as `1.0`, which a validator calls an integer.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::Index;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use support::call;
use tool_runtime::{Ending, Toolbox, tool, tools};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Speed {
    Slow,
    Fast,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Item {
    sku: String,
    quantity: Option<u8>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Word(String);

mod seconds {
    use super::*;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

fn trimmed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.map(|text| text.trim().to_owned()))
}

/// Takes one of every kind.
#[tool(inline)]
#[expect(
    clippy::too_many_arguments,
    unused_variables,
    reason = "one of each kind"
)]
fn every_kind(
    /// Required.
    boolean: bool,
    /// Required.
    letter: char,
    /// Required, and may be `null`.
    anything: Value,
    /// Required.
    item: Item,
    /// Required.
    pair: (u8, String),
    /// Lent.
    text: &str,
    /// Lent.
    items: &[Item],
    /// Optional.
    option: Option<Speed>,
    /// Optional, elsewhere.
    optional_item: Option<Item>,
    /// With a default.
    #[arg(default = 3)]
    default: u8,
    /// With a default that is a text.
    #[arg(default = "en")]
    language: String,
    /// With serde's default.
    #[serde(default)]
    list: Vec<u8>,
    /// Renamed.
    #[arg(rename = "renamed", alias = "older", default)]
    name: String,
    /// Bounded.
    #[arg(range(min = 1, max = 10))]
    number: u8,
    /// Bounded, and may be left out.
    #[arg(range(min = -1.5, max = 0.5))]
    fraction: Option<f64>,
    /// Bounded, with a default.
    #[arg(range(max = 5), default = 5)]
    few: u8,
    /// Bounded.
    #[arg(length(min = 1, max = 2), pattern = "[a-z]")]
    short: String,
    /// Bounded, elsewhere.
    #[arg(pattern = "^a")]
    word: Word,
    /// Bounded.
    #[arg(length(max = 1))]
    array: Option<Vec<u8>>,
    /// Bounded.
    #[arg(length(min = 1, max = 1))]
    map: Option<BTreeMap<String, u8>>,
    /// Bounded in every way.
    #[arg(range(min = 1), length(min = 1), pattern = "a")]
    any: Option<Value>,
    /// Carried.
    #[serde(with = "seconds")]
    #[schemars(with = "u64")]
    #[arg(range(max = 5))]
    wait: Duration,
    /// Carried, with a default.
    #[serde(with = "seconds")]
    #[schemars(with = "u64")]
    #[arg(default = Duration::ZERO)]
    pause: Duration,
    /// Carried, and may be left out.
    #[serde(deserialize_with = "trimmed")]
    #[schemars(with = "Option<String>")]
    trimmed: Option<String>,
) {
}

/// Arguments that are right.
fn right() -> Map<String, Value> {
    let arguments = json!({
        "boolean": true, "letter": "a", "anything": null, "item": {"sku": "a"}, "pair": [1, "a"], "text": "a",
        "items": [], "option": "slow", "optional_item": null, "default": 1, "language": "de", "list": [1],
        "renamed": "a", "number": 1, "fraction": 0, "few": 1, "short": "a", "word": "a", "array": [], "map": {"a": 1},
        "any": "a", "wait": 1, "pause": 1, "trimmed": " a ",
    });
    match arguments {
        Value::Object(arguments) => arguments,
        _ => unreachable!("it is an object"),
    }
}

/// What a model may send for any of them.
fn values() -> Vec<Value> {
    let values = json!([
        null, true, -2, -1.5, -1, 0, 0.25, 0.5, 0.75, 1, 2, 5, 6, 10, 11, 200,
        "", "a", "A", "ab", "abc", "ß", "😀", "a😀", "😀😀", "bab", "slow", "SLOW", " a ",
        [], [1], [1, 2], [1, "a"], ["a"], [null], [{"sku": "a"}], [{"sku": 1}], [{"sku": "a", "quantity": null}],
        {}, {"a": 1}, {"a": 1, "b": 2}, {"a": "b"}, {"a": null}, {"sku": "a", "quantity": 1}, {"sku": "a", "more": 1},
        {"quantity": 1}, {"sku": null},
    ]);
    match values {
        Value::Array(values) => values,
        _ => unreachable!("it is an array"),
    }
}

static TOOLBOX: LazyLock<Toolbox> = LazyLock::new(|| Toolbox::new(tools![every_kind]).unwrap());

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = TOOLBOX.tools()[0].parameters().to_string();
    serde_json::from_str(&text).unwrap()
});

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&SCHEMA).unwrap());

/// Whether the tool is called, and what is told if it is not.
fn decoded(arguments: &Map<String, Value>) -> (bool, String) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let text = Value::from(arguments.clone()).to_string();
    let report = runtime.block_on(TOOLBOX.run([call("every_kind", &text)]));
    let result = &report.results()[0];
    let ok = result.outcome().ending == Ending::Ok;
    assert!(
        ok || result.argument_errors().is_some(),
        "{}",
        result.text()
    );
    (ok, result.text().to_owned())
}

/// Whether the schema takes them, `null` being absence for what is not required.
fn valid(arguments: &Map<String, Value>) -> bool {
    let required = SCHEMA["required"].as_array().unwrap();
    let there: Map<String, Value> = arguments
        .iter()
        .filter(|(name, value)| {
            let known = SCHEMA["properties"].get(name).is_some();
            !(value.is_null() && known && !required.contains(&json!(name)))
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    VALIDATOR.is_valid(&there.into())
}

#[track_caller]
fn check(arguments: &Map<String, Value>) -> bool {
    let (taken, text) = decoded(arguments);
    let arguments_text = Value::from(arguments.clone()).to_string();
    assert_eq!(taken, valid(arguments), "{arguments_text}\n{text}");
    taken
}

#[test]
fn every_value_of_every_kind_of_argument_is_taken_if_the_schema_takes_it() {
    assert!(check(&right()));
    let names: Vec<String> = right().into_iter().map(|(name, _)| name).collect();
    let (mut taken, mut refused) = (0, 0);
    for name in names.iter().map(String::as_str).chain(["unknown"]) {
        for value in values() {
            let mut arguments = right();
            arguments.insert(name.to_owned(), value);
            match check(&arguments) {
                true => taken += 1,
                false => refused += 1,
            }
        }
        let mut arguments = right();
        arguments.remove(name);
        check(&arguments);
    }
    assert!(taken > 200 && refused > 500, "{taken} and {refused}");
}

#[test]
fn an_alias_is_the_argument_and_no_other() {
    for value in values() {
        let mut named = right();
        named.insert("renamed".to_owned(), value.clone());
        let mut aliased = right();
        aliased.remove("renamed");
        aliased.insert("older".to_owned(), value);
        assert_eq!(decoded(&named).0, decoded(&aliased).0);
    }
}

proptest! {
    #[test]
    fn changes_anywhere_are_taken_if_the_schema_takes_them(
        changes in prop::collection::vec((any::<Index>(), prop::option::of(any::<Index>())), 0..4),
    ) {
        let mut arguments = right();
        let names: Vec<String> = arguments.keys().cloned().collect();
        for (name, value) in changes {
            let name = name.get(&names);
            match value {
                None => arguments.remove(name),
                Some(value) => arguments.insert(name.clone(), value.get(&values()).clone()),
            };
        }
        check(&arguments);
    }
}
