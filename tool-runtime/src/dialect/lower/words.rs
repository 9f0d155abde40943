//! What moves into a description, in words.

use serde_json::{Map, Value};

use crate::tool::merge::types;
use crate::tool::schema_text::ordered;

/// What `keyword` says, in words; none if nothing is lost without it.
pub(super) fn of(keyword: &str, value: &Value) -> Option<String> {
    let plural = |one: &str, many: &str| match value.as_u64() {
        Some(1) => format!("1 {one}"),
        _ => format!("{value} {many}"),
    };
    Some(match (keyword, value) {
        (
            "$schema" | "$comment" | "title" | "$id" | "id" | "$anchor" | "$dynamicAnchor"
            | "$recursiveAnchor" | "definitions",
            _,
        ) => return None,
        // Objects are closed wherever it is not taken, or their members are listed.
        ("unevaluatedProperties" | "unevaluatedItems", Value::Bool(_)) => return None,
        ("readOnly" | "writeOnly" | "deprecated" | "uniqueItems", Value::Bool(false)) => {
            return None;
        }
        // `null` and absence are one and the same.
        ("default", Value::Null) => return None,
        ("minimum", _) => format!("at least {value}"),
        ("maximum", _) => format!("at most {value}"),
        ("exclusiveMinimum", _) => format!("more than {value}"),
        ("exclusiveMaximum", _) => format!("less than {value}"),
        ("multipleOf", _) => format!("a multiple of {value}"),
        ("minLength", _) => format!("at least {}", plural("character", "characters")),
        ("maxLength", _) => format!("at most {}", plural("character", "characters")),
        ("minItems", _) => format!("at least {}", plural("item", "items")),
        ("maxItems", _) => format!("at most {}", plural("item", "items")),
        ("minProperties", _) => format!("at least {}", plural("member", "members")),
        ("maxProperties", _) => format!("at most {}", plural("member", "members")),
        ("uniqueItems", _) => "no item twice".to_owned(),
        ("deprecated", _) => "deprecated".to_owned(),
        ("format", Value::String(format)) if format == "ip" => "an IPv4 or IPv6 address".to_owned(),
        ("format", Value::String(format)) => format!("format: {format}"),
        ("pattern", Value::String(pattern)) => format!("matches the pattern {pattern}"),
        ("const", _) => format!("always {value}"),
        ("enum", Value::Array(values)) => format!("one of {}", listed(values)),
        ("examples", Value::Array(values)) => format!("for example {}", listed(values)),
        ("prefixItems", Value::Array(parts)) => {
            let parts: Vec<String> = parts.iter().map(part).collect();
            format!("in this order: {}", parts.join(", "))
        }
        ("properties", Value::Object(_)) => format!("also takes {}", text(value)),
        ("anyOf" | "oneOf", Value::Array(parts)) if parts.iter().all(only_requires) => {
            let either = if keyword == "oneOf" { "either " } else { "" };
            let parts: Vec<String> = parts.iter().map(required).collect();
            format!("requires {either}{}", parts.join(", or "))
        }
        // Each is a schema, whose keys have an order.
        ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
            let parts: Vec<String> = parts.iter().map(text).collect();
            format!("{keyword}: [{}]", parts.join(","))
        }
        ("patternProperties", Value::String(pattern)) => format!("names match {pattern}"),

        _ => format!("{keyword}: {}", text(value)),
    })
}

/// Where what `keyword` says stands among the words, so that they read well.
pub(super) fn rank(keyword: &str) -> usize {
    const ORDER: [&str; 17] = [
        "additionalProperties",
        "prefixItems",
        "const",
        "enum",
        "format",
        "pattern",
        "minimum",
        "exclusiveMinimum",
        "maximum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ];
    match keyword {
        "default" => ORDER.len() + 1,
        "examples" => ORDER.len() + 2,
        _ => ORDER
            .iter()
            .position(|known| *known == keyword)
            .unwrap_or(ORDER.len()),
    }
}

fn listed(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(text).collect();
    values.join(", ")
}

/// One part of a tuple: its types, if they say most of it.
fn part(schema: &Value) -> String {
    let is_simple = super::sizes::inside(schema).is_empty()
        && ["$ref", "enum", "const"]
            .iter()
            .all(|key| schema.get(*key).is_none());
    match types(schema.get("type").unwrap_or(&Value::Null)) {
        kinds if is_simple && !kinds.is_empty() => kinds.join(" or "),
        _ => text(schema),
    }
}

fn only_requires(schema: &Value) -> bool {
    let keywords = schema.as_object();
    keywords.is_some_and(|keywords| keywords.len() == 1 && keywords.contains_key("required"))
}

/// The names that are required, as in "`a` and `b`".
fn required(schema: &Value) -> String {
    let names = schema.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}

/// A lowered schema as a part of a sentence.
pub(super) fn brief(schema: &Value) -> String {
    let is_brief = |(key, _): (&String, _)| key == "type" || key == "description";
    let kinds = types(schema.get("type").unwrap_or(&Value::Null)).join(" or ");
    match schema {
        Value::Object(node) if !kinds.is_empty() && node.iter().all(is_brief) => {
            let told = node.get("description").and_then(Value::as_str);
            told.map_or(kinds.clone(), |told| format!("{kinds} {told}"))
        }
        _ => text(schema),
    }
}

/// In our order of keys.
fn text(value: &Value) -> String {
    ordered(value, &[])
}

/// What is told of one schema, each with its place among the others.
pub(super) type Words = Vec<(usize, String)>;

/// Writes them behind the description.
pub(super) fn append(node: &mut Map<String, Value>, mut words: Words) {
    if words.is_empty() {
        return;
    }
    words.sort_by_key(|(place, _)| *place);
    let words: Vec<String> = words.into_iter().map(|(_, text)| text).collect();
    let told = node
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let space = if told.is_empty() { "" } else { " " };
    let text = format!("{told}{space}({})", words.join("; "));
    node.insert("description".to_owned(), text.into());
}
