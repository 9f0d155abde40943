//! What a call says that consists of several: which tools it calls, each with its arguments.

mod references;

use super::arguments::read_object;
use super::parameter::Shape;
use super::problem::{ArgumentErrors, ArgumentProblem};
use super::words;
use crate::json::{self, Cursor};

pub(crate) use references::{Reference, resolved};

/// The argument that has them.
pub(crate) const CALLS: &str = "calls";

/// So many characters an id has at most.
const MAX_ID: usize = 64;

/// One of the calls.
#[derive(Debug)]
pub(crate) struct Step {
    /// What the model calls it, where calls may refer to each other.
    pub(crate) id: Option<String>,
    pub(crate) tool: String,
    /// As the model wrote them: JSON text, if it kept to it.
    pub(crate) arguments: String,
    /// Where results of earlier calls are to stand in them.
    pub(crate) references: Vec<Reference>,
}

impl Step {
    /// What it is called where it stands at `index`: its id, or its number.
    pub(crate) fn name(&self, index: usize) -> String {
        match &self.id {
            Some(id) => format!("step `{}`", id.escape_debug()),
            None => format!("step {}", index + 1),
        }
    }
}

/// What a call that consists of others may say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    /// So many calls.
    pub(crate) calls: usize,
    /// Whether each has an id, and may have results of earlier ones in its arguments.
    pub(crate) references: bool,
}

/// Reads the arguments of a call that consists of others; `is_own` knows the names of its own tool. What is wrong with the
/// arguments of one of them is that one's matter.
pub(crate) fn read(
    text: &str,
    allowed: Allowed,
    is_own: impl Fn(&str) -> bool,
) -> Result<Vec<Step>, ArgumentErrors> {
    let several = || format!("an array of 1 to {} calls", allowed.calls);
    let shape = Shape::closed(&[(CALLS, true)]);
    let object = read_object(&shape, text, |_| several()).map_err(ArgumentErrors::new)?;
    let mut reading = Reading {
        problems: object.problems,
        allowed,
        is_own,
    };
    let list = member(&object.text, CALLS);
    let steps = match list {
        Some(list) if list.starts_with('[') => reading.list(list),
        Some(other) => {
            reading.tell(CALLS, several(), words::came(other));
            Vec::new()
        }
        None => Vec::new(),
    };
    match reading.problems.is_empty() {
        true => Ok(steps),
        false => Err(ArgumentErrors::found(reading.problems)),
    }
}

/// The text of a member of the object `text`, which was read once and is one.
fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut cursor = Cursor::object(text)?;
    while cursor.advance().ok()? {
        let key = cursor.key().ok()?;
        let value = cursor.value().ok()?;
        if key == name {
            return Some(value);
        }
    }
    None
}

/// The calls while they are read.
struct Reading<F> {
    problems: Vec<ArgumentProblem>,
    allowed: Allowed,
    is_own: F,
}

impl<F: Fn(&str) -> bool> Reading<F> {
    fn tell(&mut self, path: &str, expected: impl Into<String>, found: impl Into<String>) {
        let problem = ArgumentProblem::new(path, expected, found);
        self.problems.push(problem);
    }

    fn list(&mut self, list: &str) -> Vec<Step> {
        let elements = elements(list);
        let most = self.allowed.calls;
        match elements.len() {
            0 => self.tell(CALLS, "one call or more", "an empty array"),
            count if count > most => self.tell(
                CALLS,
                format!("at most {most} calls"),
                format!("{count}; make the others in the next turn"),
            ),
            _ => {}
        }
        let elements = elements.into_iter().take(most);
        let steps: Vec<_> = elements
            .enumerate()
            .map(|(index, element)| self.step(&path(index), element))
            .collect();
        let ids: Vec<_> = steps.iter().map(|(id, _)| id.as_deref()).collect();
        self.check_ids(&ids);
        let ids: Vec<_> = ids.into_iter().map(|id| id.map(str::to_owned)).collect();
        let steps = steps.into_iter().zip(0..);
        let steps = steps.filter_map(|((id, step), index)| {
            let (tool, arguments) = step?;
            let references = match self.allowed.references {
                true => references::read(&arguments, index, &ids, &mut self.problems),
                false => Vec::new(),
            };
            Some(Step {
                id,
                tool,
                arguments,
                references,
            })
        });
        steps.collect()
    }

