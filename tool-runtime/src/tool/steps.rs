//! What a call says that consists of several: which tools it calls, each with its arguments.

use super::arguments::read_object;
use super::parameter::Shape;
use super::problem::{ArgumentErrors, ArgumentProblem};
use super::words;
use crate::json::{self, Cursor};

/// The argument that has them.
pub(crate) const CALLS: &str = "calls";

/// One of the calls.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) tool: String,
    /// As the model wrote them: JSON text, if it kept to it.
    pub(crate) arguments: String,
}

/// Reads the arguments of a call that consists of others, at most so many; `is_own` knows the names of its own tool. What is wrong with the
/// arguments of one of them is that one's matter.
pub(crate) fn read(
    text: &str,
    most: usize,
    is_own: impl Fn(&str) -> bool,
) -> Result<Vec<Step>, ArgumentErrors> {
    let several = || format!("an array of 1 to {most} calls");
    let shape = Shape::closed(&[(CALLS, true)]);
    let object = read_object(&shape, text, |_| several()).map_err(ArgumentErrors::new)?;
    let mut reading = Reading {
        problems: object.problems,
        most,
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
    most: usize,
    is_own: F,
}

impl<F: Fn(&str) -> bool> Reading<F> {
    fn tell(&mut self, path: &str, expected: impl Into<String>, found: impl Into<String>) {
        let problem = ArgumentProblem::new(path, expected, found);
        self.problems.push(problem);
    }

    fn list(&mut self, list: &str) -> Vec<Step> {
        let elements = elements(list);
        let most = self.most;
        match elements.len() {
            0 => self.tell(CALLS, "one call or more", "an empty array"),
            count if count > most => self.tell(
                CALLS,
                format!("at most {most} calls"),
                format!("{count}; make the others in the next turn"),
            ),
            _ => {}
        }
        let elements = elements.into_iter().enumerate().take(most);
        elements
            .filter_map(|(index, element)| self.step(&format!("{CALLS}[{index}]"), element))
            .collect()
    }

    /// One call, as far as it is one.
    fn step(&mut self, path: &str, text: &str) -> Option<Step> {
        if !text.starts_with('{') {
            let expected = "an object with `tool` and `arguments`";
            self.tell(path, expected, words::came(text));
            return None;
        }
        let shape = Shape::closed(&[("tool", true), ("arguments", true)]);
        let expected = |name: &str| match name {
            "tool" => "the name of a tool".to_owned(),
            _ => OBJECT.to_owned(),
        };
        let object = match read_object(&shape, text, expected) {
            Ok(object) => object,
            Err(problem) => {
                self.problems.push(problem.within(path));
                return None;
            }
        };
        let problems = object.problems.into_iter();
        self.problems
            .extend(problems.map(|problem| problem.within(path)));
        let member = |name: &str| member(&object.text, name);
        let tool = member("tool").and_then(|value| self.tool(path, value));
        let arguments = member("arguments").and_then(|value| self.arguments(path, value));
        Some(Step {
            tool: tool?,
            arguments: arguments?,
        })
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
}

/// What arguments are.
const OBJECT: &str = "an object, or its JSON text";

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
