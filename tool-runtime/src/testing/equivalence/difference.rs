//! A difference, in words.

use std::error::Error;
use std::fmt;

use serde_json::Value;

use super::advice::{Advice, Line};
use super::observed::{Divergence, Place};
use crate::ToolCall;
use crate::text::shortened;

/// So many characters of a value are shown.
const MAX_VALUE: usize = 200;

/// Why a toolbox is not as its effects say, as [`Equivalence::run`](super::Equivalence::run) has found: as text, all that is known of it.
pub struct Difference(Box<Kind>);

enum Kind {
    Divergent(Divergent),
    /// Calls have touched what they do not declare.
    Undeclared {
        calls: Vec<ToolCall>,
        advice: Advice,
    },
    /// Two runs one by one differ.
    Unsteady {
        calls: Vec<ToolCall>,
        divergence: Divergence,
    },
    /// Calls wait for what does not come.
    Stuck {
        calls: Vec<ToolCall>,
        number: Option<u64>,
    },
}

/// Calls that differ, as few as were found.
pub(super) struct Divergent {
    pub(super) calls: Vec<ToolCall>,
    /// What each of them declares, in words.
    pub(super) declared: Vec<String>,
    pub(super) pair: Option<(usize, usize)>,
    pub(super) number: u64,
    pub(super) divergence: Divergence,
    pub(super) advice: Option<Advice>,
}

impl Difference {
    pub(super) fn divergent(divergent: Divergent) -> Self {
        Self(Box::new(Kind::Divergent(divergent)))
    }

    pub(super) fn undeclared(calls: &[ToolCall], advice: Advice) -> Self {
        let calls = calls.to_vec();
        Self(Box::new(Kind::Undeclared { calls, advice }))
    }

    pub(super) fn unsteady(calls: &[ToolCall], divergence: Divergence) -> Self {
        let calls = calls.to_vec();
        Self(Box::new(Kind::Unsteady { calls, divergence }))
    }

    pub(super) fn stuck(calls: &[ToolCall], number: Option<u64>) -> Self {
        let calls = calls.to_vec();
        Self(Box::new(Kind::Stuck { calls, number }))
    }

    /// The calls that show it, as few as were found.
    pub fn calls(&self) -> &[ToolCall] {
        match &*self.0 {
            Kind::Divergent(divergent) => &divergent.calls,
            Kind::Undeclared { calls, .. }
            | Kind::Unsteady { calls, .. }
            | Kind::Stuck { calls, .. } => calls,
        }
    }

    /// The two of them that do not commute, by their places, if two are enough.
    pub fn pair(&self) -> Option<(usize, usize)> {
        match &*self.0 {
            Kind::Divergent(divergent) => divergent.pair,
            _ => None,
        }
    }

    /// With which [`seed`](super::Equivalence::seed) a batch of these calls shows it again.
    pub fn seed(&self) -> Option<u64> {
        match &*self.0 {
            Kind::Divergent(divergent) => Some(divergent.number),
            Kind::Stuck { number, .. } => *number,
            _ => None,
        }
    }

    /// What to write: of each the tool and its attribute.
    pub fn declarations(&self) -> impl Iterator<Item = (&str, &str)> {
        let advice = match &*self.0 {
            Kind::Divergent(divergent) => divergent.advice.as_ref(),
            Kind::Undeclared { advice, .. } => Some(advice),
            _ => None,
        };
        let lines = advice.map_or(&[][..], |advice| &advice.lines);
        lines
            .iter()
            .map(|line| (line.tool.as_str(), line.attribute.as_str()))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Divergent(divergent) => write!(f, "{divergent}"),
            Kind::Undeclared { advice, .. } => write!(f, "{advice}"),
            Kind::Unsteady { calls, divergence } => unsteady(calls, divergence, f),
            Kind::Stuck { calls, number } => {
                let how = match number {
                    None => "run one by one".to_owned(),
                    Some(number) => format!("interleaved (seed {number})"),
                };
                write!(
                    f,
                    "{how}, the batch does not end: a call waits for what does not come, perhaps for a later call, or a plain `fn` does not return. The calls are:"
                )?;
                list(calls, &[], f)
            }
        }
    }
}

fn unsteady(
    calls: &[ToolCall],
    divergence: &Divergence,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str("two runs one by one differ, so nothing can be compared:")?;
    list(calls, &[], f)?;
    let [first, second] = divergence.told(["At first", "Then"]);
    write!(
        f,
        "\n{first}\n{second}{}\nTake what is new each time out of what is compared: with `normalise` where calls answer it, in `observe` where it is in the state.",
        divergence.at()
    )
}

impl fmt::Display for Divergent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |index: usize| format!("`{}` (call {})", self.calls[index].name(), index + 1);
        let is_declared = self
            .advice
            .as_ref()
            .is_some_and(|advice| advice.lines.is_empty());
        match self.pair {
            Some((first, second)) => {
                let says = match is_declared {
                    false => "do not commute, and nothing says that they conflict",
                    true => "are kept in order, and differ all the same",
                };
                write!(f, "{} and {} {says}:", named(first), named(second))?;
            }
            None if self.calls.len() == 1 => {
                write!(f, "{} differs though it is alone:", named(0))?;
            }
            None => write!(f, "these {} calls do not commute:", self.calls.len())?,
        }
        list(&self.calls, &self.declared, f)?;
        let seed = format!("Interleaved (seed {})", self.number);
        let [serial, parallel] = self.divergence.told(["One by one", &seed]);
        write!(f, "\n{serial}\n{parallel}{}", self.divergence.at())?;
        match &self.advice {
            Some(advice) => write!(f, "\n{advice}"),
            None => f.write_str(
                "\nIt still does something when it has ended: on a task or a thread that it does not wait for. Await that before the tool returns.",
            ),
        }
    }
}

impl Divergence {
    /// What is there in each of two runs.
    fn told(&self, runs: [&str; 2]) -> [String; 2] {
        let values = [value(self.serial.as_ref()), value(self.parallel.as_ref())];
        let mut runs = runs.into_iter().zip(values);
        let mut told = |subject: &str| {
            runs.next().map_or_else(String::new, |(run, value)| {
                format!("{run}, {subject} {value}.")
            })
        };
        match self.place {
            Place::Ending(call) | Place::Answer(call) => {
                let at = self.has_at();
                [
                    told(&format!("call {} answers{at}", call + 1)),
                    told(&format!("it answers{at}")),
                ]
            }
            Place::State => {
                let at = self.has_at();
                [
                    told(&format!("the state ends with{at}")),
                    told(&format!("it ends with{at}")),
                ]
            }
        }
    }

    fn has_at(&self) -> &'static str {
        ""
    }

    fn at(&self) -> String {
        match self.path.is_empty() {
            true => String::new(),
            false => format!(" That is at `{}`.", self.path),
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)?;
        self.lines
            .iter()
            .try_for_each(|line| write!(f, "\n    {line}"))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}    // {}", self.attribute, self.tool)?;
        match &self.note {
            Some(note) => write!(f, "; {note}"),
            None => Ok(()),
        }
    }
}

/// The calls with their places, and what they declare if that is given.
fn list(calls: &[ToolCall], declared: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, call) in calls.iter().enumerate() {
        let arguments = shortened(call.arguments(), MAX_VALUE);
        write!(f, "\n  {}  {} {arguments}", index + 1, call.name())?;
        if let Some(declared) = declared.get(index) {
            write!(f, "\n     {declared}")?;
        }
    }
    Ok(())
}

fn value(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(value) => shortened(&value.to_string(), MAX_VALUE),
    }
}

/// As it is shown: it is met in the output of a test.
impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Difference {}
