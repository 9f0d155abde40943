//! What is wrong with a call's arguments, in words for the model.

use std::fmt;

use serde_json::error::Category;

use crate::json::{self, Malformed};
use crate::text::shortened;

/// What is wrong with a call's arguments: at least one problem, in the order of the text.
///
/// [`Display`](fmt::Display) writes what the model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentErrors(pub(super) Vec<ArgumentProblem>);

impl ArgumentErrors {
    /// A single problem, for a tool that reads its arguments itself.
    pub fn new(problem: ArgumentProblem) -> Self {
        Self(vec![problem])
    }

    /// These problems; `None` if there are none.
    pub(crate) fn of(problems: Vec<ArgumentProblem>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// Those of a call of which the end is missing.
    pub(crate) fn cut_off() -> Self {
        Self::new(ArgumentProblem::new(
            "",
            "arguments that are written to their end",
            "their beginning alone, since the limit of tokens or the end of the stream has cut the call off; if it is long, make it shorter",
        ))
    }

    /// The problems, at least one.
    pub fn problems(&self) -> &[ArgumentProblem] {
        &self.0
    }
}

impl fmt::Display for ArgumentErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "- {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ArgumentErrors {}

/// One thing that is wrong with the arguments: where, what was expected and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentProblem {
    path: String,
    expected: String,
    found: String,
}

impl ArgumentProblem {
    /// A problem at `path`, such as `items[0].quantity`; the empty path is the arguments as a whole.
    pub fn new(
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }

    /// Where: a path such as `items[0].quantity`, or the empty string for the arguments as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the tool takes there.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What the model sent.
    pub fn found(&self) -> &str {
        &self.found
    }

    pub(super) fn malformed(text: &str, error: &Malformed) -> Self {
        let before = text[..error.at.min(text.len())].chars().count();
        let advice = json::advice(text, error).map(|advice| format!("; {advice}"));
        Self {
            path: String::new(),
            expected: "a JSON object".to_owned(),
            found: format!(
                "text that is not valid JSON: {} (at character {before} of {}){}",
                error.message,
                text.chars().count(),
                advice.unwrap_or_default(),
            ),
        }
    }

    /// serde's `error` about `value`, the JSON text sent for the argument `name`.
    pub(super) fn of_value(name: &str, value: &str, error: &serde_json::Error) -> Self {
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
                    let expected = "a number between -1.8e308 and 1.8e308";
                    Self::new(path, expected, "one that is out of range")
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
                    Self::new(path, "a value that fits its schema", found)
                }
            };
        }
        if let Some(field) = message.strip_prefix("missing field ") {
            return Self::new(path, format!("an object with {field}"), "one without it");
        }
        // serde says so of a struct's fields, behind the second key; what holds a map is looked at by `distinct`.
        if message.starts_with("duplicate field ") {
            return Self::new(path, "this key once", "it a second time");
        }
        match split(&message) {
            Some((found, expected)) => Self::new(path, expected, found),
            None => Self::new(path, "a value that fits its schema", message),
        }
    }
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
    let found = match found {
        "map" => "an object",
        "sequence" => "an array",
        other => other,
    };
    Some((shortened(found, 80), in_words(expected)))
}

/// A Rust type as a model knows it; serde's other words stay.
fn in_words(expected: &str) -> String {
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
        other => match other.strip_prefix("struct ") {
            Some(_) => "an object",
            None => other,
        },
    };
    words.to_owned()
}

impl fmt::Display for ArgumentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(f, "expected {}, got {}", self.expected, self.found)
    }
}
