//! A schema as a provider takes it: what each accepts is a table in `subset.rs`.
//!
//! What a provider does not take moves into descriptions, where the model still reads it, as long as the schema that is left
//! takes every value that was valid before. What has no such form is a problem, with the path of the value in the arguments.

mod choice;
mod kept;
mod keywords;
mod node;
mod object;
mod refs;
#[cfg(test)]
mod same;
mod sizes;
pub(super) mod subset;
mod words;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(super) use kept::kept;
pub(super) use sizes::{each, inside, inside_mut};

use self::refs::Root;
use self::subset::Subset;
use self::words::Words;
use crate::tool::schema::Schema;
use crate::tool::schema_text::ordered;

/// A schema in a provider's subset.
#[derive(Debug)]
pub(super) struct Lowered {
    /// As JSON text in our order of keys.
    pub(super) text: String,
    pub(super) schema: Value,
    /// What is told of the arguments as a whole, where they have no description: it belongs into the tool's.
    pub(super) told: String,
    /// What moved into descriptions.
    pub(super) moved: Vec<Moved>,
    /// The shapes that the subset does not have. The schema takes more there, or nothing that was meant.
    pub(super) problems: Vec<Problem>,
}

/// One keyword that moved into the description beside it.
#[derive(Debug)]
pub(super) struct Moved {
    pub(super) path: String,
    pub(super) keyword: String,
    pub(super) text: String,
}

/// One shape that a subset does not have.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) path: String,
    /// As the end of a sentence that begins with the path.
    pub(super) problem: String,
    /// What to change.
    pub(super) change: String,
}

/// `schema` in `subset`, with every problem.
pub(super) fn lower(schema: &Schema, subset: &Subset) -> Lowered {
    let root = Root::of(schema);
    let properties: Vec<String> = schema.names().into_iter().map(|(name, _)| name).collect();
    let mut lowering = Lowering {
        subset,
        is_given: schema.is_given(),
        root: &root,
        properties: &properties,
        open: Vec::new(),
        kept: BTreeMap::new(),
        required: 0,
        depth: 0,
        nodes: 0,
        beside: false,
        moved: Vec::new(),
        problems: Vec::new(),
    };
    let mut lowered = lowering.root();
    let Lowering {
        kept,
        moved,
        mut problems,
        ..
    } = lowering;
    if let (Value::Object(root), false) = (&mut lowered, kept.is_empty()) {
        let kept: Map<String, Value> = kept.into_iter().collect();
        root.insert("$defs".to_owned(), kept.into());
    }
    let told = match (&mut lowered, subset.described) {
        (Value::Object(root), false) => root.remove("description"),
        _ => None,
    };
    let text = ordered(&lowered, &properties);
    for size in subset.sizes {
        // Each of what is counted takes at least a byte.
        if text.len() <= size.limit {
            continue;
        }
        let (of, count) = size.of.of(&lowered);
        if count > size.limit {
            problems.push(Problem {
                path: "$".to_owned(),
                problem: format!("has {count} {of}, and at most {} are taken", size.limit),
                change: "split the tool, or take less".to_owned(),
            });
        }
    }
    Lowered {
        text,
        schema: lowered,
        told: told
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        moved,
        problems,
    }
}

/// A lowering under way.
#[derive(Debug)]
struct Lowering<'a> {
    subset: &'a Subset,
    is_given: bool,
    /// The schema as it was, for what a `$ref` leads to.
    root: &'a Root<'a>,
    /// The properties of the root, in their order.
    properties: &'a [String],
    /// What the schema that is being lowered stands in: pointers of `$ref`s.
    open: Vec<String>,
    /// The definitions that stay, by name.
    kept: BTreeMap<String, Value>,
    /// How many required properties lead to the schema that is being lowered.
    required: usize,
    depth: usize,
    nodes: usize,
    /// Whether these are the annotations of a `$ref` alone, which need no type.
    beside: bool,
    moved: Vec<Moved>,
    problems: Vec<Problem>,
}

impl Lowering<'_> {
    fn problem(&mut self, path: &str, problem: impl Into<String>, change: impl Into<String>) {
        self.problems.push(Problem {
            path: path.to_owned(),
            problem: problem.into(),
            change: change.into(),
        });
    }

    /// What `keyword` says, for the description, if the subset does not take it.
    fn moves(&mut self, path: &str, keyword: &str, value: &Value, words: &mut Words) {
        if let Some(text) = words::of(keyword, &self.readable(keyword, value)) {
            self.tells(path, keyword, text, words);
        }
    }

    fn tells(&mut self, path: &str, keyword: &str, text: String, words: &mut Words) {
        self.moved.push(Moved {
            path: path.to_owned(),
            keyword: keyword.to_owned(),
            text: text.clone(),
        });
        words.push((words::rank(keyword), text));
    }
}

/// The same, to be taken apart.
fn in_order(map: Map<String, Value>) -> Vec<(String, Value)> {
    let mut members: Vec<_> = map.into_iter().collect();
    members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    members
}
