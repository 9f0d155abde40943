//! The bounds of a parameter: what `range`, `length` and `pattern` say, held against the JSON text of a value.
//!
//! As in JSON Schema a bound is about values of its kind and lets others pass: whether those are taken is for the
//! parameter's type to say.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::OnceLock;

use regex_lite::Regex;

use super::decimal::compare;
use super::problem::{ArgumentProblem, Weight};
use super::words;
use crate::json::{self, Cursor};

/// The bounds of one parameter.
#[derive(Debug)]
pub(crate) struct Bounds {
    /// The least and the greatest number, as JSON.
    pub(super) minimum: Option<&'static str>,
    pub(super) maximum: Option<&'static str>,
    /// The length of a string in characters, of an array in items, of an object in members.
    pub(super) shortest: Option<u64>,
    pub(super) longest: Option<u64>,
    pub(super) pattern: Option<&'static Pattern>,
}

/// A regular expression that a string has to match somewhere, compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// The pattern `text`, which the macro has compiled for a trial.
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    pub(super) fn text(&self) -> &'static str {
        self.text
    }

    fn matches(&self, string: &str) -> bool {
        let compile = || match Regex::new(self.text) {
            Ok(regex) => regex,
            Err(error) => unreachable!("the macro has compiled `{}`: {error}", self.text),
        };
        self.compiled.get_or_init(compile).is_match(string)
    }
}

impl Bounds {
    /// No bounds.
    pub(crate) const NONE: Self = Self {
        minimum: None,
        maximum: None,
        shortest: None,
        longest: None,
        pattern: None,
    };

    /// Whether any value is within them.
    fn is_none(&self) -> bool {
        let lengths = self.shortest.or(self.longest).is_none();
        lengths && self.minimum.or(self.maximum).is_none() && self.pattern.is_none()
    }

    /// Adds what is wrong with `value`, the JSON text of the argument `name`; `is_integer` tells whether it is one, and is asked
    /// only where it is out of its range.
    pub(super) fn check(
        &self,
        name: &str,
        value: &str,
        is_integer: impl Fn() -> bool,
        problems: &mut Vec<ArgumentProblem>,
    ) {
        if self.is_none() {
            return;
        }
        let mut add = |expected: String, found: String| {
            let problem = ArgumentProblem::new(name, expected, found);
            problems.push(problem.weighing(Weight::Bound));
        };
        match value.as_bytes().first() {
            Some(b'"') => {
                let string = json::string(value).unwrap_or_default();
                self.length("a string", "character", string.chars().count(), &mut add);
                if let Some(pattern) = self.pattern
                    && !pattern.matches(&string)
                {
                    let expected = format!("a string that matches `{}`", pattern.text);
                    add(expected, words::came(value));
                }
            }
            Some(b'[') => self.length("an array", "element", items(value), &mut add),
            Some(b'{') => self.length("an object", "member", members(value), &mut add),
            Some(b'-' | b'0'..=b'9') => self.range(value, is_integer, &mut add),
            _ => {}
        }
    }

    fn range(
        &self,
        value: &str,
        is_integer: impl Fn() -> bool,
        add: &mut impl FnMut(String, String),
    ) {
        let compared = |bound: Option<&str>| bound.map(|bound| compare(value, bound));
        let small = compared(self.minimum) == Some(Ordering::Less);
        let large = compared(self.maximum) == Some(Ordering::Greater);
        if !small && !large {
            return;
        }
        let expected = match is_integer() {
            true => words::integer_within(self.minimum, self.maximum),
            false => words::number(self.minimum, self.maximum),
        };
        add(expected, words::came(value));
    }

    fn length(&self, kind: &str, unit: &str, length: usize, add: &mut impl FnMut(String, String)) {
        let count = u64::try_from(length).unwrap_or(u64::MAX);
        let short = self.shortest.is_some_and(|shortest| count < shortest);
        let long = self.longest.is_some_and(|longest| count > longest);
        if !short && !long {
            return;
        }
        let expected = words::length(kind, unit, self.shortest, self.longest);
        add(expected, format!("one with {count}"));
    }
}

/// How many items the array `value` has, which was read already.
fn items(value: &str) -> usize {
    let mut cursor = Cursor::array(value);
    let mut count = 0;
    while let Some(cursor) = &mut cursor
        && cursor.advance().is_ok_and(|more| more)
        && cursor.value().is_ok()
    {
        count += 1;
    }
    count
}

/// How many members the object `value` has, one that is there twice counted once.
fn members(value: &str) -> usize {
    let mut cursor = Cursor::object(value);
    let mut keys = HashSet::new();
    while let Some(cursor) = &mut cursor
        && cursor.advance().is_ok_and(|more| more)
        && let Ok(key) = cursor.key()
        && cursor.value().is_ok()
    {
        keys.insert(key);
    }
    keys.len()
}
