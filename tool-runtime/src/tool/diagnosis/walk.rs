//! A value held against nodes: all that is wrong in it, each at its path.
//!
//! It is looked at only once it has been refused. What the nodes do not say is not told, and of alternatives the one that is meant
//! is told of.

use std::collections::{HashMap, HashSet};

use super::super::decimal::compare;
use super::super::misspelt::NOTHING;
use super::super::path::{Path, joined};
use super::super::problem::{ArgumentProblem, Weight};
use super::super::words;
use super::expected;
use super::flaw::{Flaw, Id, Mend};
use super::node::{Node, kind};
use super::value::{Member, Value};
use crate::text::{nearest, shortened};

/// So many flaws of a value are found; one with more is wrong from the ground up.
pub(super) const MAX_FLAWS: usize = 1_000;

/// Who refuses values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// serde, by Rust types.
    Serde,
    /// A validator, by the schema itself.
    Schema,
}

pub(super) struct Walk<'a, 't> {
    pub(super) nodes: &'a [Node],
    by: By,
    text: &'t str,
    pub(super) flaws: Vec<Flaw>,
    /// The choices that are tried; what leads round in a circle says nothing new.
    within: HashSet<(usize, Id)>,
    /// While one of several alternatives is tried: what was found, so that alternatives inside of each other are looked at once each.
    pub(super) known: HashMap<(usize, Id), Vec<Flaw>>,
    pub(super) trials: usize,
}

impl<'a, 't> Walk<'a, 't> {
    /// All that is wrong in `value`, which `text` is, under the node `root`; in the order of the text.
    pub(super) fn flaws(
        nodes: &'a [Node],
        by: By,
        root: usize,
        name: &str,
        text: &'t str,
        value: &Value<'_>,
    ) -> Vec<Flaw> {
        let mut walk = Walk {
            nodes,
            by,
            text,
            flaws: Vec::new(),
            within: HashSet::new(),
            known: HashMap::new(),
            trials: 0,
        };
        walk.value(root, value, &Path::Root(name), 0);
        let mut flaws = walk.flaws;
        // A schema of several parts may say a thing twice.
        let mut told = HashSet::new();
        flaws.retain(|flaw| {
            let problem = &flaw.problem;
            told.insert((problem.path().to_owned(), problem.expected().to_owned()))
        });
        flaws.sort_by_key(|flaw| flaw.at);
        flaws
    }

    /// Finds what is wrong in a value of which the innermost member round it begins at the byte `at`.
    pub(super) fn value(&mut self, index: usize, value: &Value<'_>, path: &Path<'_>, at: usize) {
        if self.flaws.len() >= MAX_FLAWS {
            return;
        }
        let node = &self.nodes[index];
        let at = self.begin(value).unwrap_or(at);
        if !self.is_kind(node, value) || !self.is_held(node, value) {
            return match self.is_kind(node, value) && node.values.is_none() {
                true => self.beyond(Weight::Value, index, value, path, at),
                false => self.unfit(&[index], value, path, at),
            };
        }
        if self.by == By::Schema && !node.limits.hold(kind(value), value) {
            self.beyond(Weight::Bound, index, value, path, at);
        }
        match value {
            Value::Object(members) => self.object(index, value, members, path, at),
            Value::Array(elements) => self.array(index, value, elements, path, at),
            Value::Scalar(_) => {}
        }
        if !node.all.is_empty() || !node.any.is_empty() {
            self.parts(index, value, path, at);
        }
    }

    /// What else holds of the same value.
    fn parts(&mut self, index: usize, value: &Value<'_>, path: &Path<'_>, at: usize) {
        let place = (index, Id::of(value));
        if let Some(known) = self.known.get(&place) {
            self.flaws.extend(known.iter().cloned());
            return;
        }
        if !self.within.insert(place) {
            return;
        }
        let (nodes, before) = (self.nodes, self.flaws.len());
        for part in &nodes[index].all {
            self.value(*part, value, path, at);
        }
        for branches in &nodes[index].any {
            self.choice(branches, value, path, at);
        }
        self.within.remove(&place);
        if self.trials > 0 {
            let found = self.flaws[before..].to_vec();
            self.known.insert(place, found);
        }
    }

