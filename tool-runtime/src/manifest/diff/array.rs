//! Lists, item by item.

use serde_json::Value;

use super::walk::{Node, Walk};

const ANY: Value = Value::Bool(true);

/// The item at a place, or every one behind those with a schema of their own.
fn item(node: &Node, index: usize) -> &Value {
    let first = node.get("prefixItems").and_then(Value::as_array);
    let place = first.and_then(|first| first.get(index));
    place.or_else(|| node.get("items")).unwrap_or(&ANY)
}

fn first(node: &Node) -> usize {
    node.get("prefixItems")
        .and_then(Value::as_array)
        .map_or(0, Vec::len)
}

impl Walk<'_> {
    pub(super) fn array(&mut self, old: &Node, new: &Node, at: &str) {
        let path = format!("{at}[]");
        // One more than those that are told apart: all others.
        for index in 0..=first(old).max(first(new)) {
            // Where the older one has no item, there is none to refuse.
            if *item(old, index) == Value::Bool(false) {
                return;
            }
            self.inner(item(old, index), item(new, index), &path);
        }
    }
}
