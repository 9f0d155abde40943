//! Where each value of a JSON text stands, so that a value can be handed on as its own text, untouched.
//!
//! serde_json's `RawValue` would do this, at the price of switching on its feature for the whole program of our users.
//! Syntax is serde_json's to judge: only the punctuation between values is read here.

mod advice;
mod layout;
mod read;
mod write;

use std::borrow::Cow;
use std::fmt;

use serde::de::{IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};

pub(crate) use advice::advice;
pub(crate) use layout::compact;
#[cfg(feature = "testing")]
pub(crate) use layout::indented;
pub(crate) use read::object_text;
pub(crate) use write::{Json, push_text};

/// A text that is not JSON, or not the kind of value that was asked for.
#[derive(Debug)]
pub(crate) struct Malformed {
    /// The byte at which reading stopped.
    pub(crate) at: usize,
    pub(crate) message: String,
}

/// The byte after the value that begins at `start`, with any leading white space.
pub(crate) fn value_end(text: &str, start: usize) -> Result<usize, Malformed> {
    let mut stream = serde_json::Deserializer::from_str(&text[start..]).into_iter::<IgnoredAny>();
    match stream.next() {
        Some(Ok(_)) => Ok(start + stream.byte_offset()),
        Some(Err(error)) => Err(malformed(text, start, &error)),
        None => Err(Malformed {
            at: text.len(),
            message: "the text ends where a value is expected".to_owned(),
        }),
    }
}

/// serde_json's error in the part of `text` that begins at `start`, in our words and counted from the text's beginning.
pub(crate) fn malformed(text: &str, start: usize, error: &serde_json::Error) -> Malformed {
    Malformed {
        at: start + offset(&text[start..], error),
        message: without_position(error),
    }
}

/// serde_json's message without its ` at line 1 column 2`.
pub(crate) fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message,
    }
}

