//! The parameter table and the raw JSON text, into slots: one loop for all tools, not generic over their types.
//!
//! Each value is parsed straight from the text into its slot. Whatever is wrong is found in the same pass, for all
//! parameters at once; where in a value it is wrong is worked out only then.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::declaration::Declaration;
use super::distinct::repeated;
use super::misspelt::NOTHING;
use super::parameter::{Each, Parameter, Parameters, Shape, Whole};
use super::problem::{ArgumentErrors, ArgumentProblem, Weight};
use super::seen::Seen;
use super::words;
use crate::json::{self, Cursor, Malformed};
use crate::text::{listed, nearest, shortened};

impl Declaration {
    /// Reads `text` into `slots`, one per parameter in the table's order.
    pub fn decode(&self, text: &str, slots: &mut [&mut dyn Any]) -> Result<(), ArgumentErrors> {
        let problems = match (&self.parameters, slots) {
            (Parameters::Whole(whole), [slot]) => read_whole(whole, text, &mut **slot),
            (Parameters::Whole(_), _) => unreachable!("the whole object has one slot"),
            (Parameters::Each(each), slots) => read_each(each, text, slots),
        };
        match problems {
            Ok(problems) if problems.is_empty() => Ok(()),
            Ok(problems) => Err(ArgumentErrors::found(problems)),
            // What else is wrong can only be told from text that is JSON.
            Err(problem) => Err(ArgumentErrors(vec![problem])),
        }
    }
}

/// How a JSON text says that there is no value.
const NULL: &str = "null";

fn read_each(
    each: &Each,
    text: &str,
    slots: &mut [&mut dyn Any],
) -> Result<Vec<ArgumentProblem>, ArgumentProblem> {
    let parameters = each.table;
    let mut object = Object::new(parameters, text);
    object.read(|problems, index, cursor| {
        let Parameter { name, fill, .. } = &parameters[index];
        let (slot, text) = (&mut *slots[index], cursor.rest());
        // `null` is absence for what is not required, whatever its type makes of it.
        if text.starts_with(NULL) && (parameters[index].fill_absent)(slot) {
            cursor.pass(NULL.len());
            return Ok(());
        }
        match fill(slot, text) {
            Ok(bytes) => {
                let value = &text[..bytes];
                let is_integer = || each.diagnosis().is_integer(index);
                let bounds = &parameters[index].bounds;
                bounds.check(name, value, is_integer, problems);
                if value.starts_with(['{', '[']) {
                    let reads = &mut |text: &str| is_read(|| fill(&mut *slot, text));
                    let unknown = each.diagnosis().problems(index, name, value, reads);
                    problems.extend(unknown.into_iter().map(|(_, problem)| problem));
                    if each.holds_maps(index) {
                        add_repeated(problems, name, value);
                    }
                }
                cursor.pass(bytes);
            }
            // A value that is not JSON fails here too.
            Err(error) => {
                let value = cursor.value()?;
                problems.extend(refused(each, index, value, &error, slot));
                if value.starts_with(['{', '[']) && each.holds_maps(index) {
                    add_repeated(problems, name, value);
                }
            }
        }
        Ok(())
    })?;
    let expected = |index| each.diagnosis().expected(index);
    object.finish(
        |index| (parameters[index].fill_absent)(&mut *slots[index]),
        expected,
    );
    Ok(object.problems)
}

/// What is wrong with the value of one argument, off the way of those that are right.
#[cold]
#[inline(never)]
fn refused(
    each: &Each,
    index: usize,
    value: &str,
    error: &serde_json::Error,
    slot: &mut dyn Any,
) -> Vec<ArgumentProblem> {
    let Parameter { name, fill, .. } = &each.table[index];
    let reads = &mut |text: &str| read_again(|| fill(&mut *slot, text));
    let refused = each.diagnosis().refused(index, name, value, error, reads);
    refused.into_iter().map(|(_, problem)| problem).collect()
}

