//! Results of earlier calls in the arguments of a later one: `{"$result": "orders", "path": "/0/id"}` stands for a value that is not
//! known yet.

use std::ops::Range;

use super::super::misspelt::NOTHING;
use super::super::path::joined;
use super::super::problem::{ArgumentErrors, ArgumentProblem, Weight};
use super::super::words;
use super::{member, path};
use crate::json::{self, Cursor, skip_space};
use crate::text::{listed, listed_or, nearest, shortened};
use crate::tool::Content;

/// The member that makes an object stand for a result, and the one that says which part of it.
const RESULT: &str = "$result";
const PATH: &str = "path";

/// A value that is not known before an earlier call has its result.
#[derive(Debug)]
pub(crate) struct Reference {
    /// Where it stands in the text of the arguments.
    at: Range<usize>,
    /// Where the value is to be: a path such as `order.id`.
    path: String,
    /// The place of the earlier call, and what the model calls it.
    pub(crate) step: usize,
    id: String,
    /// A JSON pointer into its result.
    pointer: String,
}

/// The references in the arguments of the call at `index`; `ids` are those of all. Text that is no JSON has none.
pub(super) fn read(
    text: &str,
    index: usize,
    ids: &[Option<String>],
    problems: &mut Vec<ArgumentProblem>,
) -> Vec<Reference> {
    let is_json = json::value_end(text, 0).is_ok();
    let mut reading = Reading {
        text,
        index,
        ids,
        problems,
        found: Vec::new(),
    };
    if is_json {
        let at = skip_space(text, 0);
        reading.value(at, String::new());
    }
    reading.found
}

struct Reading<'a> {
    text: &'a str,
    index: usize,
    ids: &'a [Option<String>],
    problems: &'a mut Vec<ArgumentProblem>,
    found: Vec<Reference>,
}

impl Reading<'_> {
    /// Looks into the value that begins at `at`. Where it cannot be read the tool will say so.
    fn value(&mut self, at: usize, inner: String) -> Option<()> {
        let text = &self.text[at..json::value_end(self.text, at).ok()?];
        if let Some(mut cursor) = Cursor::array(text) {
            for index in 0.. {
                if !cursor.advance().ok()? {
                    break;
                }
                let start = cursor.at();
                cursor.value().ok()?;
                self.value(at + start, format!("{inner}[{index}]"));
            }
            return Some(());
        }
        if member(text, RESULT).is_some() {
            self.reference(at, text, inner);
            return Some(());
        }
        let mut cursor = Cursor::object(text)?;
        while cursor.advance().ok()? {
            let key = cursor.key().ok()?.into_owned();
            let start = cursor.at();
            cursor.value().ok()?;
            self.value(at + start, joined(inner.clone(), &key));
        }
        Some(())
    }

    fn reference(&mut self, at: usize, text: &str, inner: String) -> Option<()> {
        let place = format!("{}.arguments", path(self.index));
        let place = match inner.is_empty() {
            true => place,
            false if inner.starts_with('[') => format!("{place}{inner}"),
            false => format!("{place}.{inner}"),
        };
        let before = self.problems.len();
        let mut cursor = Cursor::object(text)?;
        while cursor.advance().ok()? {
            let key = cursor.key().ok()?.into_owned();
            cursor.value().ok()?;
            if ![RESULT, PATH].contains(&&*key) {
                let expected = format!("only `{RESULT}` and `{PATH}`");
                let problem = ArgumentProblem::new(
                    format!("{place}.{}", shortened(&key, 64)),
                    expected,
                    "something beside them",
                );
                self.problems.push(problem.weighing(Weight::Key));
            }
        }
        let named = member(text, RESULT)?;
        let (step, id) = self.earlier(&format!("{place}.{RESULT}"), named)?;
        let pointer = self.pointer(&format!("{place}.{PATH}"), member(text, PATH))?;
        if self.problems.len() == before {
            self.found.push(Reference {
                at: at..at + text.len(),
                path: inner,
                step,
                id,
                pointer,
            });
        }
        Some(())
    }

    /// The earlier call with this id.
    fn earlier(&mut self, place: &str, value: &str) -> Option<(usize, String)> {
        let earlier = self.ids[..self.index].iter().flatten();
        let earlier: Vec<&str> = earlier.map(String::as_str).collect();
        let expected = match earlier.is_empty() {
            true => "no reference, since no call is before this one".to_owned(),
            false => format!(
                "the id of an earlier call, {}",
                listed_or(earlier.iter().copied())
            ),
        };
        let id = json::string(value);
        let step = id.as_ref().and_then(|id| {
            let mut ids = self.ids.iter();
            ids.position(|other| other.as_ref() == Some(id))
        });
        let found = match (&id, step) {
            (Some(_), Some(step)) if step < self.index => return Some((step, id?)),
            (Some(id), Some(step)) if step == self.index => {
                format!("`{id}`, which is this call itself")
            }
            (Some(id), Some(_)) => format!("`{id}`, which is a later call"),
            (Some(id), None) => {
                let meant = nearest(id, earlier.iter().copied());
                let meant = meant.map(words::did_you_mean).unwrap_or_default();
                format!("`{}`, which no call has{meant}", shortened(id, 64))
            }
            (None, _) => words::came(value),
        };
        self.problems
            .push(ArgumentProblem::new(place, expected, found));
        None
    }

    fn pointer(&mut self, place: &str, value: Option<&str>) -> Option<String> {
        let value = match value {
            None | Some("null") => return Some(String::new()),
            Some(value) => value,
        };
        let pointer = json::string(value);
        if let Some(pointer) = pointer.filter(|pointer| is_pointer(pointer)) {
            return Some(pointer);
        }
        let expected = "a JSON pointer, such as `/id` or `/0/id`, or none for all of the result";
        self.problems
            .push(ArgumentProblem::new(place, expected, words::came(value)));
        None
    }
}

