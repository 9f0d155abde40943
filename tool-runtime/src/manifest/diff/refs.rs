//! `$ref`: where it leads, and pairs that lead back to themselves.

use serde_json::{Value, json};

use super::ChangeKind;
use super::walk::{ANNOTATIONS, Walk};

/// A chain of more `$ref`s is not followed.
const MAX_HOPS: usize = 32;

impl Walk<'_> {
    /// The two where their `$ref`s lead to.
    pub(super) fn resolved(&mut self, old: &Value, new: &Value, at: &str) {
        let (old_target, new_target) = (target(self.old_root, old), target(self.new_root, new));
        let is_led = !std::ptr::eq(old, old_target) || !std::ptr::eq(new, new_target);
        if !is_led {
            self.keywords(&beside(old), &beside(new), at);
            return;
        }
        let pair = (
            std::ptr::from_ref(old_target),
            std::ptr::from_ref(new_target),
        );
        let mut open = self.open.iter();
        if let Some((.., inside)) = open.find(|(old, new, _)| (*old, *new) == pair) {
            // Deeper in a value it is what is being shown. At the same place nothing would ever be shown.
            if *inside == self.inside {
                let text = "is defined by itself";
                self.may_break(at, ChangeKind::Keyword, text);
            }
            return;
        }
        self.open.push((pair.0, pair.1, self.inside));
        if !self.is_same(old_target, new_target) {
            self.keywords(&beside(old_target), &beside(new_target), at);
        }
        self.open.pop();
    }
}

/// Where a schema leads that is a `$ref` and nothing that asserts anything beside it; or itself.
pub(super) fn target<'v>(root: &'v Value, schema: &'v Value) -> &'v Value {
    let mut target = schema;
    for _ in 0..MAX_HOPS {
        match alone(target).and_then(|pointer| lookup(root, pointer)) {
            Some(next) => target = next,
            None => break,
        }
    }
    target
}

/// The reference of a schema that asserts nothing else.
fn alone(schema: &Value) -> Option<&str> {
    let node = schema.as_object()?;
    let mut keys = node.keys().map(String::as_str);
    let is_alone = keys.all(|key| key == "$ref" || ANNOTATIONS.contains(&key));
    node.get("$ref")
        .and_then(Value::as_str)
        .filter(|_| is_alone)
}

fn lookup<'v>(root: &'v Value, reference: &str) -> Option<&'v Value> {
    root.pointer(reference.strip_prefix('#')?)
}

/// A `$ref` beside other keywords as one of `allOf`, which means the same.
fn beside(schema: &Value) -> std::borrow::Cow<'_, Value> {
    use std::borrow::Cow;
    let (Some(node), None) = (schema.as_object(), alone(schema)) else {
        return Cow::Borrowed(schema);
    };
    let mut node = node.clone();
    let Some(reference) = node.remove("$ref") else {
        return Cow::Borrowed(schema);
    };
    let mut all = match node.remove("allOf") {
        Some(Value::Array(all)) => all,
        _ => Vec::new(),
    };
    all.push(json!({ "$ref": reference }));
    node.insert("allOf".to_owned(), all.into());
    Cow::Owned(node.into())
}

/// Whether there is a `$ref` in it, or what could be one.
pub(super) fn has_reference(schema: &Value) -> bool {
    match schema {
        Value::Object(node) => {
            node.contains_key("$ref")
                || node.contains_key("$dynamicRef")
                || node.values().any(has_reference)
        }
        Value::Array(elements) => elements.iter().any(has_reference),
        _ => false,
    }
}

/// Whether every `$ref` leads to the same: all to definitions, which are the same.
pub(super) fn same_definitions(old: &Value, new: &Value) -> bool {
    old.get("$defs") == new.get("$defs") && only_definitions(old) && only_definitions(new)
}

fn only_definitions(schema: &Value) -> bool {
    match schema {
        Value::Object(node) => {
            let reference = node.get("$ref");
            let is_to_definition = reference.is_none_or(|reference| {
                let reference = reference.as_str().unwrap_or_default();
                reference.starts_with("#/$defs/")
            });
            is_to_definition
                && !node.contains_key("$dynamicRef")
                && node.values().all(only_definitions)
        }
        Value::Array(elements) => elements.iter().all(only_definitions),
        _ => true,
    }
}
