//! `$ref`: kept, put beside what stands there already, or replaced by what it leads to.

use std::cell::OnceCell;

use serde_json::{Map, Value, json};

use super::Lowering;
use super::sizes::each;
use super::subset::{Recursion, Refs};
use super::words::{self, Words};
use crate::tool::merge::{ANNOTATIONS, merge, sorted};
use crate::tool::schema::Schema;

/// Beyond so many schemas a definition is kept where another would be copied once more.
pub(super) const MAX_COPIED: usize = 10_000;

/// Beyond so many values no `$ref` is followed for a description.
const MAX_TOLD: usize = 1_000;

/// The schema as it was, for what a `$ref` leads to.
#[derive(Debug)]
pub(super) struct Root<'a> {
    schema: &'a Schema,
    /// Made where a `$ref` leads to something else than a definition, as few do.
    whole: OnceCell<Value>,
}

impl<'a> Root<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        Self {
            schema,
            whole: OnceCell::new(),
        }
    }

    pub(super) fn without_definitions(&self) -> Value {
        let mut root = self.schema.to_object();
        root.remove("$defs");
        root.into()
    }

    pub(super) fn pointer(&self, pointer: &str) -> Option<&Value> {
        let definition = name(pointer).and_then(|name| self.schema.definitions().get(&name));
        definition.or_else(|| {
            self.whole
                .get_or_init(|| self.schema.to_value())
                .pointer(pointer)
        })
    }
}