/// What serde says of a text that no model has written, made to learn what is wrong with the one that it has; nothing if a type panics
/// over it, which is no reason to say less of the model's.
fn read_again(
    read: impl FnOnce() -> Result<usize, serde_json::Error>,
) -> Option<Result<(), serde_json::Error>> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => Some(read.map(|_| ())),
        Err(payload) => {
            // Its `Drop` may panic too.
            std::mem::forget(payload);
            None
        }
    }
}

fn is_read(read: impl FnOnce() -> Result<usize, serde_json::Error>) -> bool {
    matches!(read_again(read), Some(Ok(())))
}

fn read_whole(
    whole: &Whole,
    text: &str,
    slot: &mut dyn Any,
) -> Result<Vec<ArgumentProblem>, ArgumentProblem> {
    let (shape, diagnosis) = whole.keys();
    if !whole.holds_maps()
        && diagnosis.is_plain(text)
        && (whole.fill)(slot, text).is_ok_and(|bytes| json::skip_space(text, bytes) == text.len())
    {
        return Ok(Vec::new());
    }
    let read = read_object(shape, text, |name| diagnosis.expected_of(name))?;
    let mut places: Vec<_> = read
        .places
        .iter()
        .map(|(_, at, before)| (*at, *before))
        .collect();
    let found = match (whole.fill)(slot, &read.text) {
        Err(error) => {
            let reads = &mut |text: &str| read_again(|| (whole.fill)(slot, text));
            if !read.absent.is_empty() {
                places = places_in(shape, &read).unwrap_or_default();
            }
            diagnosis.refused(0, "", &read.text, &error, reads)
        }
        Ok(_) => {
            let reads = &mut |text: &str| match without_absent(shape, &read.absent, text) {
                Ok(text) => is_read(|| (whole.fill)(slot, &text)),
                Err(_) => false,
            };
            diagnosis.problems(0, "", text, reads)
        }
    };
    let mut problems = put_in(read.problems, found, &places);
    if whole.holds_maps() {
        add_repeated(&mut problems, "", &read.text);
    }
    Ok(problems)
}

/// All problems in the order of the text: those with the object's keys, and among them what was found in its values.
fn put_in(
    mut problems: Vec<ArgumentProblem>,
    mut found: Vec<(usize, ArgumentProblem)>,
    places: &[(usize, usize)],
) -> Vec<ArgumentProblem> {
    // What the object itself does not take was told when it was read.
    let told: HashSet<String> = problems
        .iter()
        .map(|problem| problem.path().to_owned())
        .collect();
    found.retain(|(_, problem)| !told.contains(problem.path()));
    // From the last to the first, each behind those that were found before it.
    for (at, problem) in found.into_iter().rev() {
        let before = places.partition_point(|(place, _)| *place <= at);
        let before = before.checked_sub(1).map_or(0, |last| places[last].1);
        problems.insert(before, problem);
    }
    problems
}

/// Where the values stand in the text that is read, and how many problems were found before each.
fn places_in(shape: &Shape, read: &ReadObject<'_>) -> Option<Vec<(usize, usize)>> {
    let mut places = Vec::new();
    let mut seen = vec![false; shape.count()];
    let mut cursor = Cursor::object(&read.text)?;
    while cursor.advance().ok()? {
        let key = cursor.key().ok()?;
        let index = (0..shape.count()).find(|index| !seen[*index] && shape.is(*index, &key));
        if let Some(index) = index {
            seen[index] = true;
            let known = read.places.iter().find(|(known, _, _)| *known == index)?;
            places.push((cursor.at(), known.2));
        }
        cursor.value().ok()?;
    }
    Some(places)
}

/// Adds the keys that are there twice in a value, of which some may be told already.
pub(super) fn add_repeated(problems: &mut Vec<ArgumentProblem>, name: &str, text: &str) {
    for problem in repeated(name, text) {
        if !problems.iter().any(|told| told.path() == problem.path()) {
            problems.push(problem);
        }
    }
}

