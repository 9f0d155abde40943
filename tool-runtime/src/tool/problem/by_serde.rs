//! What serde says of a text, in words for the model.

use serde_json::error::Category;

use super::super::misspelt::NOTHING;
use super::super::words::{self, FITS};
use super::{ArgumentProblem, Weight};
use crate::json::{self, Malformed};
use crate::text::shortened;

impl ArgumentProblem {
    pub(in crate::tool) fn malformed(text: &str, error: &Malformed) -> Self {
        let before = text[..error.at.min(text.len())].chars().count();
        let advice = json::advice(text, error).map(|advice| format!("; {advice}"));
        Self {
            path: String::new(),
            misspelt: None,
            weight: Weight::Text,
            expected: "a JSON object".to_owned(),
            found: format!(
                "text that is not valid JSON: {} (at character {before} of {}){}",
                plain(&error.message),
                text.chars().count(),
                advice.unwrap_or_default(),
            ),
        }
    }

    /// serde's `error` about `value`, the JSON text sent for the argument `name`.
    pub(in crate::tool) fn of_value(name: &str, value: &str, error: &serde_json::Error) -> Self {
        let message = json::without_position(error);
        let end = stopped(value, json::offset(value, error), &message);
        let path = format!("{name}{}", json::path_at(value, end));
        let path = path.strip_prefix('.').unwrap_or(&path);
        // The value is JSON, or it would not have come here: what serde_json calls a syntax error is something else.
        if error.classify() != Category::Data {
            return match message.as_str() {
                "recursion limit exceeded" => {
                    Self::new(name, "a value nested less than 128 deep", "a deeper one")
                }
                "number out of range" => {
                    let found = match json::number_at(value, end) {
                        "" => "one beyond that".to_owned(),
                        number => words::came(number),
                    };
                    Self::new(path, "a number from -1.8e308 to 1.8e308", found)
                }
                // No string of Rust holds it, but whoever skips a string does not see it.
                "lone leading surrogate in hex escape" | "unexpected end of hex escape" => {
                    Self::new(
                        path,
                        "a string of whole characters",
                        "half of a surrogate pair (`\\ud800` to `\\udfff`); write both halves, or the character itself",
                    )
                }
                _ => {
                    let found = json::value_at(value, end);
                    let found = format!("`{}`", shortened(found, 40));
                    Self::new(path, FITS, found)
                }
            };
        }
        let field = |prefix: &str| {
            let field = message.strip_prefix(prefix)?.trim_matches('`');
            Some(match path.is_empty() {
                true => field.to_owned(),
                false => format!("{path}.{field}"),
            })
        };
        if let Some(path) = field("missing field ") {
            let expected = words::required(FITS, "member");
            return Self::new(path, expected, NOTHING).weighing(Weight::Key);
        }
        // serde says so of a struct's fields, behind the second key; what holds a map is looked at by `distinct`.
        if message.starts_with("duplicate field ") {
            let (expected, found) = ("this key once", "it a second time");
            return Self::new(path, expected, found).weighing(Weight::Key);
        }
        match split(&message) {
            Some((found, expected)) => match found.strip_prefix("integer ") {
                Some(key) if is_key(value, end, key.trim_matches('`')) => {
                    let expected = format!("a key that is {expected}");
                    Self::new(path, expected, key)
                }
                _ => Self::new(path, expected, found),
            },
            None => Self::new(path, FITS, message),
        }
    }
}

/// Whether the integer at the byte `end` of `value` is a key.
fn is_key(value: &str, end: usize, integer: &str) -> bool {
    let key = format!("\"{integer}\"");
    let from = end.saturating_sub(key.len());
    let near = value.get(from..).unwrap_or_default();
    near.find(&key).is_some_and(|at| from + at <= end)
}

/// serde_json's message about a text that is no JSON, in words.
fn plain(message: &str) -> String {
    let words = match message {
        "EOF while parsing a list" => "the text ends inside of an array",
        "EOF while parsing a value" => "the text ends where a value is expected",
        "expected ident" => "expected `true`, `false` or `null`",
        "expected value" => "expected a value",
        "invalid escape" => "an escape that JSON does not have",
        "key must be a string" => "expected a key in double quotes",
        "recursion limit exceeded" => "it is nested 128 deep or more",
        message if message.starts_with("control character") => "a control character in a string",
        message => match message.strip_prefix("EOF while parsing ") {
            Some(what) => return format!("the text ends inside of {what}"),
            None => message,
        },
    };
    words.to_owned()
}

/// The end of what was read when the error was found, for [`json::path_at`]. In an array serde_json may stand elsewhere:
/// before a bracket that was not expected, or behind the comma after an element that was read as a whole and found wrong then.
fn stopped(value: &str, end: usize, message: &str) -> usize {
    let brackets = match message.strip_prefix("invalid type: ") {
        Some(message) if message.starts_with("sequence") => b"[]",
        Some(message) if message.starts_with("map") => b"{}",
        _ => b"  ",
    };
    let start = json::skip_space(value, end);
    let is_at_bracket = value.as_bytes().get(start) == Some(&brackets[0]);
    let before = value.as_bytes()[..end].trim_ascii_end();
    match before {
        [.., b'['] if is_at_bracket => start + 1,
        [element @ .., b','] => {
            // If such a bracket was right in the element before, the one that comes is most likely right too.
            let was_bracket = element.trim_ascii_end().last() == Some(&brackets[1]);
            match is_at_bracket && !was_bracket {
                true => end,
                false => element.len(),
            }
        }
        _ => end,
    }
}

/// Takes serde's `invalid type: string "two", expected u32` apart: what came, what was expected.
fn split(message: &str) -> Option<(String, String)> {
    let (found, expected) = message.rsplit_once(", expected ")?;
    let found = ["invalid type: ", "invalid value: ", "unknown variant "]
        .iter()
        .find_map(|prefix| found.strip_prefix(prefix))
        .unwrap_or(found);
    if let Some(length) = found.strip_prefix("invalid length ") {
        return Some((format!("one with {length}"), in_words(expected)));
    }
    let found = match found {
        "map" => "an object".to_owned(),
        "sequence" => "an array".to_owned(),
        other => match other.strip_prefix("floating point ") {
            Some(number) => format!("number {number}"),
            None => other.to_owned(),
        },
    };
    Some((shortened(&found, 80), in_words(expected)))
}

/// A Rust type as a model knows it; serde's other words stay.
fn in_words(expected: &str) -> String {
    if let Some(integer) = expected.strip_prefix("a nonzero ") {
        return format!("{} that is not 0", in_words(integer));
    }
    let lengths = ["an array of length ", "a tuple of size "];
    if let Some(length) = lengths
        .iter()
        .find_map(|prefix| expected.strip_prefix(prefix))
    {
        return format!("an array of exactly {length} elements");
    }
    let words = match expected {
        "i8" => "an integer from -128 to 127",
        "i16" => "an integer from -32768 to 32767",
        "i32" => "an integer from -2147483648 to 2147483647",
        "i64" | "i128" | "isize" => "an integer",
        "u8" => "an integer from 0 to 255",
        "u16" => "an integer from 0 to 65535",
        "u32" => "an integer from 0 to 4294967295",
        "u64" | "u128" | "usize" => "an integer of 0 or more",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "an array",
        "a map" => "an object",
        "unit" => "null",
        "string or map" => "a string or an object",
        "a character" => "a string of exactly 1 character",
        other => match other.strip_prefix("struct ") {
            Some(_) => "an object",
            None => other,
        },
    };
    words.to_owned()
}
