//! Of alternatives the one that a value is meant to be: by its kind, by its tag, or by what is least wrong with it.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::super::path::Path;
use super::super::problem::Weight;
use super::super::words;
use super::expected;
use super::flaw::{Flaw, Id, Mend};
use super::node::{Node, kind};
use super::value::{Member, Value};
use super::walk::Walk;
use crate::text::{nearest, shortened};

/// So deep choices inside of choices are one choice.
const MAX_DEPTH: usize = 8;

/// So many alternatives are tried one by one.
const MAX_TRIALS: usize = 64;

impl Walk<'_, '_> {
    /// Finds what is wrong in a value of which one of `branches` holds.
    pub(super) fn choice(
        &mut self,
        branches: &[usize],
        value: &Value<'_>,
        path: &Path<'_>,
        at: usize,
    ) {
        let mut leaves = Vec::new();
        for branch in branches {
            self.leaves(*branch, MAX_DEPTH, &mut leaves);
        }
        let mut candidates: Vec<usize> = leaves
            .iter()
            .copied()
            .filter(|leaf| self.may_be(*leaf, value, MAX_DEPTH))
            .collect();
        match value {
            Value::Object(members) => {
                while candidates.len() > 1 {
                    match self.tagged(&candidates, value, members, path, at) {
                        Tagged::No => break,
                        Tagged::Told => return,
                        Tagged::Are(chosen) if chosen.len() == candidates.len() => break,
                        Tagged::Are(chosen) => candidates = chosen,
                    }
                }
            }
            Value::Scalar(_) => {
                let nodes = self.nodes;
                let held = |leaf: &usize| self.is_held(&nodes[*leaf], value);
                let held: Vec<usize> = candidates.iter().copied().filter(held).collect();
                if held.is_empty() && !candidates.is_empty() {
                    return self.no_such(&leaves, value, path, at);
                }
                candidates = held;
            }
            Value::Array(_) => {}
        }
        match candidates[..] {
            [] => self.unfit(&leaves, value, path, at),
            [only] => self.value(only, value, path, at),
            _ => self.least(&candidates, value, path, at),
        }
    }

    /// The alternatives of which none is a choice itself.
    fn leaves(&self, index: usize, depth: usize, leaves: &mut Vec<usize>) {
        let node = &self.nodes[index];
        let is_bare = node.kinds.is_none() && node.values.is_none() && node.members.is_empty();
        match (&node.all[..], &node.any[..]) {
            ([], [branches]) if is_bare && depth > 0 => {
                for branch in branches {
                    self.leaves(*branch, depth - 1, leaves);
                }
            }
            ([part], []) if is_bare && depth > 0 => self.leaves(*part, depth - 1, leaves),
            _ if leaves.contains(&index) => {}
            _ => leaves.push(index),
        }
    }

    /// Whether a value may be of a node by its kind.
    fn may_be(&self, index: usize, value: &Value<'_>, depth: usize) -> bool {
        let node = &self.nodes[index];
        depth == 0
            || self.is_kind(node, value)
                && node
                    .all
                    .iter()
                    .all(|part| self.may_be(*part, value, depth - 1))
                && node.any.iter().all(|branches| {
                    branches
                        .iter()
                        .any(|branch| self.may_be(*branch, value, depth - 1))
                })
    }

    /// Tells of a text or a number that is none of those which are listed.
    fn no_such(&mut self, leaves: &[usize], value: &Value<'_>, path: &Path<'_>, at: usize) {
        // The name of a variant that has members.
        if let Value::Scalar(text) = value
            && let Some(name) = crate::json::string(text)
            && let Some(variant) = leaves
                .iter()
                .find(|leaf| external(&self.nodes[**leaf]) == Some(&name))
        {
            let inner = self.nodes[*variant].member(&name).unwrap_or_default();
            let inner = expected::any_of(self.nodes, &[inner]);
            let name = shortened(&name, 64);
            let expected = format!("an object whose `{name}` is {inner}");
            let told = (expected, words::came(text));
            return self.replace(Weight::Value, told, (*variant, value), path, at);
        }
        self.unfit(leaves, value, path, at);
    }

