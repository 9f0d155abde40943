//! The parameter table and the raw JSON text, into slots: one loop for all tools, not generic over their types.
//!
//! Each value is parsed straight from the text into its slot. Whatever is wrong is found in the same pass, for all
//! parameters at once; where in a value it is wrong is worked out only then.

use std::any::Any;
use std::fmt;
use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::error::Category;

use super::definition::Declaration;
use crate::json::{self, Cursor, Malformed};
use crate::text::{listed, nearest, shortened};

/// What a model can send: a type that is read from JSON and has a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a tool",
    label = "not `serde::Deserialize` and `schemars::JsonSchema`",
    note = "put `#[derive(serde::Deserialize, schemars::JsonSchema)]` on the type, or mark the parameter `#[state]` if the program provides it"
)]
pub trait Argument: DeserializeOwned + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + 'static> Argument for T {}

/// What a tool may borrow from the model: a parameter `&T`, where the call owns the value that is lent.
///
/// `&str` is lent from a `String`, `&[T]` from a `Vec<T>`, `&Path` from a `PathBuf`, and `&T` from a `T`.
#[diagnostic::on_unimplemented(
    message = "`&{Self}` cannot be an argument of a tool",
    label = "not `serde::Deserialize` and `schemars::JsonSchema`",
    note = "put `#[derive(serde::Deserialize, schemars::JsonSchema)]` on the type, or mark the parameter `#[state]` if the program provides it"
)]
pub trait Borrowed {
    /// What the call owns.
    type Owned: Argument;

    /// Lends it.
    fn borrowed(owned: &Self::Owned) -> &Self;
}

#[diagnostic::do_not_recommend]
impl<T: Argument> Borrowed for T {
    type Owned = T;

    fn borrowed(owned: &T) -> &T {
        owned
    }
}

impl Borrowed for str {
    type Owned = String;

    fn borrowed(owned: &String) -> &str {
        owned
    }
}

impl<T: Argument> Borrowed for [T] {
    type Owned = Vec<T>;

    fn borrowed(owned: &Vec<T>) -> &[T] {
        owned
    }
}

impl Borrowed for Path {
    type Owned = PathBuf;

    fn borrowed(owned: &PathBuf) -> &Path {
        owned
    }
}

/// One row of a tool's parameter table: all that is known of the parameter's type.
///
/// The type is asked for [`Argument`] here and nowhere else, so that one that is no argument is one error.
#[derive(Debug)]
pub struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) optional: fn() -> bool,
    fill: fn(&mut dyn Any, &str) -> Result<usize, serde_json::Error>,
    fill_absent: fn(&mut dyn Any) -> bool,
}

impl Parameter {
    /// The row of a parameter of type `T`.
    pub const fn new<T: Argument>(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            schema: |generator| generator.subschema_for::<T>(),
            optional: || absent::<T>().is_some(),
            fill: fill::<T>,
            fill_absent: |slot| {
                let slot = Slot::<T>::of(slot);
                slot.0 = absent();
                slot.0.is_some()
            },
        }
    }
}

/// Where an argument is put until all are there.
#[derive(Debug)]
pub struct Slot<T>(Option<T>);

impl<T> Slot<T> {
    /// A slot without its argument.
    pub const fn empty() -> Self {
        Self(None)
    }

    /// The argument.
    ///
    /// # Panics
    ///
    /// If the slot is empty. [`Declaration::decode`] fills every slot or fails.
    pub fn take(self) -> T {
        match self.0 {
            Some(value) => value,
            None => unreachable!("every slot is filled once the arguments are decoded"),
        }
    }
}

impl<T: 'static> Slot<T> {
    fn of(slot: &mut dyn Any) -> &mut Self {
        match slot.downcast_mut() {
            Some(slot) => slot,
            None => unreachable!("the slots stand in the order of the parameter table"),
        }
    }
}

/// Parses the value at the beginning of `text` into `slot`; the number of bytes read.
fn fill<T: Argument>(slot: &mut dyn Any, text: &str) -> Result<usize, serde_json::Error> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<T>();
    match stream.next() {
        Some(Ok(value)) => {
            Slot::of(slot).0 = Some(value);
            Ok(stream.byte_offset())
        }
        Some(Err(error)) => Err(error),
        None => Err(serde::de::Error::custom(
            "the text ends where a value is expected",
        )),
    }
}

/// What `T` is when it is not there, found as serde's own derive finds it: `None` for an `Option` under any alias. The
/// schema asks the same question, so what it says is required is what the parser requires.
fn absent<T: DeserializeOwned>() -> Option<T> {
    struct Absent;

    impl<'de> Deserializer<'de> for Absent {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("absent"))
        }

        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            visitor.visit_none()
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
            newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    T::deserialize(Absent).ok()
}

impl Declaration {
    /// Reads `text` into `slots`, one per parameter in the table's order.
    pub fn decode(&self, text: &str, slots: &mut [&mut dyn Any]) -> Result<(), ArgumentErrors> {
        let mut reader = Reader {
            parameters: self.parameters,
            seen: vec![false; slots.len()],
            problems: Vec::new(),
        };
        // Some hosts send an empty text for a tool that takes nothing.
        if text.trim().is_empty() && self.parameters.is_empty() {
            return Ok(());
        }
        if let Err(problem) = reader.read(text, slots) {
            // What else is wrong can only be told from text that is JSON.
            return Err(ArgumentErrors(vec![problem]));
        }
        reader.fill_absent(slots);
        if reader.problems.is_empty() {
            Ok(())
        } else {
            Err(ArgumentErrors(reader.problems))
        }
    }
}