/// The number of bytes of `text` that were read when `error` was found, with all of the last character.
pub(crate) fn offset(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut end = (line_start + error.column()).min(text.len());
    // serde_json stops at a byte.
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

/// The byte at or after `at` that is no white space.
#[inline]
pub(crate) fn skip_space(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    // Mostly there is none.
    if rest.first().is_none_or(|byte| *byte > b' ') {
        return at;
    }
    let space = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    at + space.count()
}

/// The string that begins at `at`, if it has nothing that a reader of JSON would have to look at twice: no escape, no control character.
#[inline]
pub(crate) fn plain_string(text: &str, at: usize) -> Option<&str> {
    let inside = text.as_bytes().get(at..)?.strip_prefix(b"\"")?;
    let plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    let length = inside.iter().take_while(|byte| plain(byte)).count();
    (inside.get(length) == Some(&b'"')).then(|| &text[at + 1..at + 1 + length])
}

/// Whether the string that begins at `at` is written as `name` is, which has no escape.
#[inline]
pub(crate) fn is_plain_name(text: &str, at: usize, name: &str) -> bool {
    let rest = text.as_bytes().get(at..);
    let behind = rest.and_then(|rest| rest.strip_prefix(b"\"")?.strip_prefix(name.as_bytes()));
    behind.is_some_and(|behind| behind.first() == Some(&b'"'))
}

/// The byte after the string that begins at `at` of a JSON text; none if that has no end.
#[inline]
pub(crate) fn string_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at + 1;
    loop {
        let rest = bytes.get(at..)?.iter();
        at += rest
            .take_while(|byte| !matches!(byte, b'"' | b'\\'))
            .count();
        if *bytes.get(at)? == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The members of an object or the elements of an array, one at a time.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    close: u8,
    first: bool,
}

impl<'a> Cursor<'a> {
    /// Opens the object that `text` is; `None` if it begins as something else.
    pub(crate) fn object(text: &'a str) -> Option<Self> {
        Self::open(text, b'{', b'}')
    }

    /// Opens the array that `text` is; `None` if it begins as something else.
    pub(crate) fn array(text: &'a str) -> Option<Self> {
        Self::open(text, b'[', b']')
    }

    fn open(text: &'a str, open: u8, close: u8) -> Option<Self> {
        let at = skip_space(text, 0);
        (text.as_bytes().get(at) == Some(&open)).then_some(Self {
            text,
            at: at + 1,
            close,
            first: true,
        })
    }

    /// Where the next byte is read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Moves to the next member or element; false at the closing bracket, which is then passed.
    pub(crate) fn advance(&mut self) -> Result<bool, Malformed> {
        self.at = skip_space(self.text, self.at);
        match self.peek() {
            Some(byte) if byte == self.close => {
                self.at += 1;
                return Ok(false);
            }
            Some(b',') if !self.first => {
                self.at = skip_space(self.text, self.at + 1);
                if self.peek() == Some(self.close) {
                    return Err(self.expected("a value after `,`"));
                }
            }
            _ if self.first => {}
            _ => {
                return Err(self.expected(match self.close {
                    b'}' => "`,` or `}`",
                    _ => "`,` or `]`",
                }));
            }
        }
        self.first = false;
        Ok(true)
    }

    /// Reads a key and its colon; the cursor then stands at the value.
    pub(crate) fn key(&mut self) -> Result<Cow<'a, str>, Malformed> {
        let (key, end) = match plain_string(self.text, self.at) {
            Some(key) => (Cow::Borrowed(key), self.at + key.len() + 2),
            None => self.key_as_serde_reads_it()?,
        };
        self.at = skip_space(self.text, end);
        if self.peek() != Some(b':') {
            return Err(self.expected("`:` after the key"));
        }
        self.at = skip_space(self.text, self.at + 1);
        Ok(key)
    }

    /// Passes the key `name` and its colon, if that is what comes, written as it is.
    #[inline]
    pub(crate) fn passes_key(&mut self, name: &str) -> bool {
        // A name that JSON writes with an escape is another key here.
        if !is_plain_name(self.text, self.at, name) || name.contains('\\') {
            return false;
        }
        let end = skip_space(self.text, self.at + name.len() + 2);
        let is_colon = self.text.as_bytes().get(end) == Some(&b':');
        if is_colon {
            self.at = skip_space(self.text, end + 1);
        }
        is_colon
    }

    /// A key with escapes, or none at all, and the byte after it.
    #[cold]
    fn key_as_serde_reads_it(&self) -> Result<(Cow<'a, str>, usize), Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in double quotes"));
        }
        let mut stream =
            serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter::<Key<'a>>();
        match stream.next() {
            Some(Ok(Key(key))) => Ok((key, self.at + stream.byte_offset())),
            Some(Err(error)) => Err(malformed(self.text, self.at, &error)),
            None => Err(self.expected("a key in double quotes")),
        }
    }

    /// The text of the value at which the cursor stands, which is then passed.
    pub(crate) fn value(&mut self) -> Result<&'a str, Malformed> {
        let end = value_end(self.text, self.at)?;
        let value = &self.text[self.at..end];
        self.at = end;
        Ok(value)
    }

    /// The text from the cursor on.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Passes `bytes` bytes, which a value was read from.
    pub(crate) fn pass(&mut self, bytes: usize) {
        self.at += bytes;
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expected(&self, what: &str) -> Malformed {
        let found = match self.text[self.at..].chars().next() {
            Some(character) => format!("found `{character}`"),
            None => "the text ends".to_owned(),
        };
        Malformed {
            at: self.at,
            message: format!("expected {what}, {found}"),
        }
    }
}

/// A key, borrowed from the text unless it has escapes.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The value at whose first byte reading stopped after `end` bytes of `text`, or all of `text` if it stopped elsewhere.
pub(crate) fn value_at(text: &str, end: usize) -> &str {
    let start = end.saturating_sub(1);
    if !text.is_char_boundary(start) {
        return text;
    }
    match value_end(text, start) {
        Ok(end) => &text[start..end],
        Err(_) => text,
    }
}

/// The number in or behind which reading stopped after `end` bytes of `text`; empty if there is none.
pub(crate) fn number_at(text: &str, end: usize) -> &str {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let (before, after) = text.as_bytes().split_at(end.min(text.len()));
    let before = before.iter().rev().take_while(|byte| is_part(byte)).count();
    let after = after.iter().take_while(|byte| is_part(byte)).count();
    &text[end.min(text.len()) - before..end.min(text.len()) + after]
}

