//! Two schemas, keyword by keyword.

use serde_json::{Map, Value};

use super::kinds::{self, Kinds};
use super::{ChangeKind, Compatibility, refs};

/// Deeper schemas are not compared.
const MAX_DEPTH: usize = 64;

/// Nor are larger ones: alternatives are tried against each other.
const MAX_STEPS: usize = 50_000;

/// What asserts nothing.
pub(super) const ANNOTATIONS: [&str; 12] = [
    "$comment",
    "$defs",
    "$schema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "example",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// What is compared by a rule of its own, or with what stands beside it.
const KNOWN: [&str; 27] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "required",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords that mean something only together.
const TOGETHER: [&[&str]; 2] = [
    &["contains", "minContains", "maxContains"],
    &["if", "then", "else"],
];

pub(super) type Node = Map<String, Value>;

/// A change, of whatever tool.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: String,
    pub(super) kind: ChangeKind,
    pub(super) text: String,
    pub(super) compatibility: Compatibility,
}

/// A comparison under way.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) old_root: &'a Value,
    pub(super) new_root: &'a Value,
    /// Whether a `$ref` leads to the same in both.
    same_definitions: bool,
    /// The pairs that are being compared and that a `$ref` led to, with how deep in a value that was.
    pub(super) open: Vec<(*const Value, *const Value, usize)>,
    /// How deep in a value it is.
    pub(super) inside: usize,
    depth: usize,
    steps: usize,
    pub(super) found: Vec<Found>,
}

impl<'a> Walk<'a> {
    /// What changed from one schema of arguments to another.
    pub(super) fn between(old: &'a Value, new: &'a Value) -> Vec<Found> {
        let mut walk = Self {
            old_root: old,
            new_root: new,
            same_definitions: refs::same_definitions(old, new),
            open: Vec::new(),
            inside: 0,
            depth: 0,
            steps: 0,
            found: Vec::new(),
        };
        walk.node(old, new, "$");
        walk.found
    }

    pub(super) fn say(
        &mut self,
        at: &str,
        kind: ChangeKind,
        compatibility: Compatibility,
        text: impl Into<String>,
    ) {
        self.found.push(Found {
            path: at.to_owned(),
            kind,
            text: text.into(),
            compatibility,
        });
    }

    pub(super) fn breaks(&mut self, at: &str, kind: ChangeKind, text: impl Into<String>) {
        self.say(at, kind, Compatibility::Breaking, text);
    }

    pub(super) fn may_break(&mut self, at: &str, kind: ChangeKind, text: impl Into<String>) {
        self.say(at, kind, Compatibility::PossiblyBreaking, text);
    }

    pub(super) fn allows(&mut self, at: &str, kind: ChangeKind, text: impl Into<String>) {
        self.say(at, kind, Compatibility::Compatible, text);
    }

    /// What is found between the two, without saying it.
    pub(super) fn trial(&mut self, old: &Value, new: &Value, at: &str) -> Vec<Found> {
        let before = self.found.len();
        self.node(old, new, at);
        self.found.split_off(before)
    }

    /// Whether every value of the one is known to be one of the other.
    pub(super) fn takes_all(&mut self, old: &Value, new: &Value, at: &str) -> bool {
        is_compatible(&self.trial(old, new, at))
    }

    /// Whether the two are written in the same way and mean the same.
    pub(super) fn is_same(&self, old: &Value, new: &Value) -> bool {
        old == new && (self.same_definitions || !refs::has_reference(old))
    }

    /// A value inside of the one that is compared.
    pub(super) fn inner(&mut self, old: &Value, new: &Value, at: &str) {
        self.inside += 1;
        self.node(old, new, at);
        self.inside -= 1;
    }

    /// What changed from `old` to `new`.
    pub(super) fn node(&mut self, old: &Value, new: &Value, at: &str) {
        if self.is_same(old, new) {
            return;
        }
        self.steps += 1;
        if self.depth >= MAX_DEPTH || self.steps > MAX_STEPS {
            let text = "is too deep or too large to be compared";
            self.may_break(at, ChangeKind::Keyword, text);
            return;
        }
        self.depth += 1;
        self.annotations(old, new, at);
        self.resolved(old, new, at);
        self.depth -= 1;
    }

