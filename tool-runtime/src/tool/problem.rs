//! What is wrong with a call's arguments, in words for the model.

use std::fmt;

use serde_json::error::Category;

use super::misspelt::{self, Misspelt, NOTHING};
use super::words::{self, FITS};
use crate::json::{self, Malformed};
use crate::text::shortened;

/// What is wrong with a call's arguments: at least one problem, in the order of the text.
///
/// [`Display`](fmt::Display) writes what the model reads, in at most 2,000 characters: a line for each problem, in the order of the
/// text. If not all fit, the most important come first (the text as a whole, then keys that are missing or unknown, then values
/// of a wrong type, then bounds), and a last line says how many more there are. [`problems`](Self::problems) has them all, up to
/// 1,000 of one argument.
///
/// ```
/// use tool_runtime::tool::{ArgumentErrors, ArgumentProblem};
///
/// let problem = ArgumentProblem::new("items[0].quantity", "an integer", "string \"two\"");
/// let text = ArgumentErrors::new(problem).to_string();
/// assert_eq!(text, "- `items[0].quantity`: expected an integer, got string \"two\"");
/// ```
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

    /// Those that were found in arguments, at least one.
    pub(super) fn found(problems: Vec<ArgumentProblem>) -> Self {
        Self(misspelt::told_once(problems))
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

/// So many characters the model reads of all problems together.
const BUDGET: usize = 2_000;

/// So many of them the last line may take that says how many more there are.
const MORE: usize = 60;

/// So many characters are shown of a path, of what was expected and of what came.
const SHOWN: [usize; 3] = [200, 500, 300];

impl fmt::Display for ArgumentErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems = &self.0;
        // None is shorter than this, so that what cannot fit is not written out to see that.
        let least = "- expected , got ".len() + 1;
        let mut lines: Vec<(Weight, String)> = problems
            .iter()
            .take(BUDGET / least + 1)
            .map(|problem| (problem.weight, format!("- {problem}")))
            .collect();
        let length = |line: &String| line.chars().count() + 1;
        let all: usize = lines.iter().map(|(_, line)| length(line)).sum();
        if lines.len() == problems.len() && all <= BUDGET + 1 {
            return f.write_str(&joined(lines.into_iter().map(|(_, line)| line)));
        }
        let mut important: Vec<&ArgumentProblem> = problems.iter().collect();
        important.sort_by_key(|problem| problem.weight);
        let mut left = BUDGET - MORE;
        lines.clear();
        for problem in important {
            let line = format!("- {problem}");
            match left.checked_sub(length(&line)) {
                Some(rest) => left = rest,
                None => break,
            }
            lines.push((problem.weight, line));
        }
        let more = words::count((problems.len() - lines.len()) as u64, "more problem");
        let lines = lines.into_iter().map(|(_, line)| line);
        f.write_str(&joined(lines.chain([format!("- and {more}")])))
    }
}

fn joined(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

impl std::error::Error for ArgumentErrors {}

/// One thing that is wrong with the arguments: where, what was expected and what came.
#[derive(Clone, Debug)]
pub struct ArgumentProblem {
    path: String,
    expected: String,
    found: String,
    weight: Weight,
    /// Of a key that is unknown: which it is most likely meant to be.
    misspelt: Option<Box<Misspelt>>,
}

/// What a problem says is what it is.
impl PartialEq for ArgumentProblem {
    fn eq(&self, other: &Self) -> bool {
        let said =
            |problem: &Self| [&problem.path, &problem.expected, &problem.found].map(String::clone);
        said(self) == said(other)
    }
}

impl Eq for ArgumentProblem {}

/// What kind of problem it is, those first that are told first where not all are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// About the text as a whole.
    Text,
    /// A key that is missing, unknown or there twice.
    Key,
    /// A value of a wrong type, or one that is not listed.
    Value,
    /// A bound.
    Bound,
}

impl ArgumentProblem {
    /// A problem at `path`, such as `items[0].quantity`; the empty path is the arguments as a whole.
    pub fn new(
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        let path = path.into();
        Self {
            weight: match path.is_empty() {
                true => Weight::Text,
                false => Weight::Value,
            },
            path,
            expected: expected.into(),
            found: found.into(),
            misspelt: None,
        }
    }

    /// A key that is not `expected`: `what` it is, such as ``a member the object does not have``.
    pub(super) fn unknown(path: impl Into<String>, expected: String, what: &str) -> Self {
        Self::new(path, expected, what).weighing(Weight::Key)
    }

    /// The same, where the key `typed` may be meant to be the one of this name and path.
    pub(super) fn misspelt(mut self, typed: &str, meant: Option<(&str, String)>) -> Self {
        if let Some((name, path)) = meant {
            self.found += &words::did_you_mean(name);
            self.misspelt = Some(Box::new(Misspelt {
                typed: typed.to_owned(),
                name: name.to_owned(),
                path,
            }));
        }
        self
    }

    /// Takes out which key it is meant to be.
    pub(super) fn take_misspelt(&mut self) -> Option<Misspelt> {
        self.misspelt.take().map(|misspelt| *misspelt)
    }

    /// Whether it is of something that is not there, and of nothing else.
    pub(super) fn is_missing(&self) -> bool {
        self.is_about_key() && self.found == NOTHING
    }

    /// The same with more of what came.
    pub(super) fn with_hint(mut self, hint: &str) -> Self {
        self.found += hint;
        self
    }

    /// The same, told as early as this.
    pub(super) fn weighing(mut self, weight: Weight) -> Self {
        if !self.path.is_empty() {
            self.weight = weight;
        }
        self
    }

    /// Where: a path such as `items[0].quantity`, or the empty string for the arguments as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the tool takes there; that it would take `null` too is told only where nothing came.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What the model sent.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// Whether it is about a key, and not about its value.
    pub(super) fn is_about_key(&self) -> bool {
        self.weight == Weight::Key
    }

    /// serde's message, if that alone is known.
    pub(super) fn bare_message(&self) -> Option<&str> {
        (self.expected == FITS).then_some(&self.found)
    }

    pub(super) fn malformed(text: &str, error: &Malformed) -> Self {
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

impl fmt::Display for ArgumentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [path, expected, found] = SHOWN;
        if !self.path.is_empty() {
            write!(f, "`{}`: ", middle_out(&self.path, path))?;
        }
        let (expected, found) = (
            shortened(&self.expected, expected),
            shortened(&self.found, found),
        );
        write!(f, "expected {expected}, got {found}")
    }
}

/// A path, or its beginning and its end if it is longer than `limit` characters.
fn middle_out(path: &str, limit: usize) -> String {
    let count = path.chars().count();
    if count <= limit {
        return path.to_owned();
    }
    let half = limit / 2;
    let head: String = path.chars().take(half).collect();
    let tail: String = path.chars().skip(count - half).collect();
    format!("{head}…{tail}")
}
