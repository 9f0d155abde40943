//! Which values may hold an object that has a key twice without serde's minding: one that takes any keys, as a map does. A struct
//! takes each of its fields once, so that a type of structs alone is not looked at for this.

use serde_json::Value;

use super::{Node, Others, compile};

/// Whether a value of `schema`, the value itself or something in it, is such an object.
pub(crate) fn holds_maps(schema: &Value) -> bool {
    let (nodes, root) = compile(schema);
    of(&nodes)[root]
}

/// The same of the members of an object, in the order of `names`.
pub(crate) fn members_hold_maps<'a>(
    schema: &Value,
    names: impl Iterator<Item = &'a str>,
) -> Vec<bool> {
    let (nodes, root) = compile(schema);
    let holds = of(&nodes);
    names
        .map(|name| holds[nodes[root].member(name).unwrap_or(root)])
        .collect()
}

/// What a node says of the keys of its objects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Keys {
    /// It has no objects.
    None,
    Named,
    Any,
}

/// Of each node whether its values hold a map.
fn of(nodes: &[Node]) -> Vec<bool> {
    let keys = keys(nodes);
    let mut holds = vec![false; nodes.len()];
    // A node that is reached by itself holds a map if one is found on another way.
    loop {
        let next: Vec<bool> = (0..nodes.len())
            .map(|index| {
                let node = &nodes[index];
                let own = keys[index] == Keys::Any || node.inside().any(|inner| holds[inner]);
                own && node.all.iter().all(|part| holds[*part])
                    && node
                        .any
                        .iter()
                        .all(|any| any.iter().any(|branch| holds[*branch]))
            })
            .collect();
        if next == holds {
            return holds;
        }
        holds = next;
    }
}

/// Of each node what it and all that holds with it say; where that leads round in a circle, nothing.
fn keys(nodes: &[Node]) -> Vec<Keys> {
    let mut keys = vec![Keys::Any; nodes.len()];
    loop {
        let next: Vec<Keys> = nodes
            .iter()
            .map(|node| {
                let all = node.all.iter().map(|part| keys[*part]);
                let any = node.any.iter();
                let any = any.filter_map(|any| any.iter().map(|branch| keys[*branch]).max());
                all.chain(any).fold(node.own_keys(), Keys::min)
            })
            .collect();
        if next == keys {
            return keys;
        }
        keys = next;
    }
}

impl Node {
    fn own_keys(&self) -> Keys {
        match self.others {
            _ if !self.has("object", Value::is_object) => Keys::None,
            Others::None => Keys::Named,
            Others::Each(_) => Keys::Any,
        }
    }

    /// Whether values of this kind are among its own.
    fn has(&self, kind: &str, is_one: impl Fn(&Value) -> bool) -> bool {
        let kinds = self.kinds.as_ref();
        let values = self.values.as_ref();
        kinds.is_none_or(|kinds| kinds.contains(&kind))
            && values.is_none_or(|values| values.iter().any(is_one))
    }

    /// The nodes of what stands in its values.
    fn inside(&self) -> impl Iterator<Item = usize> {
        let members = self.members.iter().map(|(_, node)| *node);
        let others = match self.others {
            Others::Each(node) => Some(node),
            Others::None => None,
        };
        let elements = self.prefix.iter().copied().chain([self.items]);
        let in_objects = self.has("object", Value::is_object);
        let in_arrays = self.has("array", Value::is_array);
        let in_objects = members.chain(others).filter(move |_| in_objects);
        in_objects.chain(elements.filter(move |_| in_arrays))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::holds_maps;

    #[track_caller]
    fn check(schema: &Value, expected: bool) {
        assert_eq!(holds_maps(schema), expected, "{schema}");
    }

    #[test]
    fn a_map_is_found_wherever_it_is() {
        let map = json!({"type": "object", "additionalProperties": {"type": "integer"}});
        let closed = |inner: Value| json!({"type": "object", "properties": {"a": inner}, "additionalProperties": false});
        check(&map, true);
        check(
            &json!({"type": "object", "patternProperties": {"^\\d+$": {"type": "string"}}}),
            true,
        );
        check(&json!(true), true);
        check(&json!({}), true);
        check(&closed(json!({"type": "string"})), false);
        check(&closed(map.clone()), true);
        check(&closed(json!({"type": "array", "items": map})), true);
        check(
            &json!({"type": "array", "items": {"type": "string"}}),
            false,
        );
        check(&json!({"type": "array"}), true);
        check(
            &json!({"type": "array", "prefixItems": [{"type": "string"}, map], "items": {"type": "null"}}),
            true,
        );
        check(&json!({"type": ["string", "null"]}), false);
        check(&json!({"enum": ["a", 1]}), false);
        check(
            &json!({"anyOf": [{"type": "null"}, closed(json!({"type": "string"}))]}),
            false,
        );
        check(&json!({"anyOf": [{"type": "null"}, map]}), true);
        check(
            &json!({"allOf": [map, closed(json!({"type": "string"}))]}),
            false,
        );
    }

    #[test]
    fn references_are_followed() {
        let tree = json!({
            "type": "object",
            "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
            "additionalProperties": false,
        });
        check(
            &json!({"$ref": "#/$defs/Tree", "$defs": {"Tree": tree}}),
            false,
        );
        let mut labelled = tree;
        labelled["properties"]["labels"] = json!({"$ref": "#/$defs/Labels"});
        let labels =
            json!({"type": ["object", "null"], "additionalProperties": {"type": "string"}});
        check(
            &json!({"$ref": "#/$defs/Tree", "$defs": {"Tree": labelled, "Labels": labels}}),
            true,
        );
        check(
            &json!({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}),
            false,
        );
    }
}