/// An object that was read as far as it can be without its type.
pub(super) struct ReadObject<'a> {
    /// What is wrong with its members as such.
    pub(super) problems: Vec<ArgumentProblem>,
    /// The object that is to be read: `null` is absence for what is not required, also where its type does not take it, and an
    /// empty text is an object without members.
    pub(super) text: Cow<'a, str>,
    /// Which are `null` for absence.
    absent: Vec<usize>,
    /// Of each value whose it is, where it begins, and how many problems were found before it.
    places: Vec<(usize, usize, usize)>,
}

/// Reads the keys of `text`; `expected` tells what a member is that is missing.
pub(super) fn read_object<'a>(
    shape: &Shape,
    text: &'a str,
    expected: impl Fn(&str) -> String,
) -> Result<ReadObject<'a>, ArgumentProblem> {
    let (mut absent, mut places) = (Vec::new(), Vec::new());
    let mut object = Object::new(shape, text);
    object.read(|problems, index, cursor| {
        places.push((index, cursor.at(), problems.len()));
        if cursor.value()? == NULL && !shape.is_required(index) {
            absent.push(index);
        }
        Ok(())
    })?;
    object.finish(
        |index| !shape.is_required(index),
        |index| expected(shape.name(index)),
    );
    let problems = object.problems;
    match without_absent(shape, &absent, text) {
        Ok(text) => Ok(ReadObject {
            problems,
            text,
            absent,
            places,
        }),
        Err(error) => Err(ArgumentProblem::malformed(text, &error)),
    }
}

fn without_absent<'a>(
    shape: &Shape,
    absent: &[usize],
    text: &'a str,
) -> Result<Cow<'a, str>, Malformed> {
    if text.trim().is_empty() {
        return Ok(Cow::Borrowed("{}"));
    }
    if absent.is_empty() {
        return Ok(Cow::Borrowed(text));
    }
    let is_absent = |key: &str| absent.iter().any(|index| shape.name(*index) == key);
    without(text, is_absent).map(Cow::Owned)
}

