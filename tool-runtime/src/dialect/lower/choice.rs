//! `allOf`, `oneOf`, `anyOf`, and the parts of a tuple.

use serde_json::{Map, Value, json};

use super::Lowering;
use super::words::Words;
use crate::tool::merge::{ANNOTATIONS, merge};

impl Lowering<'_> {
    /// All of `allOf` in one schema, where the subset does not take it; what has no place in it is left in the result.
    pub(super) fn fold(&mut self, node: &mut Map<String, Value>) -> Vec<(String, Value)> {
        let mut rest = Vec::new();
        // A part may have an `allOf` of its own.
        for _ in 0..64 {
            if self.subset.takes("allOf") {
                break;
            }
            let Some(Value::Array(parts)) = node.remove("allOf") else {
                break;
            };
            let mut refs = Vec::new();
            for part in parts {
                if let Value::Object(mut part) = part {
                    refs.extend(part.remove("$ref"));
                    merge(node, &part, &mut rest);
                }
            }
            // The first can stand beside the rest; of the others what they lead to is copied.
            for (index, reference) in refs.into_iter().enumerate() {
                if index == 0 && !node.contains_key("$ref") {
                    node.insert("$ref".to_owned(), reference);
                } else if let Some(target) = self.target(&reference) {
                    merge(node, &target, &mut rest);
                }
            }
        }
        rest
    }

    fn target(&self, reference: &Value) -> Option<Map<String, Value>> {
        let pointer = reference.as_str()?.strip_prefix('#')?;
        self.root.pointer(pointer)?.as_object().cloned()
    }

    /// `oneOf` as `anyOf`: it takes every value that was valid, and those that were valid twice too.
    pub(super) fn any(&mut self, node: &mut Map<String, Value>, at: &str) {
        if self.subset.takes("oneOf") {
            return;
        }
        let Some(branches) = node.remove("oneOf") else {
            return;
        };
        if node.contains_key("anyOf") {
            self.problem(
                at,
                "has both `anyOf` and `oneOf`",
                "say it with one of them",
            );
            return;
        }
        node.insert("anyOf".to_owned(), branches);
    }

    /// Where keywords are few, what stands beside a choice goes into each of its branches.
    pub(super) fn distribute(&self, node: &mut Map<String, Value>) -> Vec<(String, Value)> {
        let mut rest = Vec::new();
        let is_beside = |key: &String| key != "anyOf" && !ANNOTATIONS.contains(&key.as_str());
        if self.subset.keywords.is_none()
            || !node.contains_key("anyOf")
            || !node.keys().any(is_beside)
        {
            return rest;
        }
        let Some(Value::Array(branches)) = node.remove("anyOf") else {
            return rest;
        };
        let (base, others) = std::mem::take(node)
            .into_iter()
            .partition(|(key, _)| is_beside(key));
        *node = others;
        let base: Map<String, Value> = base;
        let branches: Vec<Value> = branches
            .iter()
            .map(|branch| {
                let mut both = base.clone();
                if let Value::Object(branch) = branch {
                    merge(&mut both, branch, &mut rest);
                }
                both.into()
            })
            .collect();
        node.insert("anyOf".to_owned(), branches.into());
        rest
    }

    /// The parts of a tuple as what each item may be, where the subset does not take them one by one.
    pub(super) fn tuple(&mut self, node: &mut Map<String, Value>, at: &str, words: &mut Words) {
        if self.subset.keywords.is_none() {
            return;
        }
        let Some(Value::Array(parts)) = node.get("prefixItems").cloned() else {
            return;
        };
        let made = json!({ "anyOf": parts });
        let most = node.get("maxItems").and_then(Value::as_u64);
        if node.get("items") == Some(&Value::Bool(false)) {
            let most = most.unwrap_or(u64::MAX).min(parts.len() as u64);
            node.insert("maxItems".to_owned(), most.into());
            node.insert("items".to_owned(), made.clone());
        }
        if self.subset.takes("prefixItems") {
            return;
        }
        node.remove("prefixItems");
        self.moves(at, "prefixItems", &parts.clone().into(), words);
        let ends = most.is_some_and(|most| most <= parts.len() as u64);
        let items = match node.remove("items") {
            Some(items) if items == made => made,
            Some(items) => {
                let all = [parts, vec![items]].concat();
                json!({ "anyOf": all })
            }
            None if ends => made,
            // Beyond its parts it takes anything.
            None => Value::Bool(true),
        };
        node.insert("items".to_owned(), items);
    }
}

/// A choice among branches that are the same is none.
pub(super) fn distinct(node: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = node.get_mut("anyOf") else {
        return;
    };
    let mut kept: Vec<Value> = Vec::new();
    for branch in branches.drain(..) {
        if !kept.contains(&branch) {
            kept.push(branch);
        }
    }
    let only = match &kept[..] {
        [Value::Object(only)] => Some(only.clone()),
        _ => None,
    };
    *branches = kept;
    if let (Some(only), true) = (only, node.len() == 1) {
        *node = only;
    }
}
