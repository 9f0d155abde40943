//! What a run has come to, as values that can be compared.

use serde_json::Value;

use crate::tool::Touch;
use crate::{Content, Report, ToolResult};

/// A program's own say in what counts as the same.
pub(super) type Normalise = dyn Fn(&str, &mut Value);

/// What a run has come to.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    pub(super) calls: Vec<CallObserved>,
    pub(super) state: Value,
    /// Whether a failure stops whatever comes after it.
    pub(super) stops_all: bool,
}

/// What a call has come to.
#[derive(Clone, Debug)]
pub(super) struct CallObserved {
    /// As in `timed_out (work)`.
    pub(super) ending: String,
    pub(super) answer: Value,
    /// What it touched and does not declare.
    pub(super) undeclared: Vec<Touch>,
    pub(super) result: ToolResult,
}

/// Where two runs differ.
#[derive(Clone, Debug)]
pub(super) struct Divergence {
    pub(super) place: Place,
    /// Where in the value, as a JSON pointer; empty if it is all of it.
    pub(super) path: String,
    /// What is there one by one, and what is there otherwise; not there, if there is nothing.
    pub(super) serial: Option<Value>,
    pub(super) parallel: Option<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Ending(usize),
    Answer(usize),
    State,
}

impl Observed {
    pub(super) fn new(report: &Report, state: Value, normalise: &Normalise) -> Self {
        let calls = report.results().iter();
        let calls = calls.map(|result| CallObserved::new(result, normalise));
        Self {
            calls: calls.collect(),
            state,
            stops_all: false,
        }
    }

    /// Where the other differs from this, if it does where it must not: what is called after a failure that stops all may have run.
    pub(super) fn first_difference(&self, parallel: &Self) -> Option<Divergence> {
        let failed = self.calls.iter().position(|call| call.result.is_error());
        let stopped = failed.filter(|_| self.stops_all);
        let last = stopped.map_or(self.calls.len(), |failed| failed + 1);
        let calls = self.calls.iter().zip(&parallel.calls).enumerate();
        let calls = calls.take(last).find_map(|(index, (one, other))| {
            if one.ending != other.ending {
                return Some(Divergence {
                    place: Place::Ending(index),
                    path: String::new(),
                    serial: Some(one.shown()),
                    parallel: Some(other.shown()),
                });
            }
            difference(Place::Answer(index), &one.answer, &other.answer)
        });
        calls.or_else(|| match stopped {
            Some(_) => None,
            None => difference(Place::State, &self.state, &parallel.state),
        })
    }
}

impl CallObserved {
    fn new(result: &ToolResult, normalise: &Normalise) -> Self {
        let id = result.error_id();
        let parts = result.parts().iter();
        let mut parts: Vec<_> = parts.map(|part| value(part, id)).collect();
        let mut answer = match parts.len() {
            1 => parts.remove(0),
            _ => Value::Array(parts),
        };
        normalise(result.name(), &mut answer);
        Self {
            ending: result.outcome().ending.to_string(),
            answer,
            undeclared: result.touches().undeclared(),
            result: result.clone(),
        }
    }

    /// What it answers, and how it ends if that is no answer.
    fn shown(&self) -> Value {
        match self.result.is_error() {
            true => Value::String(format!("{}: {}", self.ending, text(&self.answer))),
            false => self.answer.clone(),
        }
    }
}

/// A part as a value; an error's id is another each time.
fn value(part: &Content, id: Option<&str>) -> Value {
    match part {
        Content::Json(json) => serde_json::from_str(json).unwrap_or_else(|_| json.as_str().into()),
        Content::Text(text) => match id {
            Some(id) => text.replace(id, "ID").into(),
            None => text.as_str().into(),
        },
        media => format!("{media:?}").into(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn difference(place: Place, serial: &Value, parallel: &Value) -> Option<Divergence> {
    let (path, serial, parallel) = first(String::new(), Some(serial), Some(parallel))?;
    Some(Divergence {
        place,
        path,
        serial,
        parallel,
    })
}

/// The path at which two values first differ, and what is there.
pub(super) fn first(
    path: String,
    one: Option<&Value>,
    other: Option<&Value>,
) -> Option<(String, Option<Value>, Option<Value>)> {
    match (one, other) {
        (Some(Value::Object(these)), Some(Value::Object(those))) => {
            let mut keys: Vec<_> = these.keys().chain(those.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().find_map(|key| {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                first(format!("{path}/{escaped}"), these.get(key), those.get(key))
            })
        }
        (Some(Value::Array(these)), Some(Value::Array(those))) => {
            let most = these.len().max(those.len());
            (0..most).find_map(|index| {
                let path = format!("{path}/{index}");
                first(path, these.get(index), those.get(index))
            })
        }
        _ if one == other => None,
        _ => Some((path, one.cloned(), other.cloned())),
    }
}