/// The object `text` without some of its members; the others as they stand there.
fn without(text: &str, is_absent: impl Fn(&str) -> bool) -> Result<String, Malformed> {
    let mut members = Vec::new();
    if let Some(mut cursor) = Cursor::object(text) {
        while cursor.advance()? {
            let key = cursor.key()?;
            let value = cursor.value()?;
            if !is_absent(&key) {
                members.push(format!("{}:{value}", serde_json::Value::from(&*key)));
            }
        }
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// The keys that the arguments may have.
pub(super) trait Keys {
    fn count(&self) -> usize;

    fn name(&self, index: usize) -> &str;

    /// Whether the key with this index is `key` or has it as another name.
    fn is(&self, index: usize, key: &str) -> bool {
        self.name(index) == key
    }

    /// Whether other keys are taken too.
    fn is_open(&self) -> bool {
        false
    }
}

impl Keys for [Parameter] {
    fn count(&self) -> usize {
        self.len()
    }

    fn name(&self, index: usize) -> &str {
        self[index].name
    }

    fn is(&self, index: usize, key: &str) -> bool {
        let Parameter { name, aliases, .. } = &self[index];
        *name == key || aliases.contains(&key)
    }
}

/// So many problems with keys are kept.
const MAX_PROBLEMS: usize = 1_000;

/// The object that the arguments are, while it is read.
struct Object<'a, K: Keys + ?Sized> {
    keys: &'a K,
    text: &'a str,
    seen: Seen,
    problems: Vec<ArgumentProblem>,
}

impl<'a, K: Keys + ?Sized> Object<'a, K> {
    fn new(keys: &'a K, text: &'a str) -> Self {
        Self {
            keys,
            text,
            seen: Seen::new(keys.count()),
            problems: Vec::new(),
        }
    }

    /// Reads all members; `value` reads the value of the key with an index, at which the cursor stands.
    fn read(
        &mut self,
        mut value: impl FnMut(
            &mut Vec<ArgumentProblem>,
            usize,
            &mut Cursor<'a>,
        ) -> Result<(), Malformed>,
    ) -> Result<(), ArgumentProblem> {
        let text = self.text;
        // Some hosts send an empty text for a tool that takes nothing.
        if self.keys.count() == 0 && text.trim().is_empty() {
            return Ok(());
        }
        let malformed = |error: Malformed| ArgumentProblem::malformed(text, &error);
        let Some(mut cursor) = Cursor::object(text) else {
            return Err(self.not_an_object());
        };
        // Most models keep to the order of the schema.
        let mut next = 0;
        while cursor.advance().map_err(malformed)? {
            let is_open = next < self.keys.count() && !self.seen.has(next);
            if is_open && cursor.passes_key(self.keys.name(next)) {
                self.seen.add(next);
                value(&mut self.problems, next, &mut cursor).map_err(malformed)?;
                next += 1;
                continue;
            }
            let key = cursor.key().map_err(malformed)?;
            let known = (0..self.keys.count()).find(|index| self.keys.is(*index, &key));
            next = known.map_or(next, |known| known + 1);
            match known {
                Some(index) if self.seen.add(index) => {
                    value(&mut self.problems, index, &mut cursor).map_err(malformed)?;
                    continue;
                }
                Some(index) => {
                    let name = self.keys.name(index);
                    let found = match name == key {
                        true => "it a second time".to_owned(),
                        false => format!("it a second time, as `{}`", shortened(&key, 64)),
                    };
                    let twice = ArgumentProblem::new(name, "this argument once", found);
                    self.push(twice.weighing(Weight::Key));
                }
                None if self.keys.is_open() => {}
                None => self.push(self.unknown(&key)),
            }
            cursor.value().map_err(malformed)?;
        }
        let end = json::skip_space(text, cursor.at());
        if end < text.len() {
            return Err(ArgumentProblem::new(
                "",
                "one JSON object and nothing after it",
                format!("`{}` after its end", shortened(&text[end..], 40)),
            ));
        }
        Ok(())
    }

    /// Sees to the keys that were not there; `absent` says whether that is allowed, `expected` what is expected if not.
    fn finish(
        &mut self,
        mut absent: impl FnMut(usize) -> bool,
        expected: impl Fn(usize) -> String,
    ) {
        for index in 0..self.keys.count() {
            if !self.seen.has(index) && !absent(index) {
                let expected = words::required(&expected(index), "argument");
                let missing = ArgumentProblem::new(self.keys.name(index), expected, NOTHING);
                self.problems.push(missing.weighing(Weight::Key));
            }
        }
    }

    /// Adds a problem, unless there are so many that nobody reads this one.
    fn push(&mut self, problem: ArgumentProblem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.keys.count()).map(|index| self.keys.name(index))
    }

    fn unknown(&self, key: &str) -> ArgumentProblem {
        let expected = match self.keys.count() {
            0 => "no arguments, since the tool takes none".to_owned(),
            _ => words::only(self.names()),
        };
        let meant = nearest(key, self.names()).map(|meant| (meant, meant.to_owned()));
        let what = "an argument the tool does not have";
        ArgumentProblem::unknown(shortened(key, 64), expected, what).misspelt(key, meant)
    }

    fn not_an_object(&self) -> ArgumentProblem {
        let expected = match self.keys.count() {
            0 => "a JSON object without members: `{}`".to_owned(),
            _ => format!("a JSON object with {}", listed(self.names())),
        };
        let found = match self.text.trim() {
            "" => "an empty text".to_owned(),
            text if text.starts_with('\u{feff}') => {
                "a byte order mark (U+FEFF) before it; begin with `{`".to_owned()
            }
            text => format!("`{}`", shortened(text, 40)),
        };
        ArgumentProblem::new("", expected, found)
    }
}
