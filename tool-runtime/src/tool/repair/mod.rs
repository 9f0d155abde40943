//! Arguments that came in another form than the schema's, and mean one thing all the same: an object in a string, a number in a
//! string, JSON in a code fence.
//!
//! Looked at is only what the schema certainly refuses, and what is made of it is read like any other arguments: this says what
//! a text may have meant, never whether that is valid. Text that is not JSON stays as it is, and so does all of a text in which
//! an object has a key twice.

mod schema;

use std::borrow::Cow;
use std::fmt;

use self::schema::{At, Container, Kinds, Member, Schemas};
use super::distinct::is_distinct;
use super::path::Path;
use super::schema::Schema;
use crate::json::Cursor;

/// So many repairs are made of one call; arguments that need more are told what is wrong with them.
const MAX_REPAIRS: usize = 1000;

/// So deep arguments are looked at, strings in strings counted: as deep as serde_json reads.
const MAX_DEPTH: usize = 128;

/// One thing that was repaired in a call's arguments, see [`ToolResult::repairs`](crate::ToolResult::repairs).
///
/// [`Display`](fmt::Display) writes it for a log: ``"`filter.limit`: a number that came in a string"``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    path: String,
    kind: RepairKind,
}

impl Repaired {
    pub(crate) fn new(path: impl Into<String>, kind: RepairKind) -> Self {
        let path = path.into();
        Self { path, kind }
    }

    /// Where: a path such as `items[0].quantity`, or the empty string for the arguments as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// In which form it came.
    pub fn kind(&self) -> RepairKind {
        self.kind
    }
}

impl fmt::Display for Repaired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(f, "{}", self.kind)
    }
}

/// In which form something came that was repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RepairKind {
    /// An object or an array in a string, `"[1, 2]"` for `[1, 2]`.
    ContainerInString,
    /// A number in a string, `"5"` for `5`.
    NumberInString,
    /// `"true"` for `true`, or `"false"` for `false`.
    BooleanInString,
    /// The arguments as a whole in a code fence, between two lines of three backticks.
    CodeFence,
}

impl RepairKind {
    const ALL: [Self; 4] = [
        Self::ContainerInString,
        Self::NumberInString,
        Self::BooleanInString,
        Self::CodeFence,
    ];

    /// A name that stays, such as `number_in_string`.
    pub fn code(self) -> &'static str {
        match self {
            Self::ContainerInString => "container_in_string",
            Self::NumberInString => "number_in_string",
            Self::BooleanInString => "boolean_in_string",
            Self::CodeFence => "code_fence",
        }
    }

    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for RepairKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ContainerInString => "an object or an array that came in a string",
            Self::NumberInString => "a number that came in a string",
            Self::BooleanInString => "true or false that came in a string",
            Self::CodeFence => "arguments that came in a code fence",
        })
    }
}

/// What the arguments of a call are read from in place of what the model wrote, and what is different there.
#[derive(Clone, Debug)]
pub(crate) struct RepairedArguments {
    /// At least one, unless the model has referred to what was not known.
    pub(crate) repairs: Vec<Repaired>,
    pub(crate) text: String,
}

/// What `text` may have meant as arguments of this schema; `None` if nothing in it is to be repaired.
///
/// What is not repaired stands in the new text as it did, in its place.
pub(crate) fn repair(schema: &Schema, text: &str) -> Option<RepairedArguments> {
    if !has_candidates(text) {
        return None;
    }
    let root = schema.to_value();
    let mut repairing = Repairing {
        schemas: Schemas::new(&root, text.len()),
        repairs: Vec::new(),
    };
    let json = match unfenced(text) {
        Some(json) => {
            repairing.note(&Path::Root(""), RepairKind::CodeFence)?;
            json
        }
        None => trimmed(text),
    };
    if !is_distinct(json) {
        return None;
    }
    let text = repairing.value(json, &At::Schema(&root), &Path::Root(""), 0)?;
    let (text, repairs) = (text.into_owned(), repairing.repairs);
    (!repairs.is_empty()).then_some(RepairedArguments { repairs, text })
}

/// Whether there is a fence, or a string with a beginning that is looked into. Calls that are compared with others need no more
/// than this if they are as most are.
fn has_candidates(text: &str) -> bool {
    let begins = |pair: &[u8]| {
        let first = matches!(
            pair[1],
            b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b' ' | b'\\'
        );
        pair[0] == b'"' && first
    };
    trimmed(text).starts_with('`') || text.as_bytes().windows(2).any(begins)
}

/// What stands in a code fence, if nothing stands round it.
fn unfenced(text: &str) -> Option<&str> {
    let inside = text.trim().strip_prefix("```")?.strip_suffix("```")?;
    let language = inside
        .get(..4)
        .filter(|tag| tag.eq_ignore_ascii_case("json"));
    let json = &inside[language.map_or(0, str::len)..];
    json.starts_with(SPACE).then(|| trimmed(json))
}

/// JSON's white space.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

fn trimmed(text: &str) -> &str {
    text.trim_matches(SPACE)
}