    /// Chooses by a member that says which alternative is meant, or by the only one that an object has.
    fn tagged(
        &mut self,
        candidates: &[usize],
        value: &Value<'_>,
        members: &[Member<'_>],
        path: &Path<'_>,
        at: usize,
    ) -> Tagged {
        let nodes = self.nodes;
        if let Some(tag) = tag(nodes, candidates) {
            return self.by_tag(tag, candidates, value, members, path, at);
        }
        let names: Option<Vec<&str>> = candidates
            .iter()
            .map(|candidate| external(&nodes[*candidate]))
            .collect();
        match names {
            Some(names) => self.by_name(&names, candidates, value, members, path, at),
            None => Tagged::No,
        }
    }

    /// An internal or adjacent tag: a member that each alternative requires to be one of few texts.
    fn by_tag(
        &mut self,
        tag: &str,
        candidates: &[usize],
        value: &Value<'_>,
        members: &[Member<'_>],
        path: &Path<'_>,
        at: usize,
    ) -> Tagged {
        let nodes = self.nodes;
        let inner = |candidate: &usize| nodes[*candidate].member(tag).unwrap_or_default();
        let tags: Vec<usize> = candidates.iter().map(inner).collect();
        let Some(member) = members.iter().find(|member| member.key == tag) else {
            let values = words::one_of(&expected::values(nodes, &tags));
            let is_known = |key: &str| {
                candidates
                    .iter()
                    .any(|candidate| nodes[*candidate].names().any(|name| name == key))
            };
            let others = members
                .iter()
                .map(|member| &*member.key)
                .filter(|key| !is_known(key));
            let hint = match nearest(tag, others) {
                Some(near) => words::should_be(near, tag),
                None => String::new(),
            };
            let end = members.last().map_or(at, |member| member.at.end);
            self.missing((value, tag, tags[0]), &values, &hint, path, end);
            self.mend_all(candidates[0], value, path);
            return Tagged::Told;
        };
        let meant = |candidate: &&usize| {
            let node = &nodes[inner(candidate)];
            self.is_kind(node, &member.value) && self.is_held(node, &member.value)
        };
        let meant: Vec<usize> = candidates.iter().filter(meant).copied().collect();
        if meant.is_empty() {
            let inside = Path::Member(path, tag);
            self.unfit(&tags, &member.value, &inside, member.at.start);
            self.mend_all(candidates[0], value, path);
            return Tagged::Told;
        }
        Tagged::Are(meant)
    }

    /// Lets the last flaw be put right with all that it is a flaw of: with another tag goes another object.
    fn mend_all(&mut self, node: usize, value: &Value<'_>, path: &Path<'_>) {
        if let Some(flaw) = self.flaws.last_mut() {
            let value = Id::of(value);
            flaw.mend = Mend::Replace { value, node };
            flaw.mended = path.text();
        }
    }

    /// An external tag: the only member of an object, named as its variant.
    fn by_name(
        &mut self,
        names: &[&str],
        candidates: &[usize],
        value: &Value<'_>,
        members: &[Member<'_>],
        path: &Path<'_>,
        at: usize,
    ) -> Tagged {
        let values: Vec<Json> = names.iter().map(|name| Json::from(*name)).collect();
        let expected = || format!("an object with one member: {}", words::one_of(&values));
        match members {
            [member] => match names.iter().position(|name| member.key == *name) {
                Some(index) => Tagged::Are(vec![candidates[index]]),
                None => {
                    let hint = words::hint(&member.key, names.iter().copied());
                    let found = format!("one with `{}`{hint}", shortened(&member.key, 64));
                    let told = (expected(), found);
                    self.replace(Weight::Key, told, (candidates[0], value), path, at);
                    Tagged::Told
                }
            },
            members => {
                let found = match members.len() {
                    0 => "one without members".to_owned(),
                    count => format!("one with {count} members"),
                };
                let told = (expected(), found);
                self.replace(Weight::Key, told, (candidates[0], value), path, at);
                Tagged::Told
            }
        }
    }

    /// Tells of the alternative with which least is wrong, if that is one; or of all.
    fn least(&mut self, candidates: &[usize], value: &Value<'_>, path: &Path<'_>, at: usize) {
        let mut tried: Vec<(Score, Vec<Flaw>)> = Vec::new();
        let before = std::mem::take(&mut self.flaws);
        self.trials += 1;
        for candidate in candidates.iter().take(MAX_TRIALS) {
            self.value(*candidate, value, path, at);
            let flaws = std::mem::take(&mut self.flaws);
            let score = score(&self.nodes[*candidate], value, &flaws);
            let fits = flaws.is_empty();
            tried.push((score, flaws));
            if fits {
                break;
            }
        }
        self.trials -= 1;
        if self.trials == 0 {
            self.known.clear();
        }
        self.flaws = before;
        if tried.iter().any(|(_, flaws)| flaws.is_empty()) {
            return;
        }
        tried.sort_by_key(|(score, _)| *score);
        let is_meant = match &tried[..] {
            [(first, _), (second, _), ..] => first < second && first.is_likely(),
            _ => true,
        };
        match is_meant {
            true => self.flaws.append(&mut tried.swap_remove(0).1),
            false => self.none_fits(candidates, value, path, at),
        }
    }

    fn none_fits(&mut self, candidates: &[usize], value: &Value<'_>, path: &Path<'_>, at: usize) {
        let nodes = self.nodes;
        let alternatives = candidates.iter().map(|candidate| {
            let node = &nodes[*candidate];
            match (value, &node.required[..]) {
                (Value::Object(_), []) if node.members.is_empty() => words::kind("object"),
                (Value::Object(_), []) => {
                    let names = words::only(node.names());
                    format!("an object with {names}")
                }
                (Value::Object(_), required) => {
                    let names = crate::text::listed(required.iter().map(String::as_str));
                    format!("an object with {names}")
                }
                _ => expected::any_of(nodes, &[*candidate]),
            }
        });
        let expected = words::either(alternatives.collect());
        let found = match value {
            Value::Object(members) if members.is_empty() => "one without members".to_owned(),
            Value::Object(members) => {
                let mut names = HashSet::new();
                let names: Vec<&str> = members
                    .iter()
                    .map(|member| &*member.key)
                    .filter(|key| names.insert(*key))
                    .collect();
                let names = shortened(&crate::text::listed(names), 100);
                format!("one with {names}")
            }
            Value::Array(_) => "an array of which the elements fit none".to_owned(),
            Value::Scalar(text) => words::came(text),
        };
        let told = (expected, found);
        self.replace(Weight::Value, told, (candidates[0], value), path, at);
    }
}

/// What a tag says of alternatives.
enum Tagged {
    /// There is none.
    No,
    /// It is wrong, which is told.
    Told,
    /// One of these is meant.
    Are(Vec<usize>),
}

/// The member that each of these nodes requires and of which each names the texts, and not all of them the same.
fn tag<'a>(nodes: &'a [Node], candidates: &[usize]) -> Option<&'a str> {
    let texts = |candidate: usize, name: &str| -> Option<&'a Vec<Json>> {
        let node = &nodes[candidate];
        let (_, inner) = node.members.iter().find(|(known, _)| known == name)?;
        let is_required = node.required.iter().any(|known| known == name);
        let values = nodes[*inner].values.as_ref().filter(|_| is_required)?;
        values.iter().all(Json::is_string).then_some(values)
    };
    let first = candidates.first()?;
    nodes[*first].names().find(|name| {
        let own = texts(*first, name);
        let of = |candidate: &usize| texts(*candidate, name);
        own.is_some()
            && candidates.iter().all(|candidate| of(candidate).is_some())
            && candidates.iter().any(|candidate| of(candidate) != own)
    })
}

