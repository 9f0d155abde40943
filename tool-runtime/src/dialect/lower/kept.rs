//! Schemas that a provider takes as they are, which most are: their text is written from the definition, nothing of it copied.
//!
//! The check is on the safe side: of what it does not know it says that it is not kept, and then `node.rs` lowers it. That both write
//! the same bytes wherever it says yes is a test of `same.rs`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::node::{MAX_DEPTH, MAX_NODES};
use super::refs::MAX_COPIED;
use super::sizes::Place;
use super::subset::{Enums, Optional, Patterns, Recursion, Refs, Subset};
use crate::tool::merge::ANNOTATIONS;
use crate::tool::number_format;
use crate::tool::schema::Schema;
use crate::tool::schema_text::{self, Definitions, SchemaText};

/// The text of `schema` in `subset`, if all of it is taken as it is: but for the formats of numbers, which are told as bounds, and
/// `$ref`s, in whose places stands what they lead to where the subset has none.
pub(in crate::dialect) fn kept(schema: &Schema, subset: &Subset) -> Option<String> {
    let inlined = subset.refs == Refs::Inlined;
    let mut check = Check {
        subset,
        inlined,
        definitions: schema.definitions(),
        reached: BTreeSet::new(),
        nodes: 0,
    };
    let is_kept = takes_all_keywords(subset) && check.root(schema);
    is_kept.then(|| schema.write(SchemaText::told(inlined.then(|| schema.definitions()))))
}

/// Whether a schema's keywords stay, whatever they say, but for what [`Check`] looks at.
fn takes_all_keywords(subset: &Subset) -> bool {
    matches!(
        subset,
        Subset {
            keywords: None,
            formats: _,
            refs: Refs::Beside | Refs::Inlined,
            recursion: Recursion::Anywhere,
            optional: Optional::Left,
            closed: false,
            items: _,
            min_items: u64::MAX,
            described: true,
            patterns: Patterns::Any,
            enums: Enums::Any,
            names: _,
            counts: _,
            sizes: [],
        }
    )
}

#[derive(Debug)]
struct Check<'a> {
    subset: &'a Subset,
    inlined: bool,
    definitions: &'a Definitions,
    /// The definitions that `$ref`s lead to, where those stay.
    reached: BTreeSet<&'a str>,
    nodes: usize,
}

impl<'a> Check<'a> {
    fn root(&mut self, schema: &'a Schema) -> bool {
        let mut properties = schema.properties().iter();
        schema.is_simple()
            && properties.all(|(name, schema)| {
                self.subset.names.takes(name, true).is_ok() && self.schema(schema, 1)
            })
            && self.schema(schema.additional(), 1)
            // Others would be left out.
            && (self.inlined || self.reached.len() == self.definitions.len())
    }

    fn schema(&mut self, schema: &'a Value, depth: usize) -> bool {
        let Value::Object(node) = schema else {
            return true;
        };
        self.nodes += 1;
        let most = if self.inlined { MAX_COPIED } else { MAX_NODES };
        // A path through all definitions is no deeper than this.
        let is_small = (depth + 1) * (self.definitions.len() + 1) <= MAX_DEPTH && self.nodes < most;
        is_small
            && node
                .iter()
                .all(|(key, value)| self.keyword(node, key, value, depth))
    }

    fn keyword(
        &mut self,
        node: &'a Map<String, Value>,
        key: &str,
        value: &'a Value,
        depth: usize,
    ) -> bool {
        match (key, value) {
            ("$ref", reference) => self.reference(node, reference, depth),
            ("format", Value::String(format)) => {
                number_format::bounds(format, node.get("type")).is_some()
                    || self.subset.formats.contains(&format.as_str())
            }
            ("type", kind) => !self.subset.items || !is_array(kind) || node.contains_key("items"),
            ("required", names) => is_list_of_names(names),
            ("properties", Value::Object(schemas)) => {
                let is_taken = |name: &String| self.subset.names.takes(name, false).is_ok();
                schemas.keys().all(is_taken) && self.all(schemas.values(), depth)
            }
            ("properties", _) => false,
            _ if !schema_text::has_schemas(key) => Place::of(key) == Place::None,
            (_, Value::Object(schemas)) if Place::of(key) == Place::Named => {
                self.all(schemas.values(), depth)
            }
            (_, Value::Array(schemas)) if Place::of(key) == Place::Many => self.all(schemas, depth),
            (_, Value::Object(_)) if Place::of(key) == Place::One => self.schema(value, depth + 1),
            _ => true,
        }
    }

    fn all(&mut self, schemas: impl IntoIterator<Item = &'a Value>, depth: usize) -> bool {
        let mut schemas = schemas.into_iter();
        schemas.all(|schema| self.schema(schema, depth + 1))
    }

    fn reference(
        &mut self,
        node: &'a Map<String, Value>,
        reference: &'a Value,
        depth: usize,
    ) -> bool {
        let name = schema_text::name(reference);
        let found = name.and_then(|name| self.definitions.get_key_value(name));
        let Some((name, target)) = found else {
            return false;
        };
        if !self.inlined {
            return !self.reached.insert(name) || self.schema(target, 0);
        }
        // What contains itself comes to an end at the depth that is allowed.
        let is_bare = |key: &String| key == "$ref" || ANNOTATIONS.contains(&key.as_str());
        target
            .as_object()
            .is_some_and(|node| !node.contains_key("$ref"))
            && node.keys().all(is_bare)
            && self.schema(target, depth)
    }
}

fn is_array(kind: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "array"),
        kind => kind == "array",
    }
}

/// Whether it is written again as it is.
fn is_list_of_names(names: &Value) -> bool {
    let names = names.as_array();
    names.is_some_and(|names| !names.is_empty() && names.iter().all(Value::is_string))
}