/// The path of the value that was being read after `end` bytes of `text`, such as `[0].quantity`; `text` is valid JSON
/// up to there. After a bracket it is the path of what that bracket opens or closes.
pub(crate) fn path_at(text: &str, end: usize) -> String {
    enum Frame {
        Object(Option<String>),
        Array(usize),
    }
    let bytes = text.as_bytes();
    let mut frames = Vec::new();
    let mut at = 0;
    while at < end.min(bytes.len()) {
        match bytes[at] {
            b'{' | b'[' if at + 1 == end => {}
            b'{' => frames.push(Frame::Object(None)),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' => {
                frames.pop();
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object(key)) => *key = None,
                Some(Frame::Array(index)) => *index += 1,
                None => {}
            },
            b'"' => {
                let Ok(close) = value_end(text, at) else {
                    break;
                };
                if let Some(Frame::Object(key @ None)) = frames.last_mut() {
                    *key = serde_json::from_str(&text[at..close]).ok();
                }
                at = close - 1;
            }
            _ => {}
        }
        at += 1;
    }
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object(Some(key)) => {
                path.push('.');
                path.push_str(&key);
            }
            Frame::Object(None) => {}
            Frame::Array(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// The string that the JSON text `text` is. Half a surrogate pair, which no Rust string can hold, is
/// replaced by U+FFFD.
pub(crate) fn string(text: &str) -> Option<String> {
    struct Lossy(String);

    impl<'de> Deserialize<'de> for Lossy {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct LossyVisitor;
            impl<'de> Visitor<'de> for LossyVisitor {
                type Value = Lossy;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a string")
                }
                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Lossy, E> {
                    Ok(Lossy(String::from_utf8_lossy(bytes).into_owned()))
                }
            }
            // Asked for bytes, serde_json lets half a pair through.
            deserializer.deserialize_bytes(LossyVisitor)
        }
    }

    if !text.starts_with('"') {
        return None;
    }
    serde_json::from_str::<Lossy>(text)
        .ok()
        .map(|Lossy(string)| string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, end_before: &str, expected: &str) {
        let end = text.find(end_before).unwrap();
        assert_eq!(path_at(text, end), expected);
    }

    #[test]
    fn the_path_is_that_of_the_value_just_read() {
        let text = r#"[{"a": 1, "b\"": [true, {"c": "x"}]}, 7]"#;
        check(text, r#", "b"#, "[0].a");
        check(text, r#", {"c"#, "[0].b\"[0]");
        check(text, r#"}]}, 7"#, "[0].b\"[1].c");
        check(text, r#"]}, 7"#, "[0].b\"[1]");
        check(text, r#", 7"#, "[0]");
        assert_eq!(path_at(text, text.len()), "");
    }

    #[test]
    fn a_cursor_hands_out_members_untouched() {
        let mut cursor = Cursor::object(r#" { "a" : 1.50 , "\u0062":{"x":[ 1 ]} } tail"#).unwrap();
        let mut members = Vec::new();
        while cursor.advance().unwrap() {
            let key = cursor.key().unwrap().into_owned();
            members.push((key, cursor.value().unwrap()));
        }
        assert_eq!(
            members,
            [("a".to_owned(), "1.50"), ("b".to_owned(), r#"{"x":[ 1 ]}"#)]
        );
        assert_eq!(cursor.rest(), " tail");
    }

    #[test]
    fn reading_stops_behind_a_character() {
        for (text, at) in [
            ("\"\\u00é1\"", 7),
            ("\"\\u0é01\"", 7),
            ("\"\\😀\"", 6),
            ("😀", 4),
            ("[\n😀]", 6),
        ] {
            assert_eq!(value_end(text, 0).unwrap_err().at, at, "{text}");
        }
    }

    #[test]
    fn punctuation_is_checked() {
        for (text, message) in [
            (r#"{"a" 1}"#, "expected `:` after the key, found `1`"),
            (r#"{"a":1 "b":2}"#, "expected `,` or `}`, found `\"`"),
            (r#"{"a":1,}"#, "expected a value after `,`, found `}`"),
            (r#"{a:1}"#, "expected a key in double quotes, found `a`"),
            (r#"{"a":1"#, "expected `,` or `}`, the text ends"),
        ] {
            let mut cursor = Cursor::object(text).unwrap();
            let error = loop {
                let step = cursor.advance().and_then(|more| {
                    assert!(more, "{text} was accepted");
                    cursor.key()?;
                    cursor.value()
                });
                if let Err(error) = step {
                    break error;
                }
            };
            assert_eq!(error.message, message, "{text}");
        }
    }
}
