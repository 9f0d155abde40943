//! Objects inside of arguments take what they name and nothing else: where a schema that was made of a Rust type says nothing
//! of other members, it then says that there are none.
//!
//! `additionalProperties` sees only what stands beside it. So where a schema names members in several places (a `$ref` beside
//! `properties`, as an internally tagged enum has it; `oneOf` beside them, as a flattened one has it) they are first brought
//! together. What cannot be, stays open, and so does what it refers to.

use std::collections::{BTreeMap, BTreeSet};

use schemars::Schema;
use schemars::transform::transform_subschemas;
use serde_json::{Map, Value, json};

use super::merge::{ANNOTATIONS, exclude_each_other, merge, sorted, types};

/// So many alternatives are written out; a schema with more stays open.
const MAX_ALTERNATIVES: usize = 64;

/// The keywords whose schemas are about the same value.
const IN_PLACE: [&str; 4] = ["$ref", "allOf", "anyOf", "oneOf"];

/// Those that no merged schema can have.
const CONDITIONS: [&str; 5] = ["if", "then", "else", "not", "dependentSchemas"];

/// What says of members that `properties` does not name.
const OTHERS: [&str; 4] = [
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "propertyNames",
];

/// Closes the objects in `schemas` and in what they refer to; `definitions` are then those that are still referred to.
pub(super) fn close(schemas: &mut [&mut Value], definitions: &mut BTreeMap<String, Value>) {
    let mut closing = Closing {
        definitions: definitions.clone(),
        open: BTreeSet::new(),
    };
    for schema in schemas.iter().map(|schema| &**schema) {
        closing.find_open(schema);
    }
    for schema in definitions.values() {
        closing.find_open(schema);
    }
    for schema in schemas.iter_mut().filter_map(|schema| as_schema(schema)) {
        closing.close(schema);
    }
    for (name, schema) in &mut *definitions {
        match (as_schema(schema), closing.open.contains(name)) {
            (Some(schema), true) => closing.below(schema),
            (Some(schema), false) => closing.close(schema),
            (None, _) => {}
        }
    }
    let mut used = BTreeSet::new();
    for schema in schemas.iter() {
        reach(schema, definitions, &mut used);
    }
    definitions.retain(|name, _| used.contains(name));
}

fn as_schema(value: &mut Value) -> Option<&mut Schema> {
    value.try_into().ok()
}

/// The name of the definition that a `$ref` leads to.
pub(super) fn definition(reference: &Value) -> Option<String> {
    let name = reference.as_str()?.strip_prefix("#/$defs/")?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// Adds the definitions that `value` leads to.
fn reach(value: &Value, definitions: &BTreeMap<String, Value>, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(definition)
                && used.insert(name.clone())
                && let Some(schema) = definitions.get(&name)
            {
                reach(schema, definitions, used);
            }
            for value in members.values() {
                reach(value, definitions, used);
            }
        }
        Value::Array(elements) => {
            for value in elements {
                reach(value, definitions, used);
            }
        }
        _ => {}
    }
}

struct Closing {
    /// As they were.
    definitions: BTreeMap<String, Value>,
    /// The names of those that stay open, since they are one part of what cannot be brought together.
    open: BTreeSet<String>,
}

impl Closing {
    fn find_open(&mut self, schema: &Value) {
        if let Value::Object(node) = schema {
            if self.is_composed(node) && self.alternatives(node, &mut Vec::new()).is_none() {
                self.keep_open(schema);
            }
            for (_, value) in sorted(node) {
                self.find_open(value);
            }
        } else if let Value::Array(schemas) = schema {
            for schema in schemas {
                self.find_open(schema);
            }
        }
    }

    fn keep_open(&mut self, schema: &Value) {
        for part in parts(schema) {
            self.keep_open(part);
        }
        if let Some(name) = schema.get("$ref").and_then(definition)
            && self.open.insert(name.clone())
            && let Some(schema) = self.definitions.get(&name).cloned()
        {
            self.keep_open(&schema);
        }
    }

