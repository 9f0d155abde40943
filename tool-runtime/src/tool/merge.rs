//! Two schemas that both hold, as one.

use serde_json::{Map, Value};

/// Keywords that say nothing of what is valid.
pub(crate) const ANNOTATIONS: [&str; 9] = [
    "$comment",
    "$defs",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// What is valid under both, with the annotations of `base`; and what of `other` cannot stand beside it.
pub(crate) fn merge(
    base: &mut Map<String, Value>,
    other: &Map<String, Value>,
    rest: &mut Vec<(String, Value)>,
) {
    // What two schemas name is what both together take, if either takes nothing else.
    for (key, value) in sorted(other) {
        let Some(own) = base.get_mut(key) else {
            base.insert(key.clone(), value.clone());
            continue;
        };
        if own == value || ANNOTATIONS.contains(&key.as_str()) {
            continue;
        }
        match (key.as_str(), own, value) {
            ("properties" | "patternProperties", Value::Object(own), Value::Object(value)) => {
                for (name, schema) in sorted(value) {
                    match own.get_mut(name) {
                        Some(own) => both(own, schema, rest),
                        None => {
                            own.insert(name.clone(), schema.clone());
                        }
                    }
                }
            }
            ("required", Value::Array(own), Value::Array(value)) => {
                for name in value {
                    if !own.contains(name) {
                        own.push(name.clone());
                    }
                }
            }
            ("enum", Value::Array(own), Value::Array(value)) => {
                if own.iter().any(|known| value.contains(known)) {
                    own.retain(|known| value.contains(known));
                }
            }
            ("type", own, value) => *own = common_types(own, value),
            (
                "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties",
                own,
                value,
            ) => {
                if number(value) > number(own) {
                    *own = value.clone();
                }
            }
            (
                "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties",
                own,
                value,
            ) => {
                if number(value) < number(own) {
                    *own = value.clone();
                }
            }
            ("items" | "additionalProperties", own, value) => both(own, value, rest),
            ("uniqueItems", own, _) => *own = Value::Bool(true),
            ("allOf", Value::Array(own), Value::Array(value)) => own.extend(value.iter().cloned()),
            _ => rest.push((key.clone(), value.clone())),
        }
    }
}

/// `own` as what is valid under both.
fn both(own: &mut Value, other: &Value, rest: &mut Vec<(String, Value)>) {
    match (&mut *own, other) {
        (Value::Bool(true), _) => *own = other.clone(),
        (_, Value::Bool(true)) | (Value::Bool(false), _) => {}
        (_, Value::Bool(false)) => *own = Value::Bool(false),
        (left, right) if *left == *right => {}
        // What a `$ref` leads to is not known here.
        (Value::Object(left), Value::Object(right))
            if left.contains_key("$ref") || right.contains_key("$ref") =>
        {
            *own = serde_json::json!({ "allOf": [left.clone(), right.clone()] });
        }
        (Value::Object(left), Value::Object(right)) => merge(left, right, rest),
        _ => {}
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// The members by name, whatever order the map has in this build.
pub(crate) fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    members
}

/// Whether no value can be valid under both, as far as their types tell.
pub(super) fn exclude_each_other(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    match (a.get("type"), b.get("type")) {
        (Some(a), Some(b)) => common(&types(a), &types(b)).is_empty(),
        _ => false,
    }
}

/// The types a schema's `type` names.
pub(crate) fn types(value: &Value) -> Vec<&str> {
    match value {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// `names` as the value of `type`.
pub(crate) fn type_value(names: &[&str]) -> Value {
    match names {
        [name] => Value::from(*name),
        names => Value::from(names.to_vec()),
    }
}

fn common_types(own: &Value, other: &Value) -> Value {
    // What both say together is then never true, and no schema may say so in an empty list.
    match &common(&types(own), &types(other))[..] {
        [] => own.clone(),
        names => type_value(names),
    }
}

fn common<'a>(own: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for name in own {
        let common = match *name {
            "number" if !others.contains(&"number") && others.contains(&"integer") => "integer",
            "integer" if others.contains(&"number") => name,
            name if others.contains(&name) => name,
            _ => continue,
        };
        // An integer may be there as itself and as what is left of a number.
        if !names.contains(&common) {
            names.push(common);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::common_types;

    #[test]
    fn a_type_is_left_once() {
        for (own, other, common) in [
            (
                json!(["integer", "number"]),
                json!("integer"),
                json!("integer"),
            ),
            (
                json!(["number", "integer"]),
                json!("integer"),
                json!("integer"),
            ),
            (
                json!("number"),
                json!(["integer", "null"]),
                json!("integer"),
            ),
            (
                json!(["string", "number"]),
                json!(["number", "string"]),
                json!(["string", "number"]),
            ),
        ] {
            assert_eq!(common_types(&own, &other), common, "{own} and {other}");
        }
    }
}
