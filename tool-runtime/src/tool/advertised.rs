//! What a parameter's schema says beside its type, from the same data by which arguments are checked.

use std::cmp::Ordering;

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::bound::Bounds;
use super::decimal::compare;
use super::parameter::Parameter;
use super::problem::ArgumentProblem;
use super::shown::ShownValues;
use crate::text::shortened;

/// Writes what the row says into the schema of its type.
///
/// # Errors
///
/// What is wrong with the row, as the end of a sentence that begins with the parameter.
pub(super) fn complete(
    parameter: &Parameter,
    schema: &mut Schema,
    definitions: &Map<String, Value>,
) -> Result<(), String> {
    // The parameter's own description wins over its type's.
    for (keyword, text) in [
        ("title", parameter.title),
        ("description", parameter.description.trim_matches('\n')),
    ] {
        if !text.is_empty() {
            schema.insert(keyword.to_owned(), text.into());
        }
    }
    if parameter.deprecated {
        schema.insert("deprecated".to_owned(), true.into());
    }
    let kinds = Kinds::of(schema.as_value(), definitions, &mut Vec::new());
    bounds(&parameter.bounds, &kinds, schema)?;
    if let Some(show) = parameter.show_default {
        let mut values = ShownValues::default();
        show(&mut values);
        // No value and `null` are one and the same.
        for value in values.0.into_iter().filter(|value| !value.is_null()) {
            inside(parameter, "default", &value)?;
            schema.insert("default".to_owned(), value);
        }
    }
    if let Some(examples) = &parameter.examples {
        let mut values = ShownValues::default();
        (examples.show)(&mut values);
        for value in &values.0 {
            let text = value.to_string();
            (examples.read)(&text).map_err(|error| {
                let problem = ArgumentProblem::of_value("", &text, &error);
                wrong("example", &text, &problem)
            })?;
            inside(parameter, "example", value)?;
        }
        schema.insert("examples".to_owned(), values.0.into());
    }
    Ok(())
}

/// Whether `value` keeps to the bounds.
fn inside(parameter: &Parameter, what: &str, value: &Value) -> Result<(), String> {
    let text = value.to_string();
    let mut problems = Vec::new();
    parameter.bounds.check("", &text, || false, &mut problems);
    match problems.first() {
        None => Ok(()),
        Some(problem) => Err(wrong(what, &text, problem)),
    }
}

fn wrong(what: &str, value: &str, problem: &ArgumentProblem) -> String {
    let (value, expected) = (shortened(value, 40), problem.expected());
    format!("has the {what} `{value}`, which a call could not send: expected {expected}")
}

/// Writes the bounds, each if the schema takes values of the kind it is about.
fn bounds(bounds: &Bounds, kinds: &Kinds, schema: &mut Schema) -> Result<(), String> {
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let [minimum, maximum] = [bounds.minimum, bounds.maximum].map(|bound| bound.map(number));
    let [shortest, longest] = [bounds.shortest, bounds.longest].map(|bound| bound.map(Value::from));

    let ranged = [("minimum", minimum), ("maximum", maximum)];
    write(schema, ranged.clone(), kinds.number);
    applies(&ranged, kinds.number, "no number, which `range` is about")?;

    let mut measured = false;
    for (taken, least, most) in [
        (kinds.string, "minLength", "maxLength"),
        (kinds.array, "minItems", "maxItems"),
        (kinds.object, "minProperties", "maxProperties"),
    ] {
        let lengths = [(least, shortest.clone()), (most, longest.clone())];
        write(schema, lengths, taken);
        measured |= taken;
    }
    let lengths = [("", shortest), ("", longest)];
    applies(
        &lengths,
        measured,
        "no text, array or object, which `length` is about",
    )?;

    let Some(pattern) = bounds.pattern else {
        return Ok(());
    };
    let pattern = Value::from(pattern.text());
    match schema.get("pattern") {
        Some(other) if *other != pattern => {
            let both = json!([{ "pattern": pattern.clone() }]);
            schema.insert("allOf".to_owned(), both);
        }
        _ => {
            schema.insert("pattern".to_owned(), pattern.clone());
        }
    }
    applies(
        &[("pattern", Some(pattern))],
        kinds.string,
        "no text, which `pattern` is about",
    )
}

