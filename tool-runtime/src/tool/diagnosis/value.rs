//! A JSON text as a tree in which each member's place is known. serde has read the text already, so it is JSON, and only what
//! stands between the values is looked at.

use std::borrow::Cow;
use std::ops::Range;

use crate::json::{skip_space, string_end};

#[derive(Debug)]
pub(super) enum Value<'a> {
    Object(Vec<Member<'a>>),
    Array(Vec<Value<'a>>),
    /// The text of anything else.
    Scalar(&'a str),
}

#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) key: Cow<'a, str>,
    /// From the key to the end of the value, in bytes of the text.
    pub(super) at: Range<usize>,
    pub(super) value: Value<'a>,
}

/// The value at the beginning of `text`; `None` if it is no JSON after all.
///
/// Deeper than serde reads it looks at nothing either, so that nobody's brackets are followed to the end of the stack.
pub(super) fn read(text: &str) -> Option<Value<'_>> {
    let (at, depth) = (0, 0);
    Reading { text, at, depth }.value()
}

/// How deep serde_json reads.
const MAX_DEPTH: usize = 128;

struct Reading<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reading<'a> {
    fn value(&mut self) -> Option<Value<'a>> {
        self.at = skip_space(self.text, self.at);
        match self.text.as_bytes().get(self.at)? {
            b'{' => self.inside(Self::object),
            b'[' => self.inside(Self::array),
            b'"' => self.string().map(Value::Scalar),
            _ => {
                let rest = &self.text[self.at..];
                let ends =
                    |byte: u8| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace();
                let bytes = rest.bytes().position(ends).unwrap_or(rest.len());
                self.at += bytes;
                Some(Value::Scalar(&rest[..bytes]))
            }
        }
    }

    fn inside(&mut self, read: impl FnOnce(&mut Self) -> Option<Value<'a>>) -> Option<Value<'a>> {
        self.depth += 1;
        let value = (self.depth < MAX_DEPTH).then(|| read(self)).flatten();
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Option<Value<'a>> {
        let mut members = Vec::new();
        while self.advance(b'}')? {
            let start = self.at;
            let key = self.string()?;
            let key = match key.contains('\\') {
                true => Cow::Owned(serde_json::from_str(key).ok()?),
                false => Cow::Borrowed(&key[1..key.len() - 1]),
            };
            // The colon.
            self.at = skip_space(self.text, self.at) + 1;
            let value = self.value()?;
            let at = start..self.at;
            members.push(Member { key, at, value });
        }
        Some(Value::Object(members))
    }

    fn array(&mut self) -> Option<Value<'a>> {
        let mut elements = Vec::new();
        while self.advance(b']')? {
            elements.push(self.value()?);
        }
        Some(Value::Array(elements))
    }

    /// Passes the opening bracket or a comma and stands at what comes next; or passes the closing one, and nothing comes.
    fn advance(&mut self, close: u8) -> Option<bool> {
        let bytes = self.text.as_bytes();
        self.at = skip_space(self.text, self.at);
        if *bytes.get(self.at)? != close {
            self.at = skip_space(self.text, self.at + 1);
        }
        let comes = *bytes.get(self.at)? != close;
        self.at += usize::from(!comes);
        Some(comes)
    }

    /// The text of a string, with its quotes.
    fn string(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.at = string_end(self.text, start)?;
        Some(&self.text[start..self.at])
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, read};

    /// Written again, with the place of each member.
    fn written(value: &Value<'_>, text: &str) -> String {
        match value {
            Value::Scalar(text) => (*text).to_owned(),
            Value::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(|value| written(value, text)).collect();
                format!("[{}]", elements.join("|"))
            }
            Value::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|member| {
                        let value = written(&member.value, text);
                        format!("{}={value}<{}>", member.key, &text[member.at.clone()])
                    })
                    .collect();
                format!("{{{}}}", members.join("|"))
            }
        }
    }

    #[test]
    fn every_value_stands_where_it_is() {
        for (text, expected) in [
            ("[]", "[]"),
            (" [ { } , [ ] ]", "[{}|[]]"),
            ("[1, -2.5e3 ,true\n,null]", "[1|-2.5e3|true|null]"),
            (r#"["a\"]", "\\", "ß,"]"#, r#"["a\"]"|"\\"|"ß,"]"#),
            (
                r#"{"a" : 1 , "\u0062" :{"c":[ "}" ]} }"#,
                r#"{a=1<"a" : 1>|b={c=["}"]<"c":[ "}" ]>}<"\u0062" :{"c":[ "}" ]}>}"#,
            ),
        ] {
            let value = read(text).unwrap();
            assert_eq!(written(&value, text), expected);
        }
        for text in ["", "[", "{", "[1", r#"{"a"#, r#"{"a":"#, r#"["a\"#] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
