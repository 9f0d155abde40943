//! Keywords about one value: formats, bounds, patterns, constants.

use serde_json::{Map, Value, json};

use super::Lowering;
use super::subset::{Enums, Patterns};
use super::words::Words;
use crate::tool::merge::{ANNOTATIONS, type_value, types};
use crate::tool::number_format;

impl Lowering<'_> {
    /// The formats of numbers become what they mean; those of texts are told where the subset does not take them.
    pub(super) fn format(&mut self, node: &mut Map<String, Value>, at: &str, words: &mut Words) {
        let Some(Value::String(format)) = node.get("format").cloned() else {
            return;
        };
        if let Some(bounds) = number_format::bounds(&format, node.get("type")) {
            node.remove("format");
            for (bound, open, value) in bounds {
                if let (Some(value), false) =
                    (value, node.contains_key(bound) || node.contains_key(open))
                {
                    node.insert(bound.to_owned(), value.into());
                }
            }
        } else if !self.subset.formats.contains(&format.as_str()) {
            node.remove("format");
            self.moves(at, "format", &format.into(), words);
        }
    }

    /// Patterns and lengths that the subset takes only in part.
    pub(super) fn partly(&mut self, node: &mut Map<String, Value>, at: &str, words: &mut Words) {
        let pattern = node.get("pattern").and_then(Value::as_str);
        let too_much = match self.subset.patterns {
            Patterns::Any => false,
            Patterns::NoLookAround => pattern.is_some_and(looks_around),
            Patterns::Simple => {
                pattern.is_some_and(|pattern| looks_around(pattern) || looks_back(pattern))
            }
        };
        let minimum = node.get("minItems").and_then(Value::as_u64);
        let too_many = minimum.is_some_and(|minimum| minimum > self.subset.min_items);
        for (keyword, moves) in [("pattern", too_much), ("minItems", too_many)] {
            if moves && let Some(value) = node.remove(keyword) {
                self.moves(at, keyword, &value, words);
            }
        }
    }

    /// A bound of integers without its own value is one with the next.
    pub(super) fn exclusive(&self, node: &mut Map<String, Value>) {
        if node.get("type").and_then(Value::as_str) != Some("integer") {
            return;
        }
        for (open, bound, step) in [
            ("exclusiveMinimum", "minimum", 1),
            ("exclusiveMaximum", "maximum", -1),
        ] {
            let next = node
                .get(open)
                .and_then(Value::as_i64)
                .and_then(|value| value.checked_add(step));
            let free =
                !self.subset.takes(open) && self.subset.takes(bound) && !node.contains_key(bound);
            if let (Some(next), true) = (next, free) {
                node.remove(open);
                node.insert(bound.to_owned(), next.into());
            }
        }
    }

    /// `const` and `enum`, with their type where the subset asks for one.
    pub(super) fn values(&mut self, node: &mut Map<String, Value>, at: &str, words: &mut Words) {
        if !self.subset.takes("const")
            && let Some(value) = node.remove("const")
        {
            node.insert("enum".to_owned(), json!([value]));
        }
        if self.subset.keywords.is_none() && self.subset.enums == Enums::Any {
            return;
        }
        let values = match (node.get("enum"), node.get("const")) {
            (Some(Value::Array(values)), _) => values.clone(),
            (_, Some(value)) => vec![value.clone()],
            _ => return,
        };
        let is_composed = |value: &Value| value.is_object() || value.is_array();
        if self.subset.closed && values.iter().any(is_composed) {
            let change = "say them as a choice of objects that have these values as members";
            self.problem(at, "is one of values that are objects or lists", change);
            // What such a value is made of is no problem of its own.
            node.retain(|key, _| ANNOTATIONS.contains(&key.as_str()));
            node.insert("type".to_owned(), "null".into());
            return;
        }
        if self.subset.keywords.is_some() && !node.contains_key("type") {
            let mut kinds: Vec<&str> = Vec::new();
            for kind in values.iter().map(kind) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            node.insert("type".to_owned(), type_value(&kinds));
        }
        let taken = |value: &Value| match self.subset.enums {
            Enums::Any => true,
            Enums::Primitives => !value.is_object() && !value.is_array(),
            Enums::TextsAndNumbers => value.is_string() || value.is_number(),
        };
        if values.iter().all(taken) {
            return;
        }
        let others: Vec<Value> = values
            .iter()
            .filter(|value| !value.is_null())
            .cloned()
            .collect();
        if others.is_empty() {
            // The type says it.
            node.remove("enum");
        } else if others.iter().all(taken) && !node.contains_key("anyOf") {
            let kinds = node.get("type").map(types).unwrap_or_default();
            let kinds: Vec<&str> = kinds.into_iter().filter(|kind| *kind != "null").collect();
            let some = match &kinds[..] {
                [] => json!({ "enum": others }),
                kinds => json!({ "type": type_value(kinds), "enum": others }),
            };
            node.insert("anyOf".to_owned(), json!([some, { "type": "null" }]));
            node.remove("type");
            node.remove("enum");
        } else {
            for keyword in ["const", "enum"] {
                if let Some(value) = node.remove(keyword) {
                    self.moves(at, keyword, &value, words);
                }
            }
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn looks_around(pattern: &str) -> bool {
    ["(?=", "(?!", "(?<=", "(?<!"]
        .iter()
        .any(|group| pattern.contains(group))
}

/// Back-references and word boundaries: `\1`, `\b`.
fn looks_back(pattern: &str) -> bool {
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let escaped = (character == '\\').then(|| characters.next()).flatten();
        if escaped.is_some_and(|escaped| matches!(escaped, '0'..='9' | 'b' | 'B')) {
            return true;
        }
    }
    false
}
