//! A quick look at a value that serde has taken: whether every key in it is named by its object, and nothing in it is an array for an
//! object or an object for a text, told from the text alone.
//!
//! Of most values it can be told, and then nothing else looks at them. In doubt it is not told: where a key is unknown or has an escape,
//! and where it takes more than the kind of a value to say which of several alternatives it is.

use super::super::seen::Seen;
use super::node::{Node, may_be};
use crate::json::{is_plain_name, plain_string, skip_space, string_end};

/// Whether `text`, a value of the node `root`, surely has no unknown keys, and no object or array in the place of something else.
pub(super) fn all_known(nodes: &[Node], root: usize, text: &str) -> bool {
    let reading = Reading { nodes, text };
    reading.value(root, reading.space(0)).is_some()
}

/// Whether `text` surely is an object of which nothing is to be told but what serde says: the members that the node `root` requires are
/// there, all are known, each is there once, and none is `null`. Of what is no JSON at all serde has to say so.
pub(super) fn is_plain(nodes: &[Node], root: usize, text: &str) -> bool {
    let (reading, node) = (Reading { nodes, text }, &nodes[root]);
    let at = reading.space(0);
    if reading.byte(at) != Some(b'{') || !node.all.is_empty() || !node.any.is_empty() {
        return false;
    }
    let mut seen = Seen::new(node.members.len());
    let end = reading.members(node, at, |place, value| {
        // Whether a member is absent that is `null`, its type does not say.
        place.is_some_and(|place| seen.add(place)) && reading.byte(value) != Some(b'n')
    });
    // Those that are required are the first.
    let has_all = (0..node.required.len()).all(|place| seen.has(place));
    has_all && end.is_some_and(|end| reading.space(end) == text.len())
}

/// A text that is looked at. Every step takes where it begins and says where it has ended; it is none in doubt.
#[derive(Clone, Copy)]
struct Reading<'a> {
    nodes: &'a [Node],
    text: &'a str,
}