    /// What describes a value stands at a `$ref` or where it leads to.
    fn annotations(&mut self, old: &Value, new: &Value, at: &str) {
        let (old_target, new_target) = (
            refs::target(self.old_root, old),
            refs::target(self.new_root, new),
        );
        for annotation in ["description", "title", "default", "example", "examples"] {
            let of = |node: &Value, target: &Value| {
                node.get(annotation)
                    .or_else(|| target.get(annotation))
                    .cloned()
            };
            let is_told = at != "$" || annotation != "description";
            if is_told && of(old, old_target) != of(new, new_target) {
                let kind = match annotation {
                    "description" => ChangeKind::Description,
                    _ => ChangeKind::Annotation,
                };
                self.allows(at, kind, format!("has another {annotation}"));
            }
        }
    }

    /// Two schemas that are no `$ref`s alone.
    pub(super) fn keywords(&mut self, old: &Value, new: &Value, at: &str) {
        let (Some(old), Some(new)) = (as_node(old), as_node(new)) else {
            if *new == Value::Bool(false) && *old != Value::Bool(false) {
                self.breaks(at, ChangeKind::Type, "takes no value any more");
            }
            return;
        };
        if self.expand(&old, &new, at) {
            return;
        }
        let kinds = self.kinds(&old, &new, at);
        self.values(&old, &new, kinds, at);
        self.bounds(&old, &new, kinds, at);
        if kinds.has(Kinds::OBJECT) {
            self.object(&old, &new, at);
        }
        if kinds.has(Kinds::ARRAY) {
            self.array(&old, &new, at);
        }
        self.choices(&old, &new, at);
        self.others(&old, &new, at);
    }

    /// What of types `old` has, of which those that `new` does not take are told.
    fn kinds(&mut self, old: &Node, new: &Node, at: &str) -> Kinds {
        let had = kinds::of(self.old_root, old);
        let takes = kinds::of_type(new);
        let (lost, gained) = (had.without(takes), takes.without(kinds::of_type(old)));
        if !lost.is_empty() {
            let mut text = format!("takes no {lost} any more");
            if !gained.is_empty() {
                text += &format!(", but {gained}");
            }
            self.breaks(at, ChangeKind::Type, text);
        } else if !gained.is_empty() {
            self.allows(at, ChangeKind::Type, format!("takes {gained} too"));
        }
        had
    }

    /// Keywords without a rule: what is the same stays, what is gone asserts nothing any more.
    fn others(&mut self, old: &Node, new: &Node, at: &str) {
        let is_other =
            |key: &&String| !KNOWN.contains(&key.as_str()) && !ANNOTATIONS.contains(&key.as_str());
        let mut keys: Vec<&String> = old.keys().chain(new.keys()).filter(is_other).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let together = TOGETHER.iter().find(|group| group.contains(&key.as_str()));
            let group: &[&str] = together.copied().unwrap_or(&[]);
            let is_same = |key: &str| match (old.get(key), new.get(key)) {
                // Where it leads is not known.
                (Some(_), Some(_)) if key.ends_with("Ref") || key == "$ref" => false,
                (Some(old), Some(new)) => self.is_same(old, new),
                (old, new) => old == new,
            };
            let is_gone = !new.contains_key(key) && group.iter().all(|key| !new.contains_key(*key));
            if is_gone {
                let text = format!("has no `{key}` any more");
                self.allows(at, ChangeKind::Keyword, text);
            } else if !is_same(key) || !group.iter().all(|key| is_same(key)) {
                let text = format!("has another `{key}`");
                self.may_break(at, ChangeKind::Keyword, text);
            }
        }
        // What is left over depends on all that stands beside it.
        for key in ["unevaluatedItems", "unevaluatedProperties"] {
            if new.contains_key(key) {
                let text = format!("has another `{key}`, or other members that it leaves over");
                self.may_break(at, ChangeKind::Keyword, text);
            }
        }
    }
}

/// A schema as its keywords; `true` is one without, and `false` is none.
fn as_node(schema: &Value) -> Option<std::borrow::Cow<'_, Node>> {
    use std::borrow::Cow;
    match schema {
        Value::Object(node) => Some(Cow::Borrowed(node)),
        Value::Bool(false) => None,
        _ => Some(Cow::Owned(Map::new())),
    }
}

pub(super) fn is_compatible(found: &[Found]) -> bool {
    let mut found = found.iter();
    found.all(|found| found.compatibility == Compatibility::Compatible)
}