fn applies(bounds: &[(&str, Option<Value>)], taken: bool, problem: &str) -> Result<(), String> {
    match taken || bounds.iter().all(|(_, bound)| bound.is_none()) {
        true => Ok(()),
        false => Err(format!("takes {problem}")),
    }
}

/// Inserts the bounds that are there. One that the type has already stays if it is the narrower one.
fn write(schema: &mut Schema, bounds: [(&str, Option<Value>); 2], taken: bool) {
    for (keyword, bound) in bounds {
        let Some(bound) = bound.filter(|_| taken) else {
            continue;
        };
        let wider = match keyword.starts_with("min") {
            true => Ordering::Less,
            false => Ordering::Greater,
        };
        let keep = schema.get(keyword).is_some_and(|there| {
            there.is_number() && compare(&bound.to_string(), &there.to_string()) == wider
        });
        if !keep {
            schema.insert(keyword.to_owned(), bound);
        }
    }
}

/// Which kinds of values with bounds a schema takes.
#[derive(Default)]
struct Kinds {
    number: bool,
    string: bool,
    array: bool,
    object: bool,
}

impl Kinds {
    const ALL: Self = Self {
        number: true,
        string: true,
        array: true,
        object: true,
    };

    /// Reads them off the schema; `seen` are the references followed so far.
    fn of<'a>(
        schema: &'a Value,
        definitions: &'a Map<String, Value>,
        seen: &mut Vec<&'a str>,
    ) -> Self {
        let Value::Object(keywords) = schema else {
            return if *schema == Value::Bool(false) {
                Self::default()
            } else {
                Self::ALL
            };
        };
        let mut kinds = Self::ALL;
        match keywords.get("type") {
            Some(Value::String(name)) => kinds = Self::named([name.as_str()]),
            Some(Value::Array(names)) => {
                kinds = Self::named(names.iter().filter_map(Value::as_str));
            }
            _ => {}
        }
        let values = match (keywords.get("enum"), keywords.get("const")) {
            (Some(Value::Array(values)), _) => Some(values.as_slice()),
            (_, Some(value)) => Some(std::slice::from_ref(value)),
            _ => None,
        };
        if let Some(values) = values {
            kinds = kinds.and(Self::named(values.iter().map(kind)));
        }
        if let Some(Value::String(reference)) = keywords.get("$ref")
            && let Some(name) = reference.strip_prefix("#/$defs/")
            && let Some(definition) = definitions.get(name)
            && !seen.contains(&name)
        {
            seen.push(name);
            kinds = kinds.and(Self::of(definition, definitions, seen));
            seen.pop();
        }
        for either in ["anyOf", "oneOf"] {
            if let Some(Value::Array(schemas)) = keywords.get(either) {
                let some = schemas.iter().fold(Self::default(), |some, schema| {
                    some.or(Self::of(schema, definitions, seen))
                });
                kinds = kinds.and(some);
            }
        }
        if let Some(Value::Array(schemas)) = keywords.get("allOf") {
            for schema in schemas {
                kinds = kinds.and(Self::of(schema, definitions, seen));
            }
        }
        kinds
    }

    fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut kinds = Self::default();
        for name in names {
            match name {
                "integer" | "number" => kinds.number = true,
                "string" => kinds.string = true,
                "array" => kinds.array = true,
                "object" => kinds.object = true,
                _ => {}
            }
        }
        kinds
    }

    fn and(self, other: Self) -> Self {
        Self {
            number: self.number && other.number,
            string: self.string && other.string,
            array: self.array && other.array,
            object: self.object && other.object,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            number: self.number || other.number,
            string: self.string || other.string,
            array: self.array || other.array,
            object: self.object || other.object,
        }
    }
}

/// The type of a value, as JSON Schema calls it.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
