//! Which call each result of a history is for.

use super::{Found, Turn};
use crate::ToolCall;

/// What is known of the calls of one turn.
#[derive(Debug)]
pub(super) struct Answers {
    /// The call that each result of the turn is for.
    call_of: Vec<Option<usize>>,
    has_result: Vec<bool>,
}

impl Answers {
    /// The call that each result of the turn is for, if it is one of the turn.
    pub(super) fn calls(&self) -> impl Iterator<Item = Option<usize>> {
        self.call_of.iter().copied()
    }

    /// The calls without a result, in their order: how many results come before the one it gets, and its index. That stands in
    /// the order of the calls, which is all that some providers can tell results by.
    pub(super) fn missing(&self) -> impl Iterator<Item = (usize, usize)> {
        let missing = (0..self.has_result.len()).filter(|&index| !self.has_result[index]);
        missing.map(|index| {
            let is_later = |call: &Option<usize>| call.is_some_and(|call| call > index);
            let later = self.call_of.iter().position(is_later);
            (later.unwrap_or(self.call_of.len()), index)
        })
    }

    /// Says that the results which have no call yet are for calls that have none, where `fits` says so.
    fn assign(&mut self, turn: &Turn, fits: impl Fn(&ToolCall, &Found) -> bool) {
        for (found, call_of) in turn.results.iter().zip(&mut self.call_of) {
            if call_of.is_none() {
                *call_of = free(&self.has_result, &turn.calls, |call| fits(call, found));
                if let Some(call) = *call_of {
                    self.has_result[call] = true;
                }
            }
        }
    }
}

/// The first call without a result that fits.
fn free(
    has_result: &[bool],
    calls: &[ToolCall],
    fits: impl Fn(&ToolCall) -> bool,
) -> Option<usize> {
    let mut calls = calls.iter().zip(has_result);
    calls.position(|(call, has_result)| !has_result && fits(call))
}

/// Who is answered, turn by turn: by id; where one of the two has none, by the tool's name, then by order.
pub(super) fn by(turns: &[Turn]) -> Vec<Answers> {
    let mut all: Vec<Answers> = turns.iter().map(within).collect();
    for (place, turn) in turns.iter().enumerate() {
        for (index, found) in turn.results.iter().enumerate() {
            if all[place].call_of[index].is_none() && !found.id.is_empty() {
                elsewhere(&mut all[..place], turns, found);
            }
        }
    }
    all
}

fn within(turn: &Turn) -> Answers {
    let mut answers = Answers {
        call_of: turn.results.iter().map(|_| None).collect(),
        has_result: turn.calls.iter().map(|_| false).collect(),
    };
    let is_named = |call: &ToolCall, found: &Found| found.name == call.name();
    let has_none = |call: &ToolCall, found: &Found| call.id().is_empty() || found.id.is_empty();
    answers.assign(turn, |call, found| {
        !found.id.is_empty() && found.id == call.id()
    });
    answers.assign(turn, |call, found| {
        call.id() == found.id && is_named(call, found)
    });
    answers.assign(turn, |call, found| {
        has_none(call, found) && is_named(call, found)
    });
    answers.assign(turn, has_none);
    answers
}

/// A result that is in no place of its own is the result of an earlier call with its id, which gets no other.
fn elsewhere(earlier: &mut [Answers], turns: &[Turn], found: &Found) {
    for (answers, turn) in earlier.iter_mut().zip(turns) {
        let call = free(&answers.has_result, &turn.calls, |call| {
            call.id() == found.id
        });
        if let Some(call) = call {
            answers.has_result[call] = true;
            return;
        }
    }
}
