//! Bounds in a schema: words for what is expected, and what run-time tools hold values to.
//!
//! Those of a Rust type are for the model. serde does not hold values to them, so nothing is refused for them alone; an argument's
//! own are held against its text elsewhere.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::super::decimal::compare;
use super::super::words;
use super::value;

/// The bounds of one schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    /// The least and the greatest number, as JSON.
    number: (Option<String>, Option<String>),
    characters: Length,
    elements: Length,
    members: Length,
    pattern: Option<String>,
}

type Length = (Option<u64>, Option<u64>);

impl Limits {
    pub(super) fn of(schema: &Map<String, Value>) -> Self {
        let number = |keyword| match schema.get(keyword) {
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let count = |keyword| schema.get(keyword).and_then(Value::as_u64);
        let pattern = schema.get("pattern").and_then(Value::as_str);
        Self {
            number: (number("minimum"), number("maximum")),
            characters: (count("minLength"), count("maxLength")),
            elements: (count("minItems"), count("maxItems")),
            members: (count("minProperties"), count("maxProperties")),
            pattern: pattern.map(str::to_owned),
        }
    }

    /// Whether a value keeps to them; the pattern is not looked at.
    pub(super) fn hold(&self, kind: &str, value: &value::Value<'_>) -> bool {
        match value {
            value::Value::Scalar(text) => match kind {
                "integer" | "number" => {
                    let (least, most) = &self.number;
                    least
                        .as_ref()
                        .is_none_or(|least| compare(text, least).is_ge())
                        && most.as_ref().is_none_or(|most| compare(text, most).is_le())
                }
                "string" => {
                    self.characters == Length::default()
                        || crate::json::string(text)
                            .is_none_or(|text| is_within(self.characters, text.chars().count()))
                }
                _ => true,
            },
            value::Value::Array(elements) => is_within(self.elements, elements.len()),
            value::Value::Object(members) => is_within(self.members, members.len()),
        }
    }

    /// An integer of a type with this range.
    pub(super) fn integer(&self, range: Option<&RangeInclusive<i128>>) -> String {
        let (least, most) = self.integers(range);
        words::integer(least, most)
    }

    /// The same in the place of `text`, an integer that is beyond it.
    pub(super) fn integer_instead_of(
        &self,
        text: &str,
        range: Option<&RangeInclusive<i128>>,
    ) -> String {
        let (least, most) = self.integers(range);
        words::integer_instead_of(text, least, most)
    }

    fn integers(&self, range: Option<&RangeInclusive<i128>>) -> (Option<i128>, Option<i128>) {
        let bound = |bound: &Option<String>| bound.as_ref().and_then(|bound| bound.parse().ok());
        let (least, most): (Option<i128>, Option<i128>) =
            (bound(&self.number.0), bound(&self.number.1));
        let least = least.max(range.map(|range| *range.start()));
        let most = [most, range.map(|range| *range.end())];
        (least, most.into_iter().flatten().min())
    }

    pub(super) fn number(&self) -> String {
        let (least, most) = (self.number.0.as_deref(), self.number.1.as_deref());
        match (least, most) {
            (None, None) => words::kind("number"),
            bounds => words::number(bounds.0, bounds.1),
        }
    }

    pub(super) fn string(&self) -> String {
        let (least, most) = self.characters;
        let string = words::length("a string", "character", least, most);
        match &self.pattern {
            Some(pattern) => format!("{string} that matches `{pattern}`"),
            None => string,
        }
    }

    pub(super) fn array(&self) -> String {
        let (least, most) = self.elements;
        words::length("an array", "element", least, most)
    }

    pub(super) fn object(&self) -> String {
        let (least, most) = self.members;
        words::length("an object", "member", least, most)
    }
}

fn is_within((least, most): Length, count: usize) -> bool {
    let count = count as u64;
    least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most)
}
