//! What a node takes, in words.

use serde_json::Value;

use super::super::words;
use super::node::{Node, is_of};
use crate::text::listed;

/// So deep references and alternatives are followed for words.
const MAX_DEPTH: usize = 8;

/// What nodes take, gathered over alternatives.
#[derive(Default)]
struct Taken<'a> {
    values: Vec<Value>,
    kinds: Vec<String>,
    /// Of each object the members that it has to have.
    objects: Vec<&'a [String]>,
}

/// What one of these nodes takes in the place of a value that none does: `a string`. That `null` would do too is no help to who
/// has sent something else.
pub(super) fn any_of(nodes: &[Node], indexes: &[usize]) -> String {
    let mut taken = taken(nodes, indexes);
    let is_all = taken.values.is_empty() && taken.objects.is_empty();
    let is_other = |kind: &String| *kind != words::kind("null");
    if !is_all || taken.kinds.iter().any(is_other) {
        taken.kinds.retain(is_other);
    }
    in_words(taken)
}

/// What a node takes in the place of nothing: `a string or null`.
pub(super) fn instead_of_nothing(nodes: &[Node], index: usize) -> String {
    in_words(taken(nodes, &[index]))
}

/// Whether one of these nodes takes `null`.
pub(super) fn takes_null(nodes: &[Node], indexes: &[usize]) -> bool {
    taken(nodes, indexes).kinds.contains(&words::kind("null"))
}

fn taken<'a>(nodes: &'a [Node], indexes: &[usize]) -> Taken<'a> {
    let mut taken = Taken::default();
    for index in indexes {
        gather(nodes, *index, MAX_DEPTH, &mut taken);
    }
    taken
}

fn in_words(taken: Taken<'_>) -> String {
    let Taken {
        values,
        mut kinds,
        objects,
    } = taken;
    kinds.extend(objects_with(&objects));
    match (values.is_empty(), kinds.is_empty()) {
        (true, _) => words::either(kinds),
        (false, true) => words::one_of(&values),
        (false, false) => words::either([vec![words::among(&values)], kinds].concat()),
    }
}

/// `an object with a and b`; of several alternatives what they have in common, or each.
fn objects_with(objects: &[&[String]]) -> Vec<String> {
    let Some((first, others)) = objects.split_first() else {
        return Vec::new();
    };
    let with = |names: &[&str]| match names {
        [] => words::kind("object"),
        names => format!("an object with {}", listed(names.iter().copied())),
    };
    let in_all = |name: &&String| others.iter().all(|other| other.contains(name));
    let common: Vec<&str> = first.iter().filter(in_all).map(String::as_str).collect();
    let has_none = objects.iter().any(|names| names.is_empty());
    if !common.is_empty() || has_none {
        return vec![with(&common)];
    }
    let mut each: Vec<String> = Vec::new();
    for names in objects {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let object = with(&names);
        if !each.contains(&object) {
            each.push(object);
        }
    }
    each
}

/// The values that one of these nodes names, if it names all of its own.
pub(super) fn values(nodes: &[Node], indexes: &[usize]) -> Vec<Value> {
    taken(nodes, indexes).values
}

fn gather<'a>(nodes: &'a [Node], index: usize, depth: usize, taken: &mut Taken<'a>) {
    let node = &nodes[index];
    if depth == 0 {
        return;
    }
    match (&node.values, &node.kinds) {
        (Some(values), kinds) => {
            // A type beside the values says which of them are meant at all.
            let fits = |value: &&Value| kinds.as_ref().is_none_or(|kinds| is_of(value, kinds));
            for value in values.iter().filter(fits) {
                match value {
                    Value::Null => taken.kinds.push(words::kind("null")),
                    value if taken.values.contains(value) => {}
                    value => taken.values.push(value.clone()),
                }
            }
        }
        (None, Some(kinds)) => {
            for kind in kinds {
                taken.kinds.push(match *kind {
                    "integer" => node.limits.integer(node.range.as_ref()),
                    "number" => node.limits.number(),
                    "string" => string(node),
                    "array" => node.limits.array(),
                    "object" => {
                        taken.objects.push(&node.required);
                        continue;
                    }
                    kind => words::kind(kind),
                });
            }
        }
        (None, None) => {
            let parts = node
                .all
                .iter()
                .chain(node.any.first().into_iter().flatten());
            for part in parts {
                gather(nodes, *part, depth - 1, taken);
            }
            if node.all.is_empty() && node.any.is_empty() && !node.members.is_empty() {
                taken.objects.push(&node.required);
            }
        }
    }
}

/// A string, with an example of what its format means where the name of that does not say it.
fn string(node: &Node) -> String {
    match node.format.as_deref() {
        Some(format) => words::format(format),
        None => node.limits.string(),
    }
}
