//! Where schemas stand in a schema.

use serde_json::Value;

/// How schemas stand under a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    One,
    Many,
    Named,
    /// It has none.
    None,
}

impl Place {
    pub(crate) fn of(keyword: &str) -> Self {
        match keyword {
            "items"
            | "additionalProperties"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "contentSchema" => Self::One,
            "anyOf" | "oneOf" | "allOf" | "prefixItems" => Self::Many,
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                Self::Named
            }
            _ => Self::None,
        }
    }
}

/// The schemas directly in `schema`, each with the keyword it stands under.
pub(crate) fn inside(schema: &Value) -> Vec<(&str, &Value)> {
    let mut found: Vec<(&str, &Value)> = Vec::new();
    let Value::Object(keywords) = schema else {
        return found;
    };
    for (keyword, value) in keywords {
        let keyword = keyword.as_str();
        match (Place::of(keyword), value) {
            (Place::One, Value::Object(_)) => found.push((keyword, value)),
            (Place::Many, Value::Array(schemas)) => {
                found.extend(schemas.iter().map(|schema| (keyword, schema)))
            }
            (Place::Named, Value::Object(schemas)) => {
                found.extend(schemas.values().map(|schema| (keyword, schema)))
            }
            _ => {}
        }
    }
    found
}

/// Calls `change` with every schema in `schema` and the pointer to it, those inside of one before itself.
///
/// A list under `items` is one of schemas too, as drafts before 2020-12 have it.
pub(crate) fn each_mut(schema: &mut Value, at: &str, change: &mut dyn FnMut(&mut Value, &str)) {
    if let Value::Object(keywords) = schema {
        for (keyword, value) in keywords.iter_mut() {
            let at = format!("{at}/{}", escaped(keyword));
            match (Place::of(keyword), value) {
                (Place::Many | Place::One, Value::Array(schemas)) => {
                    for (index, schema) in schemas.iter_mut().enumerate() {
                        each_mut(schema, &format!("{at}/{index}"), change);
                    }
                }
                (Place::One, schema) => each_mut(schema, &at, change),
                (Place::Named, Value::Object(schemas)) => {
                    for (name, schema) in schemas.iter_mut() {
                        each_mut(schema, &format!("{at}/{}", escaped(name)), change);
                    }
                }
                _ => {}
            }
        }
    }
    change(schema, at);
}

/// A segment of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