/// The name of a variant, if the node is an object with one member and no other.
fn external(node: &Node) -> Option<&str> {
    match (&node.required[..], &node.members[..]) {
        ([required], [(name, _)]) if required == name && node.is_closed() => Some(name),
        _ => None,
    }
}

/// How little a value looks like an alternative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Members of its own that are wrong as such: missing or unknown.
    keys: usize,
    flaws: usize,
    /// Whether it has nothing that the alternative has.
    strange: bool,
}

impl Score {
    fn is_likely(self) -> bool {
        !self.strange
    }
}

fn score(node: &Node, value: &Value<'_>, flaws: &[Flaw]) -> Score {
    let Value::Object(members) = value else {
        let (keys, strange) = (0, kind(value) == "null");
        return Score {
            keys,
            flaws: flaws.len(),
            strange,
        };
    };
    let is_named = |key: &str| node.names().any(|name| name == key);
    let named = members
        .iter()
        .filter(|member| is_named(&member.key))
        .count();
    let missing = node
        .required
        .iter()
        .filter(|name| members.iter().all(|member| member.key != **name));
    let unknown = match node.is_closed() {
        true => members.len() - named,
        false => 0,
    };
    Score {
        keys: missing.count() + unknown,
        flaws: flaws.len(),
        strange: named == 0,
    }
}
