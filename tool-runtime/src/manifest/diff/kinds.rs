//! Types, and values that are listed.

use std::fmt;

use serde_json::Value;

use super::ChangeKind;
use super::refs;
use super::walk::{Node, Walk};
use crate::text::shortened;

/// A set of types. What JSON Schema calls a number is whole or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

const NAMES: [(&str, Kinds); 7] = [
    ("null", Kinds::NULL),
    ("boolean", Kinds::BOOLEAN),
    ("integer", Kinds::INTEGER),
    ("number", Kinds::NUMBER),
    ("string", Kinds::STRING),
    ("array", Kinds::ARRAY),
    ("object", Kinds::OBJECT),
];

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(0x7f);
    const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const INTEGER: Self = Self(4);
    const FRACTION: Self = Self(8);
    pub(super) const NUMBER: Self = Self(4 | 8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);

    pub(super) fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_all = |kinds: Kinds| kinds.without(*self).is_empty();
        let mut names: Vec<&str> = NAMES
            .iter()
            .filter(|(name, kinds)| {
                has_all(*kinds) && !(*name == "integer" && has_all(Self::NUMBER))
            })
            .map(|(name, _)| *name)
            .collect();
        if self.has(Self::FRACTION) && !has_all(Self::NUMBER) {
            names.push("fractions");
        }
        f.write_str(&names.join(", "))
    }
}

/// What the keyword `type` says.
pub(super) fn of_type(node: &Node) -> Kinds {
    let named = |name: &str| {
        let named = NAMES.iter().find(|(known, _)| *known == name);
        named.map_or(Kinds::ALL, |(_, kinds)| *kinds)
    };
    match node.get("type") {
        Some(Value::String(name)) => named(name),
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| named(name.as_str().unwrap_or_default()))
            .fold(Kinds::NONE, Kinds::or),
        _ => Kinds::ALL,
    }
}

fn of_value(value: &Value) -> Kinds {
    match value {
        Value::Null => Kinds::NULL,
        Value::Bool(_) => Kinds::BOOLEAN,
        Value::Number(number) if number.is_i64() || number.is_u64() => Kinds::INTEGER,
        // 1.0 is whole.
        Value::Number(_) => Kinds::NUMBER,
        Value::String(_) => Kinds::STRING,
        Value::Array(_) => Kinds::ARRAY,
        Value::Object(_) => Kinds::OBJECT,
    }
}

/// What a schema has of types: at least those of its values.
pub(super) fn of(root: &Value, node: &Node) -> Kinds {
    below(root, node, 4)
}

fn below(root: &Value, node: &Node, depth: usize) -> Kinds {
    let mut kinds = of_type(node);
    if let Some(values) = listed(node) {
        let of_values = values.into_iter().map(of_value);
        kinds = kinds.and(of_values.fold(Kinds::NONE, Kinds::or));
    }
    for choice in ["anyOf", "oneOf"] {
        let Some(branches) = node.get(choice).and_then(Value::as_array) else {
            continue;
        };
        let of_branch = |branch: &Value| match refs::target(root, branch) {
            Value::Bool(false) => Kinds::NONE,
            Value::Object(branch) if depth > 0 => below(root, branch, depth - 1),
            _ => Kinds::ALL,
        };
        kinds = kinds.and(branches.iter().map(of_branch).fold(Kinds::NONE, Kinds::or));
    }
    kinds
}

/// The values that a schema has at most: that of `const`, or those of `enum`.
pub(super) fn listed(node: &Node) -> Option<Vec<&Value>> {
    let only = node.get("const").map(|only| vec![only]);
    only.or_else(|| enumerated(node))
}

fn enumerated(node: &Node) -> Option<Vec<&Value>> {
    Some(node.get("enum")?.as_array()?.iter().collect())
}

impl Walk<'_> {
    /// The values that a choice lost or gained.
    pub(super) fn values(&mut self, old: &Node, new: &Node, kinds: Kinds, at: &str) {
        let had = listed(old);
        let only = new.get("const").map(|only| vec![only]);
        let takes: Vec<_> = [only, enumerated(new)].into_iter().flatten().collect();
        if had.is_some() && takes.is_empty() {
            self.allows(at, ChangeKind::Values, "takes other values too");
        }
        for takes in takes {
            match &had {
                Some(had) => self.listed(had, &takes, at),
                None if is_all(kinds, &takes) => {}
                None => {
                    let text = format!("takes only {} now", list(&takes));
                    self.breaks(at, ChangeKind::Values, text);
                }
            }
        }
    }

    fn listed(&mut self, had: &[&Value], takes: &[&Value], at: &str) {
        let only_in = |these: &[&'_ Value], those: &[&Value]| {
            let these = these.iter().filter(|value| !those.contains(value));
            let these: Vec<String> = these.map(|value| value.to_string()).collect();
            (!these.is_empty()).then(|| texts(&these))
        };
        if let Some(lost) = only_in(had, takes) {
            let text = format!("does not take {lost} any more");
            self.breaks(at, ChangeKind::Values, text);
        }
        if let Some(gained) = only_in(takes, had) {
            self.allows(at, ChangeKind::Values, format!("takes {gained} too"));
        }
    }
}

/// Whether these are all values of types that have few.
fn is_all(kinds: Kinds, takes: &[&Value]) -> bool {
    let few = [
        (Kinds::NULL, Value::Null),
        (Kinds::BOOLEAN, Value::Bool(true)),
        (Kinds::BOOLEAN, Value::Bool(false)),
    ];
    let mut few = few.iter().filter(|(kind, _)| kinds.has(*kind));
    kinds.without(Kinds::NULL.or(Kinds::BOOLEAN)).is_empty()
        && few.all(|(_, value)| takes.contains(&value))
}

/// Values, for a person.
fn list(values: &[&Value]) -> String {
    let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
    texts(&values)
}

fn texts(values: &[String]) -> String {
    let first = values.iter().take(10);
    let first: Vec<String> = first
        .map(|value| format!("`{}`", shortened(value, 40)))
        .collect();
    match values.len() - first.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
