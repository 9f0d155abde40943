//! How large a schema is, counted as the providers do: each definition once, where it stands.

use serde_json::Value;

use super::subset::Measure;
pub(in crate::dialect) use crate::tool::places::{Place, inside};

impl Measure {
    /// What a limit of it is about, and how much of that `schema` has.
    pub(super) fn of(self, schema: &Value) -> (&'static str, usize) {
        match self {
            Self::Properties => (
                "properties",
                sum(schema, &|node| members(node, "properties").len()),
            ),
            Self::Depth => ("objects inside of each other", depth(schema)),
            Self::EnumValues => ("values in `enum`", sum(schema, &|node| values(node).len())),
            Self::LargeEnum => (
                "characters in one `enum` of more than 250 values",
                largest(schema),
            ),
            Self::Characters => (
                "characters in names, `enum` and `const`",
                sum(schema, &characters),
            ),
        }
    }
}

/// The schemas directly inside, to be changed.
pub(in crate::dialect) fn inside_mut(schema: &mut Value) -> Vec<&mut Value> {
    let Value::Object(node) = schema else {
        return Vec::new();
    };
    let mut inner = Vec::new();
    for (keyword, value) in node.iter_mut() {
        match (Place::of(keyword), value) {
            (Place::One, value) => inner.push(value),
            (Place::Many, Value::Array(schemas)) => inner.extend(schemas),
            (Place::Named, Value::Object(schemas)) => {
                inner.extend(schemas.iter_mut().map(|(_, schema)| schema));
            }
            _ => {}
        }
    }
    inner
}

/// Every schema in `schema`, itself first.
pub(in crate::dialect) fn each<'a>(schema: &'a Value, visit: &mut dyn FnMut(&'a Value)) {
    visit(schema);
    for (_, inner) in inside(schema) {
        each(inner, visit);
    }
}

fn sum(schema: &Value, count: &dyn Fn(&Value) -> usize) -> usize {
    let mut total = 0;
    each(schema, &mut |node| total += count(node));
    total
}

fn members<'a>(node: &'a Value, keyword: &str) -> Vec<&'a String> {
    let members = node.get(keyword).and_then(Value::as_object);
    members
        .map(|members| members.keys().collect())
        .unwrap_or_default()
}

fn values(node: &Value) -> &[Value] {
    node.get("enum")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn length(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

fn characters(node: &Value) -> usize {
    let names = [members(node, "properties"), members(node, "$defs")].concat();
    let names: usize = names.iter().map(|name| name.chars().count()).sum();
    names
        + values(node)
            .iter()
            .chain(node.get("const"))
            .map(length)
            .sum::<usize>()
}

fn largest(schema: &Value) -> usize {
    let mut most = 0;
    each(schema, &mut |node| {
        let values = values(node);
        if values.len() > 250 {
            most = most.max(values.iter().map(length).sum());
        }
    });
    most
}

fn depth(schema: &Value) -> usize {
    let (mut below, mut defined) = (0, 0);
    for (keyword, inner) in inside(schema) {
        let place = if keyword == "$defs" {
            &mut defined
        } else {
            &mut below
        };
        *place = depth(inner).max(*place);
    }
    let own = usize::from(schema.get("properties").is_some());
    (own + below).max(defined)
}
