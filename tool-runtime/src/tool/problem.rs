//! What is wrong with a call's arguments, in words for the model.

mod by_serde;

use std::fmt;

use super::misspelt::{self, Misspelt, NOTHING};
use super::words::{self, FITS};
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

    /// The same of what stands at `outer`.
    pub(super) fn within(mut self, outer: &str) -> Self {
        let inner = |path: String| match path.is_empty() {
            true => outer.to_owned(),
            false => format!("{outer}.{path}"),
        };
        if self.path.is_empty() {
            self.weight = Weight::Value;
        }
        self.path = inner(self.path);
        if let Some(misspelt) = &mut self.misspelt {
            misspelt.path = inner(std::mem::take(&mut misspelt.path));
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
