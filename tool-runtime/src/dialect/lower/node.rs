//! One schema, keyword by keyword.

use serde_json::{Map, Value, json};

use super::choice::distinct;
use super::sizes::Place;
use super::words::{self, Words};
use super::{Lowering, in_order};
use crate::tool::merge::types;
use crate::tool::root::PARTS;

/// serde_json reads nothing deeper either.
pub(super) const MAX_DEPTH: usize = 128;

/// Far beyond what a model reads.
pub(super) const MAX_NODES: usize = 100_000;

impl Lowering<'_> {
    /// The arguments themselves. Their definitions stay only where a `$ref` leads to them.
    pub(super) fn root(&mut self) -> Value {
        self.open.push(String::new());
        let mut root = self.root.without_definitions();
        let told = self.parts(&mut root);
        let mut lowered = self.node(root, "$");
        if let Value::Object(lowered) = &mut lowered {
            words::append(lowered, told);
        }
        lowered
    }

    /// Takes out what says of the arguments as a whole which of them go together: no provider takes it there, so it is told.
    fn parts(&mut self, root: &mut Value) -> Words {
        let mut told = Words::new();
        let Value::Object(root) = root else {
            return told;
        };
        for keyword in PARTS {
            let Some(value) = root.remove(keyword) else {
                continue;
            };
            if let Some(text) = words::of(keyword, &self.without_references(&value)) {
                self.tells("$", keyword, text, &mut told);
            }
        }
        told
    }

    /// Takes the schema apart: only what a `$ref` leads to is copied.
    pub(super) fn node(&mut self, schema: Value, at: &str) -> Value {
        match schema {
            Value::Object(node) if node.contains_key("$ref") => {
                self.within(node, at, Self::reference)
            }
            Value::Object(node) => self.within(node, at, Self::keywords),
            Value::Bool(is_any) if self.subset.keywords.is_some() => self.boolean(is_any, at),
            other => other,
        }
    }

    fn within(
        &mut self,
        node: Map<String, Value>,
        at: &str,
        lower: fn(&mut Self, Map<String, Value>, &str) -> Value,
    ) -> Value {
        self.nodes += 1;
        if self.depth >= MAX_DEPTH || self.nodes > MAX_NODES {
            if self.problems.iter().all(|problem| problem.path != at) && self.nodes <= MAX_NODES + 1
            {
                self.problem(at, "is too deep or too large to be written", "take less");
            }
            return json!({});
        }
        self.depth += 1;
        let lowered = lower(self, node, at);
        self.depth -= 1;
        lowered
    }

    /// A schema that takes every value, or none.
    fn boolean(&mut self, is_any: bool, at: &str) -> Value {
        match (is_any, self.subset.closed) {
            (true, false) => {}
            (true, true) => self.untyped(at),
            (false, _) => self.problem(at, "takes no value", "leave it out"),
        }
        json!({})
    }

    fn untyped(&mut self, at: &str) {
        self.problem(
            at,
            "takes values of any type",
            "say which, with a struct or an enum, or take JSON as text",
        );
    }

    /// A schema without `$ref`, or where one may stand beside anything.
    pub(super) fn keywords(&mut self, mut node: Map<String, Value>, at: &str) -> Value {
        let mut told = Words::new();
        let rest = self.fold(&mut node);
        if node.contains_key("$ref") && self.subset.refs != super::subset::Refs::Beside {
            // One of `allOf` brought it.
            return self.reference_with(node, rest, at);
        }
        self.any(&mut node, at);
        let rest = [rest, self.distribute(&mut node)].concat();
        self.format(&mut node, at, &mut told);
        self.values(&mut node, at, &mut told);
        self.partly(&mut node, at, &mut told);
        self.exclusive(&mut node);
        self.tuple(&mut node, at, &mut told);
        self.patterned(&mut node, at, &mut told);
        self.others(&mut node, at, &mut told);
        self.leave(&mut node, at, &mut told);
        self.members(&mut node, at, &mut told);
        self.inner(&mut node, at);
        for (keyword, value) in rest {
            self.moves(at, &keyword, &value, &mut told);
        }
        words::append(&mut node, told);
        if self.subset.keywords.is_some() {
            distinct(&mut node);
        }
        node.into()
    }

    fn reference_with(
        &mut self,
        node: Map<String, Value>,
        rest: Vec<(String, Value)>,
        at: &str,
    ) -> Value {
        let mut lowered = self.reference(node, at);
        let mut told = Words::new();
        for (keyword, value) in rest {
            self.moves(at, &keyword, &value, &mut told);
        }
        if told.is_empty() {
            return lowered;
        }
        if lowered.get("$ref").is_some() {
            lowered = json!({ "anyOf": [lowered] });
        }
        if let Value::Object(lowered) = &mut lowered {
            words::append(lowered, told);
        }
        lowered
    }

    /// Takes out what the subset does not take, and tells it.
    fn leave(&mut self, node: &mut Map<String, Value>, at: &str, told: &mut Words) {
        // `null` and absence are one and the same.
        if self.subset.keywords.is_some() && node.get("default") == Some(&Value::Null) {
            node.remove("default");
        }
        let mut leaving: Vec<String> = node
            .keys()
            .filter(|key| !self.subset.takes(key))
            .cloned()
            .collect();
        leaving.sort_unstable();
        leaving.sort_by_key(|key| words::rank(key));
        for keyword in leaving {
            if let Some(value) = node.remove(&keyword) {
                self.moves(at, &keyword, &value, told);
            }
        }
    }

    /// The schemas inside, but for the properties.
    fn inner(&mut self, node: &mut Map<String, Value>, at: &str) {
        let is_array = node
            .get("type")
            .map(types)
            .unwrap_or_default()
            .contains(&"array");
        if is_array && self.subset.items && !node.contains_key("items") {
            let items = if self.subset.closed {
                Value::Bool(true)
            } else {
                json!({})
            };
            node.insert("items".to_owned(), items);
        }
        let mut keywords: Vec<String> = node
            .keys()
            .filter(|keyword| Place::of(keyword) != Place::None && *keyword != "properties")
            .cloned()
            .collect();
        keywords.sort_unstable();
        for keyword in keywords {
            let inside = match keyword.as_str() {
                "items" | "prefixItems" | "contains" | "unevaluatedItems" => &format!("{at}[]"),
                "additionalProperties" | "patternProperties" | "unevaluatedProperties" => {
                    &format!("{at}.*")
                }
                _ => at,
            };
            let Some(value) = node.get_mut(&keyword) else {
                continue;
            };
            *value = match (Place::of(&keyword), value.take()) {
                (Place::One, value) if value.is_object() || keyword == "items" => {
                    self.node(value, inside)
                }
                (Place::Many, Value::Array(schemas)) => {
                    let schemas = schemas.into_iter();
                    schemas.map(|schema| self.node(schema, inside)).collect()
                }
                (Place::Named, Value::Object(schemas)) => {
                    let members = in_order(schemas).into_iter();
                    let lowered = members.map(|(name, schema)| (name, self.node(schema, inside)));
                    lowered.collect()
                }
                (_, value) => value,
            };
        }
        let says = ["type", "anyOf", "enum", "const"]
            .iter()
            .any(|key| node.contains_key(*key));
        // Annotations of a kept `$ref` are put round it afterwards.
        if self.subset.closed && !says && !self.beside {
            self.untyped(at);
        }
    }
}