/// Whether it is a number in full, written without an exponent: with one, it is rather a name that looks like a number.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// A text, of which parts are replaced from its beginning to its end.
struct Edited<'t> {
    text: &'t str,
    done: usize,
    new: String,
}

impl<'t> Edited<'t> {
    fn new(text: &'t str) -> Self {
        let new = String::new();
        Self { text, done: 0, new }
    }

    fn replace(&mut self, start: usize, old: &str, new: &str) {
        self.new += &self.text[self.done..start];
        self.new += new;
        self.done = start + old.len();
    }

    fn finish(mut self) -> Cow<'t, str> {
        match self.done {
            0 => Cow::Borrowed(self.text),
            done => {
                self.new += &self.text[done..];
                Cow::Owned(self.new)
            }
        }
    }
}

struct Repairing<'s> {
    schemas: Schemas<'s>,
    repairs: Vec<Repaired>,
}

impl<'s> Repairing<'s> {
    /// A JSON value as it was meant; `None` if that is too much to find out.
    fn value<'t>(
        &mut self,
        json: &'t str,
        at: &At<'s>,
        path: &Path<'_>,
        depth: usize,
    ) -> Option<Cow<'t, str>> {
        let first = json.as_bytes().first();
        match first {
            _ if at.is_any() || depth > MAX_DEPTH => Some(Cow::Borrowed(json)),
            Some(b'"') => self.string(json, at, path, depth),
            Some(b'{') => self.object(json, at, path, depth),
            Some(b'[') => self.array(json, at, path, depth),
            _ => Some(Cow::Borrowed(json)),
        }
    }

    fn string<'t>(
        &mut self,
        json: &'t str,
        at: &At<'s>,
        path: &Path<'_>,
        depth: usize,
    ) -> Option<Cow<'t, str>> {
        let kinds = self.schemas.opened(at, None)?.kinds();
        if kinds.has(Kinds::STRING) {
            return Some(Cow::Borrowed(json));
        }
        let text: String = serde_json::from_str(json).ok()?;
        let container = match trimmed(&text).as_bytes().first() {
            Some(b'{') => kinds.has(Kinds::OBJECT),
            Some(b'[') => kinds.has(Kinds::ARRAY),
            _ => false,
        };
        let number = match text.contains('.') {
            true => Kinds::FRACTION,
            false => Kinds::INTEGER,
        };
        if container && is_distinct(&text) {
            self.note(path, RepairKind::ContainerInString)?;
            let inner = self.value(trimmed(&text), at, path, depth + 1)?;
            return Some(Cow::Owned(inner.into_owned()));
        }
        let kind = match text.as_str() {
            "true" | "false" if kinds.has(Kinds::BOOLEAN) => RepairKind::BooleanInString,
            text if kinds.has(number) && is_number(text) => RepairKind::NumberInString,
            _ => return Some(Cow::Borrowed(json)),
        };
        self.note(path, kind)?;
        Some(Cow::Owned(text))
    }

    fn object<'t>(
        &mut self,
        json: &'t str,
        at: &At<'s>,
        path: &Path<'_>,
        depth: usize,
    ) -> Option<Cow<'t, str>> {
        self.schemas.spend(json.len())?;
        let mut members = Vec::new();
        let mut cursor = Cursor::object(json)?;
        while cursor.advance().ok()? {
            let key = cursor.key().ok()?;
            let start = cursor.at();
            let value = cursor.value().ok()?;
            members.push(Member { key, start, value });
        }
        let at = self.schemas.opened(at, Some(Container::Object(&members)))?;
        let mut edited = Edited::new(json);
        for Member { key, start, value } in &members {
            let inner = self.schemas.member(&at, key)?;
            let path = Path::Member(path, key);
            if let Cow::Owned(new) = self.value(value, &inner, &path, depth + 1)? {
                edited.replace(*start, value, &new);
            }
        }
        Some(edited.finish())
    }

    fn array<'t>(
        &mut self,
        json: &'t str,
        at: &At<'s>,
        path: &Path<'_>,
        depth: usize,
    ) -> Option<Cow<'t, str>> {
        self.schemas.spend(json.len())?;
        let at = self.schemas.opened(at, Some(Container::Array))?;
        let mut edited = Edited::new(json);
        let mut cursor = Cursor::array(json)?;
        let mut index = 0;
        while cursor.advance().ok()? {
            let start = cursor.at();
            let value = cursor.value().ok()?;
            let inner = self.schemas.element(&at, index)?;
            let path = Path::Element(path, index);
            if let Cow::Owned(new) = self.value(value, &inner, &path, depth + 1)? {
                edited.replace(start, value, &new);
            }
            index += 1;
        }
        Some(edited.finish())
    }

    fn note(&mut self, path: &Path<'_>, kind: RepairKind) -> Option<()> {
        if self.repairs.len() == MAX_REPAIRS {
            return None;
        }
        self.repairs.push(Repaired::new(path.text(), kind));
        Some(())
    }
}