    fn object(
        &mut self,
        index: usize,
        value: &Value<'_>,
        members: &[Member<'_>],
        path: &Path<'_>,
        at: usize,
    ) {
        let nodes = self.nodes;
        let node = &nodes[index];
        let mut seen = HashSet::new();
        for member in members {
            let is_named = node.members.iter().any(|(name, _)| *name == member.key);
            let (place, path) = (member.at.start, Path::Member(path, &member.key));
            if is_named && !seen.insert(&*member.key) {
                self.twice(member, &path);
                continue;
            }
            match node.member(&member.key) {
                Some(_) if !is_named && node.keys.is_some_and(|keys| !keys.take(&member.key)) => {
                    self.key(node, member, &path);
                }
                Some(inner) => self.value(inner, &member.value, &path, place),
                None => self.unknown(index, member, &path),
            }
        }
        let end = members.last().map_or(at, |member| member.at.end);
        for name in &node.required {
            if !members.iter().any(|member| member.key == *name) {
                let inner = node.member(name).unwrap_or_default();
                let expected = expected::instead_of_nothing(nodes, inner);
                self.missing((value, name, inner), &expected, "", path, end);
            }
        }
    }

    fn array(
        &mut self,
        index: usize,
        value: &Value<'_>,
        elements: &[Value<'_>],
        path: &Path<'_>,
        at: usize,
    ) {
        let node = &self.nodes[index];
        let parts = node.prefix.len();
        // That of a list may be for the model alone; that of a tuple is its type's.
        let is_tuple = parts > 0 && node.length == Some((parts, parts));
        if is_tuple && self.by == By::Serde && elements.len() != parts {
            let expected = node.limits.array();
            let found = format!("one with {}", elements.len());
            self.replace(Weight::Value, (expected, found), (index, value), path, at);
        }
        let known = match node.length {
            Some((_, most)) if parts > 0 => most,
            _ => elements.len(),
        };
        let mut at = at;
        for (place, element) in elements.iter().take(known).enumerate() {
            let path = Path::Element(path, place);
            self.value(node.item(place), element, &path, at);
            at = self.end(element).unwrap_or(at);
        }
    }

    /// Tells of a value that none of these nodes takes, by what is seen of it from outside.
    pub(super) fn unfit(
        &mut self,
        indexes: &[usize],
        value: &Value<'_>,
        path: &Path<'_>,
        at: usize,
    ) {
        let expected = expected::any_of(self.nodes, indexes);
        let found = self.came(value, indexes);
        let node = indexes.first().copied().unwrap_or_default();
        self.replace(Weight::Value, (expected, found), (node, value), path, at);
    }

    /// Tells of a value that does not keep to the bounds of its node.
    fn beyond(
        &mut self,
        weight: Weight,
        index: usize,
        value: &Value<'_>,
        path: &Path<'_>,
        at: usize,
    ) {
        let node = &self.nodes[index];
        let is_integer = node
            .kinds
            .as_ref()
            .is_some_and(|kinds| !kinds.contains(&"number"));
        let expected = match (kind(value), value) {
            ("array", _) => node.limits.array(),
            ("object", _) => node.limits.object(),
            ("string", _) => node.limits.string(),
            (_, Value::Scalar(text)) if is_integer => {
                node.limits.integer_instead_of(text, node.range.as_ref())
            }
            _ => node.limits.number(),
        };
        let found = match value {
            Value::Scalar(text) if kind(value) == "string" => {
                let string = crate::json::string(text).unwrap_or_default();
                format!("one with {}", string.chars().count())
            }
            Value::Scalar(text) => words::came(text),
            Value::Array(elements) => format!("one with {}", elements.len()),
            Value::Object(members) => format!("one with {}", members.len()),
        };
        self.replace(weight, (expected, found), (index, value), path, at);
    }

    /// What came, with the allowed value that it may have been meant to be.
    fn came(&self, value: &Value<'_>, indexes: &[usize]) -> String {
        let Value::Scalar(text) = value else {
            return words::came(if matches!(value, Value::Object(_)) {
                "{"
            } else {
                "["
            });
        };
        let values = expected::values(self.nodes, indexes);
        let names = values.iter().filter_map(serde_json::Value::as_str);
        let Some(typed) = crate::json::string(text) else {
            return words::came(text);
        };
        let wants = |kind| indexes.iter().any(|index| self.may_be_kind(*index, kind));
        // What is a string of JSON was meant to be what it is a string of.
        let hint = match typed.trim_start().as_bytes().first() {
            Some(b'{') if wants("object") => {
                "; send the object itself, not a string of it".to_owned()
            }
            Some(b'[') if wants("array") => {
                "; send the array itself, not a string of it".to_owned()
            }
            _ if is_none(&typed) && expected::takes_null(self.nodes, indexes) => {
                "; if there is none, write `null` without quotes".to_owned()
            }
            _ => words::hint(&typed, names),
        };
        words::came(text) + &hint
    }

    pub(super) fn replace(
        &mut self,
        weight: Weight,
        (expected, found): (String, String),
        (node, value): (usize, &Value<'_>),
        path: &Path<'_>,
        at: usize,
    ) {
        let value = Id::of(value);
        self.flaws.push(Flaw::new(
            ArgumentProblem::new(path.text(), expected, found).weighing(weight),
            at,
            Mend::Replace { value, node },
        ));
    }

    pub(super) fn missing(
        &mut self,
        (object, key, node): (&Value<'_>, &str, usize),
        expected: &str,
        hint: &str,
        path: &Path<'_>,
        at: usize,
    ) {
        let path = joined(path.text(), key);
        let expected = words::required(expected, "member");
        let problem = ArgumentProblem::new(path, expected, format!("{NOTHING}{hint}"));
        let (object, key) = (Id::of(object), key.to_owned());
        self.flaws.push(Flaw::new(
            problem.weighing(Weight::Key),
            at,
            Mend::Insert { object, key, node },
        ));
    }

    pub(super) fn unknown(&mut self, index: usize, member: &Member<'_>, path: &Path<'_>) {
        let problem = match path {
            Path::Member(object, _) => unknown(&self.nodes[index], object.text(), &member.key),
            // Only what is a member is unknown.
            _ => return,
        };
        let value = Id::of(&member.value);
        let mend = Mend::Unknown { value };
        self.flaws.push(Flaw::new(problem, member.at.start, mend));
    }

    fn twice(&mut self, member: &Member<'_>, path: &Path<'_>) {
        let (expected, found) = ("this key once", "it a second time");
        let value = Id::of(&member.value);
        let mend = Mend::Remove { value };
        self.member(expected.to_owned(), found.to_owned(), member, path, mend);
    }

    fn key(&mut self, node: &Node, member: &Member<'_>, path: &Path<'_>) {
        let expected = node.keys.map_or("a key", super::node::Keys::words);
        let found = format!("`{}`", shortened(&member.key, 64));
        let value = Id::of(&member.value);
        let mend = Mend::Remove { value };
        self.member(expected.to_owned(), found, member, path, mend);
    }

    pub(super) fn member(
        &mut self,
        expected: String,
        found: String,
        member: &Member<'_>,
        path: &Path<'_>,
        mend: Mend,
    ) {
        let problem = ArgumentProblem::new(path.text(), expected, found);
        self.flaws.push(Flaw::new(
            problem.weighing(Weight::Key),
            member.at.start,
            mend,
        ));
    }

    /// Whether the node itself takes values of this kind.
    pub(super) fn is_kind(&self, node: &Node, value: &Value<'_>) -> bool {
        let Some(kinds) = &node.kinds else {
            return true;
        };
        let kind = kind(value);
        let is_whole = || matches!(value, Value::Scalar(text) if is_whole(text));
        kinds.contains(&kind)
            || (kind == "integer" && kinds.contains(&"number"))
            // A number without a fraction is an integer for JSON Schema, however it is written.
            || (kind == "number"
                && self.by == By::Schema
                && kinds.contains(&"integer")
                && is_whole())
    }

    /// Whether it is among the values that the node lists, and within the range of its type.
    pub(super) fn is_held(&self, node: &Node, value: &Value<'_>) -> bool {
        let Value::Scalar(text) = value else {
            // What lists arrays or objects is for the validator to compare.
            return node.values.is_none() || self.by == By::Schema;
        };
        let is_one = |values: &Vec<serde_json::Value>| {
            values.iter().any(|allowed| match allowed {
                serde_json::Value::Number(number) => {
                    kind(value).ends_with("er") && compare(text, &number.to_string()).is_eq()
                }
                allowed => serde_json::from_str::<serde_json::Value>(text)
                    .is_ok_and(|value| value == *allowed),
            })
        };
        let range = node.range.as_ref();
        let range = range.filter(|_| self.by == By::Serde && kind(value) == "integer");
        range.is_none_or(|range| text.parse().is_ok_and(|value| range.contains(&value)))
            && node.values.as_ref().is_none_or(is_one)
    }

    /// Whether a node, or one that it stands for, names the kind.
    fn may_be_kind(&self, index: usize, kind: &str) -> bool {
        let node = &self.nodes[index];
        match &node.kinds {
            Some(kinds) => kinds.contains(&kind),
            None => kind == "object" && !node.members.is_empty(),
        }
    }

    /// Where a value begins, if that can be seen of it.
    fn begin(&self, value: &Value<'_>) -> Option<usize> {
        match value {
            Value::Scalar(part) => Some(part.as_ptr().addr() - self.text.as_ptr().addr()),
            Value::Object(members) => Some(members.first()?.at.start),
            Value::Array(elements) => self.begin(elements.first()?),
        }
    }

    /// Where it ends, likewise.
    fn end(&self, value: &Value<'_>) -> Option<usize> {
        match value {
            Value::Scalar(part) => Some(self.begin(value)? + part.len()),
            Value::Object(members) => Some(members.last()?.at.end),
            Value::Array(elements) => self.end(elements.last()?),
        }
    }
}

/// Whether a text stands for nothing.
fn is_none(typed: &str) -> bool {
    const NONE: [&str; 6] = ["", "null", "none", "nil", "n/a", "undefined"];
    NONE.contains(&typed.trim().to_ascii_lowercase().as_str())
}

/// Whether a number has no fraction.
fn is_whole(text: &str) -> bool {
    text.parse::<f64>()
        .is_ok_and(|number| number.fract() == 0.0)
}

/// What is told of a member that `node`, at the path `object`, does not have.
pub(super) fn unknown(node: &Node, object: String, key: &str) -> ArgumentProblem {
    let expected = match node.names().next() {
        None => "no members, since the object has none".to_owned(),
        Some(_) => words::only(node.names()),
    };
    let meant = nearest(key, node.names());
    let path_of_meant = meant.map(|meant| (meant, joined(object.clone(), meant)));
    let what = "a member the object does not have";
    ArgumentProblem::unknown(joined(object, key), expected, what).misspelt(key, path_of_meant)
}