    /// One call, as far as it is one: its id, its tool and its arguments.
    fn step(&mut self, path: &str, text: &str) -> (Option<String>, Option<(String, String)>) {
        if !text.starts_with('{') {
            let expected = "an object with `tool` and `arguments`";
            self.tell(path, expected, words::came(text));
            return (None, None);
        }
        let mut keys = vec![("tool", true), ("arguments", true)];
        if self.allowed.references {
            keys.insert(0, ("id", true));
        }
        let shape = Shape::closed(&keys);
        let expected = |name: &str| match name {
            "id" => "a name of the call's own".to_owned(),
            "tool" => "the name of a tool".to_owned(),
            _ => OBJECT.to_owned(),
        };
        let object = match read_object(&shape, text, expected) {
            Ok(object) => object,
            Err(problem) => {
                self.problems.push(problem.within(path));
                return (None, None);
            }
        };
        let problems = object.problems.into_iter();
        self.problems
            .extend(problems.map(|problem| problem.within(path)));
        let member = |name: &str| member(&object.text, name);
        let tool = member("tool").and_then(|value| self.tool(path, value));
        let arguments = member("arguments").and_then(|value| self.arguments(path, value));
        let id = member("id").and_then(|value| self.id(path, value));
        (id, tool.zip(arguments))
    }

    fn tool(&mut self, path: &str, value: &str) -> Option<String> {
        let path = format!("{path}.tool");
        let Some(name) = json::string(value) else {
            self.tell(&path, "the name of a tool", words::came(value));
            return None;
        };
        if (self.is_own)(&name) {
            let found = format!("`{name}` itself; put its calls into this array");
            self.tell(&path, "another tool", found);
            return None;
        }
        Some(name)
    }

    fn arguments(&mut self, path: &str, value: &str) -> Option<String> {
        if value.starts_with('{') {
            return Some(value.to_owned());
        }
        let text = json::string(value);
        if text.is_none() {
            self.tell(&format!("{path}.arguments"), OBJECT, words::came(value));
        }
        text
    }

    fn id(&mut self, path: &str, value: &str) -> Option<String> {
        let id = json::string(value);
        let id = id.filter(|id| (1..=MAX_ID).contains(&id.chars().count()));
        if id.is_none() && self.allowed.references {
            let expected = format!("a string of 1 to {MAX_ID} characters");
            self.tell(&format!("{path}.id"), expected, words::came(value));
        }
        id
    }

    /// No two calls have one id.
    fn check_ids(&mut self, ids: &[Option<&str>]) {
        for (index, id) in ids.iter().enumerate() {
            let Some(own) = id else { continue };
            if let Some(first) = ids[..index].iter().position(|other| other == id) {
                let found = format!("`{own}`, which is that of `{}`", path(first));
                self.tell(&format!("{}.id", path(index)), "an id of its own", found);
            }
        }
    }
}

/// What arguments are.
const OBJECT: &str = "an object, or its JSON text";

fn path(index: usize) -> String {
    format!("{CALLS}[{index}]")
}

fn elements(list: &str) -> Vec<&str> {
    let mut elements = Vec::new();
    let Some(mut cursor) = Cursor::array(list) else {
        return elements;
    };
    // The text was read once, so nothing is malformed.
    while let Ok(true) = cursor.advance() {
        match cursor.value() {
            Ok(element) => elements.push(element),
            Err(_) => break,
        }
    }
    elements
}
