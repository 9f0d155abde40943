//! Histories that are to go on: calls without a result get one.
//!
//! What a provider's folder says is a [`Form`]; who is answered by what, and where the rest goes, stands here once.

mod answered;
mod blocks;
mod insert;
mod read;

use super::Message;
use super::response::Members;
use crate::journal::{Asked, Known, Recovered};
use crate::outcome::Interrupted;
use crate::turns::texts;
use crate::{ToolCall, ToolResult};

pub(super) use blocks::Blocks;
pub(super) use insert::messages;
pub(super) use read::{Answer, conversation};

/// How a provider's history holds calls and their results.
pub(super) trait Form {
    /// What a message says of them.
    fn said(&self, message: &Members<'_>) -> Said;

    /// Whether messages of calls that follow one another are one turn.
    fn is_joined(&self) -> bool {
        true
    }

    /// The results in a message, one for each that [`said`](Self::said) finds.
    fn answers(&self, message: &Members<'_>) -> Vec<Answer>;

    /// Who says in a message what is neither a call nor a result.
    fn speaker(&self, message: &Members<'_>) -> Speaker;

    /// A result as it stands in the history: a message of its own, or a block of one.
    fn result(&self, result: &ToolResult) -> String;

    /// Puts results where `turn` wants them.
    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]);
}

/// What one message says of calls.
#[derive(Debug)]
pub(super) enum Said {
    /// It is the model's, with these calls, if any.
    Calls(Vec<ToolCall>),
    /// It stands where results do, with these, if any.
    Results(Vec<Found>),
    /// Neither.
    Other,
}

/// Who says something beside calls and results.
#[derive(Debug)]
pub(super) enum Speaker {
    /// The user, or whoever speaks for the user: this.
    User(String),
    /// The model.
    Model,
    /// The program, as in a system prompt.
    Other,
    /// There is nothing else in the message.
    Nobody,
}

impl Speaker {
    /// Of the message as a whole, by its role.
    pub(super) fn of(message: &Members<'_>) -> Self {
        match message.string("role").as_deref() {
            Some("user") => Self::User(texts(message.text())),
            Some("assistant" | "model") => Self::Model,
            Some("tool") => Self::Nobody,
            _ => Self::Other,
        }
    }
}

/// A result that is there: whose it is, as far as it says so.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Empty if there is none.
    pub(super) id: String,
    /// Empty if there is none.
    pub(super) name: String,
}

/// A result that is not there yet.
#[derive(Debug)]
pub(super) struct Inserted {
    /// How many of the turn's results come before it.
    pub(super) before: usize,
    /// In the provider's form.
    pub(super) json: String,
}

/// The calls of the model before somebody else speaks, and the results right after them.
#[derive(Debug, Default)]
pub(super) struct Turn {
    calls: Vec<ToolCall>,
    results: Vec<Found>,
    /// The index of its first message.
    began: usize,
    /// The index of the message where results begin, whether there are any or not.
    pub(super) asked: usize,
    /// The index of the first message after those that stand where results do.
    pub(super) answered: usize,
}

/// Answers every call of `history` that has no result, with what a journal says of it if there is one; those results.
pub(super) fn complete(
    form: &impl Form,
    history: &mut Vec<Message>,
    recovered: Option<&Recovered>,
) -> Vec<ToolResult> {
    let turns = turns(form, history);
    let missing: Vec<Vec<(usize, usize)>> = answered::by(&turns)
        .iter()
        .map(|answers| answers.missing().collect())
        .collect();
    let results = results(&turns, &missing, recovered);
    // From behind, so that the places of the turns before hold.
    for ((turn, missing), results) in turns.iter().zip(&missing).zip(&results).rev() {
        let inserted = missing.iter().zip(results);
        let inserted: Vec<_> = inserted
            .map(|(&(before, _), result)| Inserted {
                before,
                json: form.result(result),
            })
            .collect();
        if !inserted.is_empty() {
            form.insert(history, turn, &inserted);
        }
    }
    results.into_iter().flatten().collect()
}

/// The results of the calls of each turn that have none.
fn results(
    turns: &[Turn],
    missing: &[Vec<(usize, usize)>],
    recovered: Option<&Recovered>,
) -> Vec<Vec<ToolResult>> {
    let interrupted = |turn: &Turn, index: usize, known| {
        ToolResult::interrupted(turn.calls[index].clone(), known)
    };
    let all = turns.iter().zip(missing);
    let Some(recovered) = recovered else {
        let unknown = |(turn, missing): (&Turn, &Vec<(usize, usize)>)| {
            let missing = missing.iter();
            let results = missing.map(|&(_, index)| interrupted(turn, index, Interrupted::Unknown));
            results.collect()
        };
        return all.map(unknown).collect();
    };
    let asked: Vec<_> = all
        .clone()
        .map(|(turn, missing)| Asked {
            calls: &turn.calls,
            missing: missing.iter().map(|&(_, index)| index).collect(),
        })
        .collect();
    let known = recovered.known(&asked);
    let told = all.zip(known).map(|((turn, missing), known)| {
        let each = missing.iter().zip(known);
        let results = each.map(|(&(_, index), known)| match known {
            Known::Finished(result) => result.clone(),
            Known::Interrupted(known) => interrupted(turn, index, known),
        });
        results.collect()
    });
    told.collect()
}

fn turns(form: &impl Form, history: &[Message]) -> Vec<Turn> {
    let mut said = history
        .iter()
        .map(|message| match Members::of(message.as_str()) {
            Ok(Some(members)) => form.said(&members),
            Ok(None) | Err(_) => Said::Other,
        })
        .enumerate()
        .peekable();
    let mut turns = Vec::new();
    while let Some((index, first)) = said.next() {
        let is_joined = form.is_joined() && matches!(first, Said::Calls(_));
        let mut turn = Turn {
            began: index,
            asked: index + 1,
            ..Turn::default()
        };
        match first {
            Said::Calls(calls) => turn.calls = calls,
            // Results to which no calls lead may be those of an earlier turn.
            Said::Results(found) => turn.results = found,
            Said::Other => continue,
        }
        let mut end = turn.asked;
        while is_joined
            && let Some((index, Said::Calls(more))) =
                said.next_if(|(_, said)| matches!(said, Said::Calls(_)))
        {
            end = index + 1;
            if !more.is_empty() {
                turn.asked = end;
                turn.calls.extend(more);
            }
        }
        let joined = end;
        while let Some((index, Said::Results(more))) =
            said.next_if(|(_, said)| matches!(said, Said::Results(_)))
        {
            turn.results.extend(more);
            end = index + 1;
        }
        // With no result after it, what the model says after its calls is another turn.
        if turn.results.is_empty() && turn.asked < joined {
            end = turn.asked;
        } else {
            turn.asked = joined;
        }
        turn.answered = end;
        turns.push(turn);
    }
    turns
}