impl<'a> Reading<'a> {
    fn value(self, index: usize, at: usize) -> Option<usize> {
        let node = &self.nodes[index];
        let kind = match self.byte(at)? {
            b'{' => "object",
            b'[' => "array",
            _ => return self.pass(at),
        };
        if !may_be(self.nodes, index, kind) {
            return None;
        }
        if !node.closes {
            return self.pass(at);
        }
        match (node.all.as_slice(), node.any.as_slice()) {
            ([], []) if kind == "object" => self.members(node, at, |_, _| true),
            ([], []) => self.elements(node, at),
            ([part], []) if node.names_nothing() => self.value(*part, at),
            ([], [branches]) if node.names_nothing() => {
                let may_be = |branch: &&usize| self.nodes[**branch].may_be(kind);
                let mut taken = branches.iter().filter(may_be);
                match (taken.next(), taken.next()) {
                    (Some(branch), None) => self.value(*branch, at),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Each member of an object of this node; `take` is told the place of its name, if it has one, and where its value begins.
    #[inline]
    fn members(
        self,
        node: &Node,
        at: usize,
        mut take: impl FnMut(Option<usize>, usize) -> bool,
    ) -> Option<usize> {
        let (mut at, mut next) = (self.space(at + 1), 0);
        if self.byte(at)? == b'}' {
            return Some(at + 1);
        }
        loop {
            let (place, inner, length) = self.key(node, next, at)?;
            next = place.unwrap_or(next) + 1;
            // Behind the quotes comes the colon.
            at = self.space(self.space(at + length + 2) + 1);
            if !take(place, at) {
                return None;
            }
            at = self.space(self.value(inner, at)?);
            match self.byte(at)? {
                b',' => at = self.space(at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// The key that is here: the place of its name, if it has one, the node of its value, and its length. Most models keep to the order of
    /// the schema, so it is likely to be the one at the place `next`.
    #[inline]
    fn key(self, node: &Node, next: usize, at: usize) -> Option<(Option<usize>, usize, usize)> {
        if let Some((name, inner)) = node.members.get(next)
            && node.has_plain_names
            && is_plain_name(self.text, at, name)
        {
            return Some((Some(next), *inner, name.len()));
        }
        let key = plain_string(self.text, at)?;
        let place = node.place(key);
        let inner = match place {
            Some(place) => node.members[place].1,
            None => node.member(key)?,
        };
        Some((place, inner, key.len()))
    }

    fn elements(self, node: &Node, at: usize) -> Option<usize> {
        let (mut at, mut count) = (self.space(at + 1), 0);
        if self.byte(at)? == b']' {
            return Some(at + 1);
        }
        loop {
            at = self.space(self.value(node.item(count), at)?);
            count += 1;
            match self.byte(at)? {
                b',' => at = self.space(at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// Passes a value in which nothing is looked at.
    #[inline]
    fn pass(self, at: usize) -> Option<usize> {
        match self.byte(at)? {
            b'"' => string_end(self.text, at),
            b'{' | b'[' => self.inside(at),
            _ => Some(self.word(at)),
        }
    }

    fn inside(self, mut at: usize) -> Option<usize> {
        let mut depth = 0;
        loop {
            match self.byte(at)? {
                b'"' => {
                    at = string_end(self.text, at)?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }

    /// Passes a number, `true`, `false` or `null`.
    #[inline]
    fn word(self, at: usize) -> usize {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let rest = &self.text.as_bytes()[at..];
        at + rest.iter().take_while(|byte| is_part(byte)).count()
    }

    #[inline]
    fn space(self, at: usize) -> usize {
        match self.byte(at) {
            Some(byte) if byte <= b' ' => skip_space(self.text, at),
            _ => at,
        }
    }

    #[inline]
    fn byte(self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::look::Look;
    use super::super::{node, value};
    use super::{all_known, is_plain};

    fn schema() -> Value {
        json!({
            "$defs": {
                "Item": {
                    "type": "object",
                    "properties": {"a": {"type": "integer"}, "b": {"anyOf": [{"$ref": "#/$defs/Item"}, {"type": "null"}]}},
                    "additionalProperties": false
                },
                "Shape": {"oneOf": [
                    {"type": "object", "properties": {"a": {}}, "additionalProperties": false},
                    {"type": "object", "properties": {"b": {}}, "additionalProperties": false}
                ]}
            },
            "type": "object",
            "properties": {
                "a": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
                "b": {"$ref": "#/$defs/Item", "description": "x"},
                "c": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Item"}},
                "d": {},
                "e": {"$ref": "#/$defs/Shape"}
            },
            "additionalProperties": false
        })
    }

    fn is_known(text: &str) -> bool {
        let (nodes, root) = node::compile(&schema());
        all_known(&nodes, root, text)
    }

    #[test]
    fn what_is_named_is_known_and_nothing_else() {
        for text in [
            "{}",
            r#"{"a": [{"a": 1, "b": {"b": null}}, {}], "b": {"a": 2}}"#,
            r#"{"c": {"any key": {"a": 1}, "other": {}}, "d": {"x": [{"y": "}\"]\\"}]}}"#,
            " { \"a\" :\n[ ] , \"b\" : { \"a\" : -1.5e3 } } ",
        ] {
            assert!(is_known(text), "{text}");
        }
        for text in [
            r#"{"f": 1}"#,
            r#"{"a": [{"a": 1}, {"c": 1}]}"#,
            r#"{"b": {"b": {"b": {"x": 1}}}}"#,
            r#"{"c": {"k": {"x": 1}}}"#,
            // In doubt.
            r#"{"\u0061": []}"#,
            r#"{"e": {"a": 1}}"#,
        ] {
            assert!(!is_known(text), "{text}");
        }
    }

    #[test]
    fn nothing_is_to_be_told_of_an_object_that_is_plain() {
        let mut schema = schema();
        schema["required"] = json!(["b", "d"]);
        let (nodes, root) = node::compile(&schema);
        let is_plain = |text: &str| is_plain(&nodes, root, text);
        for text in [
            r#"{"b": {}, "d": 1}"#,
            " {\"d\" : [null], \"a\":[{\"b\": null}] ,\n\"b\": {}} ",
        ] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            r#"{"b": {}, "d": 1, "d": 2}"#,
            r#"{"b": {}, "d": null}"#,
            r#"{"b": {}}"#,
            r#"{"b": {}, "d": 1, "f": 2}"#,
            r#"{"b": {"f": 1}, "d": 1}"#,
            r#"{"b": {}, "d": 1} {}"#,
            r#"[{"b": {}, "d": 1}]"#,
            "",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i8>().prop_map(Value::from),
            "[a-c\"\\\\{}\\[\\]:, ]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let key = prop_oneof![8 => "[a-e]", 1 => "[f\"\\\\]"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map(key, inner, 0..4)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_known_has_nothing_that_a_closer_look_finds(given in any_value(), pretty: bool) {
            let text = match pretty {
                true => serde_json::to_string_pretty(&given).unwrap(),
                false => given.to_string(),
            };
            let (nodes, root) = node::compile(&schema());
            let value = value::read(&text).unwrap();
            if all_known(&nodes, root, &text) {
                let (unknown, misfits) = Look::new(&nodes).at(root, "", &value);
                prop_assert!(unknown.is_empty() && misfits.is_empty(), "{}", text);
            }
        }
    }
}