/// Whether `text` is a JSON pointer: empty, or names that each begin with `/`, in which `~` is followed by 0 or 1.
fn is_pointer(text: &str) -> bool {
    let is_escape = |rest: &str| rest.starts_with(['0', '1']);
    (text.is_empty() || text.starts_with('/')) && text.split('~').skip(1).all(is_escape)
}

/// The arguments with the values of the results in their places; `results` are those of the earlier calls. What is not there is told with what
/// is.
pub(crate) fn resolved<'a>(
    text: &str,
    references: &[Reference],
    results: impl Fn(usize) -> &'a [Content],
) -> Result<String, ArgumentErrors> {
    let (mut made, mut end) = (String::new(), 0);
    let mut problems = Vec::new();
    for reference in references {
        made += &text[end..reference.at.start];
        end = reference.at.end;
        match value(results(reference.step), &reference.pointer) {
            Ok(value) => made += &value,
            Err(found) => problems.push(reference.lacks(&found)),
        }
    }
    made += &text[end..];
    match ArgumentErrors::of(problems) {
        None => Ok(made),
        Some(errors) => Err(errors),
    }
}

impl Reference {
    fn lacks(&self, found: &str) -> ArgumentProblem {
        let (pointer, id) = (shortened(&self.pointer, 100), &self.id);
        let expected = format!("a value at `{pointer}` of the result of `{id}`");
        ArgumentProblem::new(self.path.clone(), expected, found)
    }
}

/// The JSON text of the part of a result that a pointer leads to, or what is there instead.
fn value(parts: &[Content], pointer: &str) -> Result<String, String> {
    match parts {
        [Content::Json(json)] => part(json, pointer).map(str::to_owned),
        _ if pointer.is_empty() => {
            let texts: Vec<_> = parts.iter().map(Content::as_text).collect();
            Ok(serde_json::Value::from(texts.join("\n")).to_string())
        }
        _ => Err("text, which has no parts; leave `path` out for all of it".to_owned()),
    }
}

fn part<'a>(json: &'a str, pointer: &str) -> Result<&'a str, String> {
    let mut value = json.trim();
    let mut passed = String::new();
    for name in pointer.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        let next = inside(value, &name);
        value = next.ok_or_else(|| {
            let there = what_is_there(value);
            match passed.is_empty() {
                true => there,
                false => format!("{there} at `{}`", shortened(&passed, 100)),
            }
        })?;
        passed = format!("{passed}/{name}");
    }
    Ok(value)
}

/// The member or the element with this name of a value that is JSON.
fn inside<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    if value.starts_with('{') {
        return member(value, name);
    }
    let index: usize = name
        .parse()
        .ok()
        .filter(|index: &usize| index.to_string() == name)?;
    super::elements(value).get(index).copied()
}

fn what_is_there(value: &str) -> String {
    if value.starts_with('[') {
        let count = super::elements(value).len();
        return format!("an array of {}", words::count(count as u64, "element"));
    }
    let Some(mut cursor) = Cursor::object(value) else {
        return words::came(value);
    };
    let mut keys = Vec::new();
    while let Ok(true) = cursor.advance() {
        match (cursor.key(), cursor.value()) {
            (Ok(key), Ok(_)) => keys.push(key.into_owned()),
            _ => break,
        }
    }
    match keys.is_empty() {
        true => format!("an object with {NOTHING}"),
        false => format!(
            "an object with {}",
            shortened(&listed(keys.iter().map(String::as_str)), 200)
        ),
    }
}