    fn close(&self, schema: &mut Schema) {
        let Some(node) = schema.as_object_mut() else {
            return;
        };
        if self.is_composed(node) {
            match self.alternatives(node, &mut Vec::new()) {
                Some(alternatives) => *node = choice(node, alternatives),
                None => return self.below(schema),
            }
        }
        if names_all(node) && self.places(node) == 0 {
            node.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
        transform_subschemas(&mut |inner: &mut Schema| self.close(inner), schema);
    }

    /// Closes what stands inside of a value that itself stays open.
    fn below(&self, schema: &mut Schema) {
        let Some(node) = schema.as_object_mut() else {
            return;
        };
        let in_place = IN_PLACE.iter().chain(&CONDITIONS);
        let mut kept: Vec<_> = in_place
            .filter_map(|keyword| node.remove_entry(*keyword))
            .collect();
        transform_subschemas(&mut |inner: &mut Schema| self.close(inner), schema);
        let parts = kept.iter_mut().flat_map(|(_, value)| match value {
            Value::Array(parts) => &mut parts[..],
            part => std::slice::from_mut(part),
        });
        for part in parts.filter_map(as_schema) {
            self.below(part);
        }
        if let Some(node) = schema.as_object_mut() {
            node.extend(kept);
        }
    }

    /// Whether it says in more than one place which members there are.
    fn is_composed(&self, node: &Map<String, Value>) -> bool {
        usize::from(names_some(node)) + self.places(node) > 1
    }

    /// In how many places beside its own properties it may say which members there are.
    fn places(&self, node: &Map<String, Value>) -> usize {
        let keywords = ["$ref", "allOf", "anyOf", "oneOf", "if", "then", "else"];
        let naming = keywords.map(|keyword| match node.get(keyword) {
            Some(reference @ Value::String(_)) => {
                let target = definition(reference).and_then(|name| self.definitions.get(&name));
                usize::from(target.is_some_and(|target| self.names(target, 0)))
            }
            Some(Value::Array(parts)) => {
                let naming = parts.iter().filter(|part| self.names(part, 0)).count();
                // Of a choice one holds.
                naming.min(if keyword == "allOf" { naming } else { 1 })
            }
            Some(part) => usize::from(self.names(part, 0)),
            None => 0,
        });
        naming.iter().sum::<usize>() + usize::from(node.contains_key("dependentSchemas"))
    }

    /// Whether it may say which members there are.
    fn names(&self, schema: &Value, depth: usize) -> bool {
        let Value::Object(node) = schema else {
            return false;
        };
        let target = node.get("$ref").and_then(definition);
        let target = target.and_then(|name| self.definitions.get(&name));
        depth > 16
            || names_some(node)
            || parts(schema).any(|part| self.names(part, depth + 1))
            || target.is_some_and(|target| self.names(target, depth + 1))
    }

    /// The schemas of which a value fits one if it fits `node`, each without parts; `None` if they cannot be written.
    fn alternatives(
        &self,
        node: &Map<String, Value>,
        within: &mut Vec<String>,
    ) -> Option<Vec<Map<String, Value>>> {
        if CONDITIONS.iter().any(|keyword| node.contains_key(*keyword)) {
            return None;
        }
        let mut base = node.clone();
        for keyword in IN_PLACE {
            base.remove(keyword);
        }
        // It is about what is merged now, where it is one with the other.
        if let Some(others) = base.remove("unevaluatedProperties") {
            base.entry("additionalProperties").or_insert(others);
        }
        let mut alternatives = vec![base];
        if let Some(reference) = node.get("$ref") {
            let name = definition(reference)?;
            let target = self.definitions.get(&name)?;
            if within.contains(&name) {
                return None;
            }
            within.push(name);
            let targets = self.alternatives_of([target], within)?;
            within.pop();
            alternatives = product(&alternatives, &targets)?;
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let Some(Value::Array(parts)) = node.get(keyword) else {
                continue;
            };
            // Each part holds, or one of them does.
            let size = if keyword == "allOf" { 1 } else { parts.len() };
            for parts in parts.chunks(size.max(1)) {
                let parts = self.alternatives_of(parts, within)?;
                alternatives = product(&alternatives, &parts)?;
            }
        }
        (!alternatives.is_empty()).then_some(alternatives)
    }

    fn alternatives_of<'a>(
        &self,
        schemas: impl IntoIterator<Item = &'a Value>,
        within: &mut Vec<String>,
    ) -> Option<Vec<Map<String, Value>>> {
        let mut all = Vec::new();
        for schema in schemas {
            match schema {
                Value::Object(node) => all.extend(self.alternatives(node, within)?),
                Value::Bool(true) => all.push(Map::new()),
                _ => {}
            }
        }
        Some(all)
    }
}

/// Each of `left` with each of `right`, but for those that no value fits.
fn product(
    left: &[Map<String, Value>],
    right: &[Map<String, Value>],
) -> Option<Vec<Map<String, Value>>> {
    let mut all = Vec::new();
    for left in left {
        for right in right {
            if exclude_each_other(left, right) {
                continue;
            }
            let (mut both, mut rest) = (left.clone(), Vec::new());
            merge(&mut both, right, &mut rest);
            if !rest.is_empty() || all.len() == MAX_ALTERNATIVES {
                return None;
            }
            all.push(both);
        }
    }
    Some(all)
}

/// The alternatives in the place of `node`, with its annotations round them.
fn choice(node: &Map<String, Value>, alternatives: Vec<Map<String, Value>>) -> Map<String, Value> {
    if let [only] = &alternatives[..] {
        return only.clone();
    }
    let is_annotation = |key: &str| ANNOTATIONS.contains(&key);
    let alternatives: Vec<Value> = alternatives
        .into_iter()
        .map(|mut alternative| {
            // What the branch says of itself stays, what it has from outside stands there.
            let own = |key: &String, value: &Value| node.get(key) != Some(value);
            alternative.retain(|key, value| !is_annotation(key) || own(key, value));
            alternative.into()
        })
        .collect();
    let annotations = node.iter().filter(|(key, _)| is_annotation(key));
    let mut chosen: Map<String, Value> = annotations
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    chosen.insert("anyOf".to_owned(), json!(alternatives));
    chosen
}

/// The schemas about the same value.
fn parts(schema: &Value) -> impl Iterator<Item = &Value> {
    let keywords = ["allOf", "anyOf", "oneOf", "if", "then", "else"];
    let values = keywords
        .into_iter()
        .filter_map(|keyword| schema.get(keyword));
    values.flat_map(|value| match value {
        Value::Array(parts) => &parts[..],
        part => std::slice::from_ref(part),
    })
}

/// Whether it says itself which members there are, or takes none.
fn names_some(node: &Map<String, Value>) -> bool {
    node.contains_key("properties")
        || OTHERS.iter().any(|keyword| node.contains_key(*keyword))
        || is_empty(node)
}

/// Whether it names members, or is a struct without any, and says nothing of others.
fn names_all(node: &Map<String, Value>) -> bool {
    let says = OTHERS.iter().any(|keyword| node.contains_key(*keyword));
    !says && (node.contains_key("properties") || is_empty(node))
}

/// Whether it is that of a struct without fields, of which schemars writes the type alone.
fn is_empty(node: &Map<String, Value>) -> bool {
    let is_bare = |key: &String| key == "type" || ANNOTATIONS.contains(&key.as_str());
    let is_object = |kind: &Value| types(kind).contains(&"object");
    node.get("type").is_some_and(is_object) && node.keys().all(is_bare)
}
