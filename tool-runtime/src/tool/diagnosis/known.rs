//! A quick look at a value that serde has taken: whether every key in it is named by its object, told from the text alone.
//!
//! Of most values it can be told, and then nothing else looks at them. In doubt it is not told: where a key is unknown or has an escape,
//! and where it takes more than the kind of a value to say which of several alternatives it is.

use super::super::seen::Seen;
use super::node::Node;
use crate::json::{plain_string, skip_space};

/// Whether `text`, a value of the node `root`, surely has no unknown keys.
pub(super) fn all_known(nodes: &[Node], root: usize, text: &str) -> bool {
    let mut reading = Reading { nodes, text, at: 0 };
    reading.value(root).is_some()
}

/// Whether `text` surely is an object of which nothing is to be told but what serde says: the members that the node `root` requires are
/// there, all are known, each is there once, and none is `null`. Of what is no JSON at all serde has to say so.
pub(super) fn is_plain(nodes: &[Node], root: usize, text: &str) -> bool {
    let mut reading = Reading { nodes, text, at: 0 };
    reading.space();
    reading.peek() == Some(b'{') && reading.plain(&nodes[root]).is_some()
}

/// Where the look has come to. Every step is none in doubt.
struct Reading<'a> {
    nodes: &'a [Node],
    text: &'a str,
    at: usize,
}

impl<'a> Reading<'a> {
    fn value(&mut self, index: usize) -> Option<()> {
        let node = &self.nodes[index];
        self.space();
        let kind = match self.peek()? {
            _ if !node.closes => return self.pass(),
            b'{' => "object",
            b'[' => "array",
            _ => return self.pass(),
        };
        match (node.all.as_slice(), node.any.as_slice()) {
            ([], []) if kind == "object" => self.object(node),
            ([], []) => self.array(node),
            ([part], []) if node.names_nothing() => self.value(*part),
            ([], [branches]) if node.names_nothing() => {
                let mut taken = branches
                    .iter()
                    .filter(|branch| self.nodes[**branch].may_be(kind));
                match (taken.next(), taken.next()) {
                    (Some(branch), None) => self.value(*branch),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn object(&mut self, node: &Node) -> Option<()> {
        let mut next = 0;
        while self.advance(b'}')? {
            let inner = match self.expected(node, next) {
                Some(inner) => inner,
                None => {
                    let key = self.key()?;
                    next = node.place(key).unwrap_or(next);
                    node.member(key)?
                }
            };
            next += 1;
            self.value(inner)?;
        }
        Some(())
    }

    /// All of the text, an object of this node.
    fn plain(&mut self, node: &Node) -> Option<()> {
        let is_alone = node.all.is_empty() && node.any.is_empty();
        let (mut seen, mut next) = (Seen::new(node.members.len()), 0);
        while is_alone && self.advance(b'}')? {
            if self.expected(node, next).is_none() {
                next = node.place(self.key()?)?;
            }
            // Whether a member is absent that is `null`, its type does not say.
            let is_null = self.peek()? == b'n';
            (!is_null && seen.add(next)).then_some(())?;
            self.value(node.members[next].1)?;
            next += 1;
        }
        self.space();
        // Those that are required are the first.
        let has_all = (0..node.required.len()).all(|place| seen.has(place));
        (is_alone && has_all && self.peek().is_none()).then_some(())
    }

    /// Passes the key of the member with this place and its colon, if it is the one that comes: most models keep to the order of the
    /// schema. The node of its value.
    #[inline]
    fn expected(&mut self, node: &Node, place: usize) -> Option<usize> {
        let (name, inner) = node.members.get(place).filter(|_| node.has_plain_names)?;
        let rest = self.text.as_bytes().get(self.at..)?;
        let rest = rest.strip_prefix(b"\"")?.strip_prefix(name.as_bytes())?;
        (rest.first() == Some(&b'"')).then(|| {
            self.pass_key(name.len());
            *inner
        })
    }

    /// Passes a key and its colon.
    fn key(&mut self) -> Option<&'a str> {
        let key = plain_string(self.text, self.at)?;
        self.pass_key(key.len());
        Some(key)
    }

    fn pass_key(&mut self, length: usize) {
        self.at += length + 2;
        self.space();
        // The colon.
        self.at += 1;
        self.space();
    }

    fn array(&mut self, node: &Node) -> Option<()> {
        let mut count = 0;
        while self.advance(b']')? {
            self.value(node.item(count))?;
            count += 1;
        }
        Some(())
    }

    /// Passes the opening bracket or a comma; or the closing bracket, and then it is false.
    fn advance(&mut self, close: u8) -> Option<bool> {
        self.space();
        if self.peek()? != close {
            self.at += 1;
            self.space();
        }
        let comes = self.peek()? != close;
        self.at += usize::from(!comes);
        Some(comes)
    }

    /// Passes a value in which nothing is looked at.
    #[inline]
    fn pass(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => self.pass_inside(),
            _ => {
                self.word();
                Some(())
            }
        }
    }

    fn pass_inside(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.peek()? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                _ => self.word(),
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Passes a number, `true`, `false` or `null`.
    fn word(&mut self) {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let rest = &self.text.as_bytes()[self.at..];
        // One byte at least: what is no JSON comes to its end too.
        self.at += rest.iter().take_while(|byte| is_part(byte)).count().max(1);
    }

    #[inline]
    fn string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            at += bytes
                .get(at..)?
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\'))?;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Some(());
            }
            at += 2;
        }
    }

    fn space(&mut self) {
        self.at = skip_space(self.text, self.at);
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::look::Look;
    use super::super::{node, value};
    use super::all_known;

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
                prop_assert!(Look::new(&nodes).at(root, "", &value).is_empty(), "{}", text);
            }
        }
    }
}