struct Reader {
    parameters: &'static [Parameter],
    seen: Vec<bool>,
    problems: Vec<ArgumentProblem>,
}

impl Reader {
    fn read(&mut self, text: &str, slots: &mut [&mut dyn Any]) -> Result<(), ArgumentProblem> {
        let malformed = |error: Malformed| ArgumentProblem::malformed(text, &error);
        let Some(mut cursor) = Cursor::object(text) else {
            return Err(self.not_an_object(text));
        };
        while cursor.advance().map_err(malformed)? {
            let key = cursor.key().map_err(malformed)?;
            match self
                .parameters
                .iter()
                .position(|parameter| parameter.name == key)
            {
                Some(index) if !self.seen[index] => {
                    self.seen[index] = true;
                    self.fill(index, &mut cursor, &mut *slots[index])
                        .map_err(malformed)?;
                }
                Some(_) => {
                    self.problems.push(ArgumentProblem {
                        path: key.into_owned(),
                        expected: "this argument once".to_owned(),
                        found: "it a second time".to_owned(),
                    });
                    cursor.value().map_err(malformed)?;
                }
                None => {
                    self.problems.push(self.unknown(&key));
                    cursor.value().map_err(malformed)?;
                }
            }
        }
        let end = json::skip_space(text, cursor.at());
        if end < text.len() {
            return Err(ArgumentProblem {
                path: String::new(),
                expected: "one JSON object and nothing after it".to_owned(),
                found: format!("`{}` after its end", shortened(&text[end..], 40)),
            });
        }
        Ok(())
    }

    fn fill(
        &mut self,
        index: usize,
        cursor: &mut Cursor<'_>,
        slot: &mut dyn Any,
    ) -> Result<(), Malformed> {
        let text = cursor.rest();
        match (self.parameters[index].fill)(slot, text) {
            Ok(bytes) => cursor.pass(bytes),
            // A value that is not JSON fails here too.
            Err(error) => {
                let value = cursor.value()?;
                let name = self.parameters[index].name;
                self.problems
                    .push(ArgumentProblem::of_value(name, value, &error));
            }
        }
        Ok(())
    }

    fn fill_absent(&mut self, slots: &mut [&mut dyn Any]) {
        for (index, slot) in slots.iter_mut().enumerate() {
            if !self.seen[index] && !(self.parameters[index].fill_absent)(&mut **slot) {
                self.problems.push(ArgumentProblem {
                    path: self.parameters[index].name.to_owned(),
                    expected: "a value, since this argument is required".to_owned(),
                    found: "nothing".to_owned(),
                });
            }
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().map(|parameter| parameter.name)
    }

    fn unknown(&self, key: &str) -> ArgumentProblem {
        let expected = if self.parameters.is_empty() {
            "no arguments, since the tool takes none".to_owned()
        } else {
            format!("only {}", listed(self.names()))
        };
        let hint = match nearest(key, self.names()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        ArgumentProblem {
            path: shortened(key, 64),
            expected,
            found: format!("an argument the tool does not have{hint}"),
        }
    }

    fn not_an_object(&self, text: &str) -> ArgumentProblem {
        let expected = if self.parameters.is_empty() {
            "a JSON object without members: `{}`".to_owned()
        } else {
            format!("a JSON object with {}", listed(self.names()))
        };
        ArgumentProblem {
            path: String::new(),
            expected,
            found: match text.trim() {
                "" => "an empty text".to_owned(),
                text => format!("`{}`", shortened(text, 40)),
            },
        }
    }
}

/// What is wrong with a call's arguments: at least one problem, in the order of the text.
///
/// [`Display`](fmt::Display) writes what the model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentErrors(Vec<ArgumentProblem>);

impl ArgumentErrors {
    /// A single problem, for a tool that reads its arguments itself.
    pub fn new(problem: ArgumentProblem) -> Self {
        Self(vec![problem])
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

    fn malformed(text: &str, error: &Malformed) -> Self {
        let before = text[..error.at.min(text.len())].chars().count();
        Self {
            path: String::new(),
            expected: "a JSON object".to_owned(),
            found: format!(
                "text that is not valid JSON: {} (at character {before} of {})",
                error.message,
                text.chars().count()
            ),
        }
    }

    /// serde's `error` about `value`, the JSON text sent for the argument `name`.
    fn of_value(name: &str, value: &str, error: &serde_json::Error) -> Self {
        let message = json::without_position(error);
        let end = json::offset(value, error);
        let path = format!("{name}{}", json::path_at(value, end));
        if error.classify() != Category::Data {
            // The value is JSON, or it would not have come here: it is too deep for the parser.
            return Self::new(name, "a value nested less than 128 deep", "a deeper one");
        }
        if let Some(field) = message.strip_prefix("missing field ") {
            return Self::new(path, format!("an object with {field}"), "one without it");
        }
        match split(&message) {
            Some((found, expected)) => Self::new(path, expected, found),
            None => Self::new(path, "a value the tool takes", message),
        }
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
