//! What the turns were like as JSON. The format is what stands here; a change that readers would misread is a new number.
//!
//! Indices are from 0, as everywhere in JSON of ours, and times in milliseconds.

use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{CallAt, CountedTurn, Evidence, Place, Tie, Times, TurnStats};

const FORMAT: u64 = 1;

#[derive(Serialize)]
struct Written<'a> {
    format: u64,
    turns: Vec<Turn<'a>>,
    calls: usize,
    calls_per_turn: f64,
    answers: usize,
    /// Of each run of turns that could have been one the first, and the first behind it.
    could_be_one: Vec<[usize; 2]>,
    could_save_requests: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<Taken>,
}

#[derive(Serialize)]
struct Turn<'a> {
    calls: &'a [String],
    failed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    could_join: Option<Joins<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tied: Option<Tied<'a>>,
}

#[derive(Serialize)]
struct Joins<'a> {
    first: usize,
    values: usize,
    results: usize,
    known: &'a [String],
}

#[derive(Default, Serialize)]
struct Tied<'a> {
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<At<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<At<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

#[derive(Serialize)]
struct At<'a> {
    turn: usize,
    call: usize,
    name: &'a str,
}

#[derive(Serialize)]
struct Taken {
    one_by_one_ms: f64,
    wall_ms: f64,
    saved_ms: f64,
    missed_ms: f64,
    model_ms: Option<f64>,
}

impl Serialize for TurnStats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let merges = self.merges().into_iter();
        let written = Written {
            format: FORMAT,
            turns: self.turns.iter().map(Turn::of).collect(),
            calls: self.calls(),
            calls_per_turn: self.calls_per_turn(),
            answers: self.answers,
            could_be_one: merges.map(|turns| [turns.start, turns.end]).collect(),
            could_save_requests: self.could_save(),
            times: self.times.as_ref().map(Taken::of),
        };
        written.serialize(serializer)
    }
}

impl<'a> Turn<'a> {
    fn of(turn: &'a CountedTurn) -> Self {
        let (could_join, tied) = match &turn.place {
            Place::First => (None, None),
            Place::CouldJoin(evidence) => (Some(Joins::of(evidence)), None),
            Place::Tied(tie) => (None, Some(Tied::of(tie))),
        };
        Self {
            calls: &turn.calls,
            failed: turn.failed,
            could_join,
            tied,
        }
    }
}

impl<'a> Joins<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        Self {
            first: evidence.first,
            values: evidence.values,
            results: evidence.results,
            known: &evidence.known,
        }
    }
}

impl<'a> Tied<'a> {
    fn of(tie: &'a Tie) -> Self {
        let (by, call, earlier) = match tie {
            Tie::Failed { earlier } => ("failed", None, Some(earlier)),
            Tie::NoResult { earlier } => ("no_result", None, Some(earlier)),
            Tie::Value { call, earlier, .. } => ("value", Some(call), Some(earlier)),
            Tie::Again { call, earlier } => ("again", Some(call), Some(earlier)),
            Tie::Key { call, earlier, .. } => ("key", Some(call), Some(earlier)),
            Tie::Alone { call } => ("alone", Some(call), None),
            Tie::Unsaid {
                call,
                is_unknown: false,
            } => ("undeclared", Some(call), None),
            Tie::Unsaid { call, .. } => ("unknown_tool", Some(call), None),
        };
        let told = Self {
            by,
            call: call.map(At::of),
            earlier: earlier.map(At::of),
            ..Self::default()
        };
        match tie {
            Tie::Value { path, value, .. } => Self {
                path: Some(path),
                value: Some(value),
                ..told
            },
            Tie::Key { key, .. } => Self {
                key: Some(key),
                ..told
            },
            _ => told,
        }
    }
}

impl<'a> At<'a> {
    fn of(at: &'a CallAt) -> Self {
        Self {
            turn: at.turn,
            call: at.call,
            name: &at.name,
        }
    }
}

impl Taken {
    fn of(times: &Times) -> Self {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        Self {
            one_by_one_ms: ms(times.one_by_one),
            wall_ms: ms(times.wall),
            saved_ms: ms(times.saved()),
            missed_ms: ms(times.missed),
            model_ms: times.model.map(ms),
        }
    }
}
