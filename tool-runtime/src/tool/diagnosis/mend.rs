//! A text without the flaws that were found in it: whether serde reads it says whether they were all.

use std::collections::{HashMap, HashSet};

use super::super::words::example;
use super::flaw::{Flaw, Id, Mend};
use super::node::Node;
use super::value::Value;

/// So deep are the values that stand in for others.
const MAX_DEPTH: usize = 6;

/// So many elements an array has of which the length is fixed.
const MAX_ELEMENTS: usize = 64;

/// What is changed in a text.
#[derive(Default)]
struct Changes<'a> {
    replaced: HashMap<Id, usize>,
    inserted: HashMap<Id, Vec<(&'a str, usize)>>,
    removed: HashSet<Id>,
}

/// The text of `value` with what each of `flaws` asks for; `None` if no value is known that does.
pub(super) fn mended<'a>(
    nodes: &[Node],
    value: &Value<'_>,
    flaws: impl Iterator<Item = &'a Flaw>,
    keeps_unknown: bool,
) -> Option<String> {
    let mut changes = Changes::default();
    for flaw in flaws {
        match &flaw.mend {
            Mend::Replace { value, node } => {
                changes.replaced.insert(*value, *node);
            }
            Mend::Insert { object, key, node } => {
                let members = changes.inserted.entry(*object).or_default();
                members.push((key, *node));
            }
            Mend::Remove { value } => {
                changes.removed.insert(*value);
            }
            Mend::Unknown { value } if !keeps_unknown => {
                changes.removed.insert(*value);
            }
            Mend::Unknown { .. } | Mend::Leave => {}
        }
    }
    let mut text = String::new();
    changes.write(nodes, value, &mut text)?;
    Some(text)
}

impl Changes<'_> {
    fn write(&self, nodes: &[Node], value: &Value<'_>, text: &mut String) -> Option<()> {
        let id = Id::of(value);
        if let Some(node) = self.replaced.get(&id) {
            *text += &sample(nodes, *node, MAX_DEPTH)?;
            return Some(());
        }
        match value {
            Value::Scalar(scalar) => *text += scalar,
            Value::Array(elements) => {
                text.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    self.write(nodes, element, text)?;
                }
                text.push(']');
            }
            Value::Object(members) => {
                let start = text.len() + 1;
                text.push('{');
                for member in members {
                    if !self.removed.contains(&Id::of(&member.value)) {
                        push_key(text, start, &member.key);
                        self.write(nodes, &member.value, text)?;
                    }
                }
                for (key, node) in self.inserted.get(&id).into_iter().flatten() {
                    push_key(text, start, key);
                    *text += &sample(nodes, *node, MAX_DEPTH)?;
                }
                text.push('}');
            }
        }
        Some(())
    }
}

fn push_key(text: &mut String, start: usize, key: &str) {
    if text.len() > start {
        text.push(',');
    }
    *text += &serde_json::Value::from(key).to_string();
    text.push(':');
}

/// A value of a node, as simple as can be.
fn sample(nodes: &[Node], index: usize, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let node = &nodes[index];
    if let Some(value) = node.values.as_ref().and_then(|values| values.first()) {
        return Some(value.to_string());
    }
    let parts = || {
        node.all
            .iter()
            .chain(node.any.first().into_iter().flatten())
    };
    match &node.kinds {
        Some(kinds) => {
            let mut kinds = kinds.clone();
            kinds.sort_by_key(|kind| simplicity(kind));
            let kind = kinds.first()?;
            of_kind(nodes, node, kind, depth)
        }
        None if !node.members.is_empty() => of_kind(nodes, node, "object", depth),
        // The simplest first, so that what contains itself ends.
        None => {
            let mut parts: Vec<usize> = parts().copied().collect();
            parts.sort_by_key(|part| {
                let node = &nodes[*part];
                let kinds = node.kinds.as_ref().and_then(|kinds| kinds.first());
                let kind = kinds.map_or(5, |kind| simplicity(kind));
                (node.values.is_none(), kind, node.required.len())
            });
            match parts.is_empty() {
                true => Some("null".to_owned()),
                false => parts.iter().find_map(|part| sample(nodes, *part, depth)),
            }
        }
    }
}

fn simplicity(kind: &str) -> usize {
    let kinds = ["null", "boolean", "integer", "number", "string", "array"];
    kinds
        .iter()
        .position(|known| *known == kind)
        .unwrap_or(kinds.len())
}

fn of_kind(nodes: &[Node], node: &Node, kind: &str, depth: usize) -> Option<String> {
    Some(match kind {
        "null" => "null".to_owned(),
        "boolean" => "true".to_owned(),
        // No integer of Rust does without it, zero some.
        "integer" | "number" => "1".to_owned(),
        "string" => {
            let text = node.format.as_deref().and_then(example).unwrap_or("a");
            serde_json::Value::from(text).to_string()
        }
        "array" => {
            let count = match node.length {
                Some((least, _)) => least.min(MAX_ELEMENTS),
                None => 0,
            };
            let elements = (0..count).map(|place| sample(nodes, node.item(place), depth));
            let elements: Option<Vec<String>> = elements.collect();
            format!("[{}]", elements?.join(","))
        }
        _ => {
            let mut text = "{".to_owned();
            for name in &node.required {
                push_key(&mut text, 1, name);
                text += &sample(nodes, node.member(name)?, depth)?;
            }
            text + "}"
        }
    })
}
