//! What is wrong inside of arguments, by their schema.
//!
//! Of a value that serde has taken: keys that the schema does not have. serde ignores what a struct does not name; the schema says
//! that there is nothing else, so it is refused like an argument that the tool does not have. Likewise a list of fields in the place of the
//! object that has them. In doubt such a value is taken: of alternatives one that fits is enough, and where none seems to fit, though one
//! is of that kind, serde has known better.
//!
//! Of a value that was refused: all that is wrong with it at once, where serde tells of the first thing alone. That costs nothing
//! as long as arguments are right.

mod choice;
mod expected;
mod find;
mod flaw;
mod known;
mod limits;
mod look;
mod mend;
mod node;
mod refused;
mod value;
mod walk;

use std::ops::Range;

use serde_json::Value;

use self::look::{Found, Look};
use self::node::Node;
pub(crate) use self::node::{holds_maps, members_hold_maps};
#[cfg(feature = "schema-validation")]
use self::walk::{By, Walk};
use super::problem::ArgumentProblem;

/// So many keys are tried one by one; a value has more only if nothing of it is right.
const MAX_TRIALS: usize = 64;

/// The objects in a value that take no other keys than those they name.
#[derive(Debug)]
pub(super) struct Diagnosis {
    nodes: Vec<Node>,
    /// Those of the values that are looked at.
    roots: Vec<usize>,
}

impl Diagnosis {
    /// Reads them off a schema with its `$defs`.
    pub(super) fn of(schema: &Value) -> Self {
        let (nodes, root) = node::compile(schema);
        let roots = vec![root];
        Self { nodes, roots }
    }

    /// Those in the members of an object, each looked at by itself.
    pub(super) fn of_members<'a>(schema: &Value, names: impl Iterator<Item = &'a str>) -> Self {
        let (nodes, root) = node::compile(schema);
        let member = |name| nodes[root].member(name).unwrap_or(root);
        let roots = names.map(member).collect();
        Self { nodes, roots }
    }

    /// What is expected of the argument with the root of this index, where it is missing.
    pub(super) fn expected(&self, root: usize) -> String {
        expected::instead_of_nothing(&self.nodes, self.roots[root])
    }

    /// What is expected of a member of the only root, where it is missing.
    pub(super) fn expected_of(&self, member: &str) -> String {
        let node = self.nodes[self.roots[0]].member(member);
        expected::instead_of_nothing(&self.nodes, node.unwrap_or_default())
    }

    /// Whether the argument with the root of this index is an integer.
    pub(super) fn is_integer(&self, root: usize) -> bool {
        expected::any_of(&self.nodes, &[self.roots[root]]).starts_with("an integer")
    }

    /// The unknown keys in `text`, the JSON value of the argument `name` with the root of this index, in its order and with the
    /// byte of `text` at which each stands. `reads` tells whether serde reads a text.
    pub(super) fn problems(
        &self,
        root: usize,
        name: &str,
        text: &str,
        reads: &mut dyn FnMut(&str) -> bool,
    ) -> Vec<(usize, ArgumentProblem)> {
        self.unknown((self.roots[root], name), text, reads)
    }

    /// Whether `text`, the JSON value of all arguments, surely has nothing wrong that serde does not find.
    pub(super) fn is_plain(&self, text: &str) -> bool {
        known::is_plain(&self.nodes, self.roots[0], text)
    }

    /// What is wrong in `text`, the JSON value of all arguments, by what the schema itself says.
    #[cfg(feature = "schema-validation")]
    pub(super) fn by_schema(&self, text: &str) -> Vec<ArgumentProblem> {
        let Some(value) = value::read(text) else {
            return Vec::new();
        };
        let flaws = Walk::flaws(&self.nodes, By::Schema, self.roots[0], "", text, &value);
        flaws.into_iter().map(|flaw| flaw.problem).collect()
    }

    /// Puts problems of `text` in its order.
    #[cfg(feature = "schema-validation")]
    pub(super) fn sort(&self, problems: &mut [ArgumentProblem], text: &str) {
        if let Some(value) = value::read(text) {
            let place = |path: &str| find::find(&self.nodes, self.roots[0], &value, path).place;
            problems.sort_by_cached_key(|problem| place(problem.path()));
        }
    }

    fn unknown(
        &self,
        (root, name): (usize, &str),
        text: &str,
        reads: &mut dyn FnMut(&str) -> bool,
    ) -> Vec<(usize, ArgumentProblem)> {
        let nodes = &self.nodes;
        let kind = match text.starts_with('[') {
            true => "array",
            false => "object",
        };
        let is_open = !nodes[root].closes && node::may_be(nodes, root, kind);
        if is_open || known::all_known(nodes, root, text) {
            return Vec::new();
        }
        // It is JSON, or serde had not read it.
        let Some(value) = value::read(text) else {
            return Vec::new();
        };
        let (mut found, misfits) = Look::new(nodes).at(root, name, &value);
        found.sort_by_key(|found| found.at.start);
        found.dedup_by_key(|found| found.at.start);
        without_aliases(&mut found, text, reads);
        let unknown = found
            .iter()
            .map(|found| (found.at.start, self.problem(found)));
        let misfits = misfits.into_iter().map(|misfit| {
            let path = misfit.path.strip_prefix(name).unwrap_or_default();
            let at = find::find(nodes, root, &value, path).at;
            (at, misfit.problem(nodes))
        });
        let mut problems: Vec<_> = unknown.chain(misfits).collect();
        problems.sort_by_key(|(at, _)| *at);
        // A schema of several parts may say a thing twice.
        problems.dedup_by(|(_, one), (_, other)| one.path() == other.path());
        problems.truncate(walk::MAX_FLAWS);
        problems
    }

    fn problem(&self, found: &Found) -> ArgumentProblem {
        walk::unknown(&self.nodes[found.node], found.path.clone(), &found.key)
    }
}

/// Takes out the keys that serde knows by another name, of which no schema tells: a key that serde ignores may be there twice,
/// and one that it knows may not.
fn without_aliases(found: &mut Vec<Found>, text: &str, reads: &mut dyn FnMut(&str) -> bool) {
    let all = found.iter().map(|found| found.at.clone());
    if found.is_empty() || reads(&doubled(text, all)) {
        return;
    }
    let mut tried: Vec<(usize, String, bool)> = Vec::new();
    found.retain(|found| {
        let same =
            |(node, key, _): &&(usize, String, bool)| *node == found.node && *key == found.key;
        let known = tried.iter().find(same).map(|(_, _, known)| *known);
        let is_known = known.unwrap_or_else(|| {
            let is_known = tried.len() < MAX_TRIALS && !reads(&doubled(text, [found.at.clone()]));
            tried.push((found.node, found.key.clone(), is_known));
            is_known
        });
        !is_known
    });
}

/// `text` with these members twice.
fn doubled(text: &str, members: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut doubled = String::with_capacity(2 * text.len());
    let mut done = 0;
    for member in members {
        // One inside of another is there twice with it.
        if member.start >= done {
            doubled.push_str(&text[done..member.end]);
            doubled.push(',');
            doubled.push_str(&text[member.clone()]);
            done = member.end;
        }
    }
    doubled.push_str(&text[done..]);
    doubled
}