impl Lowering<'_> {
    /// A schema with a `$ref`.
    pub(super) fn reference(&mut self, mut node: Map<String, Value>, at: &str) -> Value {
        let reference = match node.get("$ref") {
            Some(Value::String(reference)) => reference.clone(),
            _ => String::new(),
        };
        let Some(pointer) = pointer(&reference) else {
            return self.leads_nowhere(node, &reference, at);
        };
        let root = self.root;
        let Some(target) = root.pointer(&pointer) else {
            return self.leads_nowhere(node, &reference, at);
        };
        if self.subset.refs == Refs::Beside {
            if name(&pointer).is_some() {
                self.keep(&pointer, target, at);
            }
            return self.keywords(node, at);
        }
        node.remove("$ref");
        let is_bare = node.keys().all(|key| ANNOTATIONS.contains(&key.as_str()));
        let copies = self.subset.refs == Refs::Inlined
            && (self.subset.recursion == Recursion::Nowhere
                || self.nodes < MAX_COPIED && !self.contains_itself(&pointer));
        // A described `$ref` is a choice of one, which counts where what it leads to would not.
        let copies = copies || (self.subset.counts && !node.is_empty() && self.is_plain(&pointer));
        if is_bare && !copies {
            let kept = self.keep(&pointer, target, at);
            return self.beside(kept, &node, at);
        }
        self.copied(node, &pointer, target, at)
    }

    fn leads_nowhere(&mut self, node: Map<String, Value>, reference: &str, at: &str) -> Value {
        if self.subset.refs == Refs::Beside {
            return self.keywords(node, at);
        }
        self.problem(
            at,
            format!("refers to `{reference}`, which is not in the schema"),
            "refer to `#/$defs/NAME`",
        );
        json!({})
    }

    /// What `pointer` leads to with what stands beside the `$ref`: both hold.
    fn copied(
        &mut self,
        mut node: Map<String, Value>,
        pointer: &str,
        target: &Value,
        at: &str,
    ) -> Value {
        let marker = format!("{pointer} with others");
        let is_in_root = pointer.is_empty() && self.subset.recursion == Recursion::Nowhere;
        if is_in_root || self.open.contains(&marker) {
            self.recursion(at);
            return only_type(target);
        }
        let mut rest = Vec::new();
        match target {
            Value::Object(target) => merge(&mut node, target, &mut rest),
            Value::Bool(true) => {}
            _ => return self.node(target.clone(), at),
        }
        self.open.push(marker);
        let lowered = self.with_rest(node, rest, at);
        self.open.pop();
        lowered
    }

    /// A merged schema, with what had no place in it told in words.
    pub(super) fn with_rest(
        &mut self,
        node: Map<String, Value>,
        rest: Vec<(String, Value)>,
        at: &str,
    ) -> Value {
        let mut lowered = self.keywords(node, at);
        let mut told = Words::new();
        for (keyword, value) in rest {
            self.moves(at, &keyword, &value, &mut told);
        }
        if let Value::Object(lowered) = &mut lowered {
            words::append(lowered, told);
        }
        lowered
    }

    /// A `$ref` to a definition that stays; lowers it where it is met first.
    fn keep(&mut self, pointer: &str, target: &Value, at: &str) -> Value {
        let refused = match self.subset.recursion {
            Recursion::Anywhere => false,
            Recursion::Optional => self.required > 0 && self.contains_itself(pointer),
            Recursion::Nowhere => self.open.iter().any(|open| open == pointer),
        };
        if refused {
            self.recursion(at);
            return only_type(target);
        }
        if pointer.is_empty() {
            return json!({ "$ref": "#" });
        }
        let name = name(pointer).unwrap_or_else(|| pointer.replace('/', "_"));
        if !self.kept.contains_key(&name) {
            // Holds the place while it is lowered.
            self.kept.insert(name.clone(), Value::Null);
            self.open.push(pointer.to_owned());
            let required = std::mem::take(&mut self.required);
            let lowered = self.node(target.clone(), at);
            self.required = required;
            self.open.pop();
            self.kept.insert(name.clone(), lowered);
        }
        let name = name.replace('~', "~0").replace('/', "~1");
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// What `keyword` says as it can be read in a description: where definitions do not stay, with what a `$ref` leads to in its
    /// place.
    pub(super) fn readable(&self, keyword: &str, value: &Value) -> Value {
        let is_data = ["const", "default", "enum", "examples"].contains(&keyword);
        if self.subset.refs != Refs::Inlined || is_data {
            return value.clone();
        }
        self.without_references(value)
    }

    /// The same with what each `$ref` leads to in its place.
    pub(super) fn without_references(&self, value: &Value) -> Value {
        let mut left = MAX_TOLD;
        self.without_refs(value, &mut Vec::new(), &mut left)
    }

    fn without_refs(&self, value: &Value, open: &mut Vec<String>, left: &mut usize) -> Value {
        *left = left.saturating_sub(1);
        let reference = value.get("$ref").and_then(Value::as_str);
        if let Some(pointer) = reference.and_then(pointer) {
            let target = self.root.pointer(&pointer).unwrap_or(&Value::Null);
            if *left == 0 || open.contains(&pointer) {
                return only_type(target);
            }
            let mut node = value.as_object().cloned().unwrap_or_default();
            node.remove("$ref");
            merge(
                &mut node,
                target.as_object().unwrap_or(&Map::new()),
                &mut Vec::new(),
            );
            open.push(pointer);
            let told = self.without_refs(&node.into(), open, left);
            open.pop();
            return told;
        }
        match value {
            Value::Object(members) => {
                let members = sorted(members).into_iter();
                members
                    .map(|(key, value)| (key.clone(), self.without_refs(value, open, left)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Value::Array(values) => {
                let values = values.iter();
                values
                    .map(|value| self.without_refs(value, open, left))
                    .collect()
            }
            scalar => scalar.clone(),
        }
    }

    /// A kept `$ref` with the annotations that stood beside it.
    fn beside(&mut self, kept: Value, node: &Map<String, Value>, at: &str) -> Value {
        if node.is_empty() {
            return kept;
        }
        self.beside = true;
        let lowered = self.keywords(node.clone(), at);
        self.beside = false;
        match lowered {
            Value::Object(mut lowered) if !lowered.is_empty() => {
                match kept {
                    Value::Object(kept) if !kept.contains_key("$ref") => lowered.extend(kept),
                    kept => {
                        lowered.insert("anyOf".to_owned(), json!([kept]));
                    }
                }
                lowered.into()
            }
            _ => kept,
        }
    }

    fn recursion(&mut self, at: &str) {
        match self.subset.recursion {
            Recursion::Optional => self.problem(
                at,
                "contains itself where it cannot be left out",
                "make every argument and field on the way an `Option`, or take the parts as a list in which each names its parent",
            ),
            _ => self.problem(
                at,
                "contains itself",
                "take the parts as a list in which each names its parent",
            ),
        }
    }

    /// Whether it leads to a schema without choices, of which nothing may be left out.
    fn is_plain(&self, pointer: &str) -> bool {
        let target = self.root.pointer(pointer);
        let Some(target) = target.and_then(Value::as_object) else {
            return false;
        };
        let required = target.get("required").and_then(Value::as_array);
        let is_required =
            |name: &String| required.is_some_and(|names| names.iter().any(|known| known == name));
        let properties = target.get("properties").and_then(Value::as_object);
        let is_choice = ["$ref", "allOf", "anyOf", "oneOf"]
            .iter()
            .any(|key| target.contains_key(*key));
        !is_choice
            && properties.is_none_or(|properties| properties.keys().all(is_required))
            && !self.contains_itself(pointer)
    }

    /// Whether what `pointer` leads to contains a `$ref` that leads there again.
    fn contains_itself(&self, pointer: &str) -> bool {
        let mut seen: Vec<String> = Vec::new();
        let mut todo = vec![pointer.to_owned()];
        while let Some(from) = todo.pop() {
            let target = self.root.pointer(&from);
            let mut found = Vec::new();
            if let Some(target) = target {
                let add = &mut |node: &Value| {
                    found.extend(
                        node.get("$ref")
                            .and_then(Value::as_str)
                            .and_then(self::pointer),
                    );
                };
                match (from.as_str(), target) {
                    // The definitions stand in the root and are no part of it.
                    ("", Value::Object(root)) => {
                        let mut root = root.clone();
                        root.remove("$defs");
                        root.remove("definitions");
                        each(&root.into(), add);
                    }
                    _ => each(target, add),
                }
            }
            for next in found {
                if next == pointer {
                    return true;
                }
                if !seen.contains(&next) {
                    seen.push(next.clone());
                    todo.push(next);
                }
            }
        }
        false
    }
}

/// No more of a schema than its type, which takes all that it takes.
fn only_type(schema: &Value) -> Value {
    match schema.get("type") {
        Some(kind) => json!({ "type": kind }),
        None => json!({}),
    }
}

/// The JSON pointer of a `$ref` into its own schema.
fn pointer(reference: &str) -> Option<String> {
    let pointer = reference.strip_prefix('#')?;
    let is_pointer = pointer.is_empty() || pointer.starts_with('/');
    is_pointer.then(|| decoded(pointer))
}

/// The name of the definition that it leads to, if it leads to one of the root.
fn name(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/$defs/")?;
    (!name.contains('/')).then(|| name.replace("~1", "/").replace("~0", "~"))
}

/// `text` with its percent-encoded bytes in their place.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
