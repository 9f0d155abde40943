//! Which turns could have been one: the turns of a conversation, one after the other, each held against those before it.

use std::collections::HashSet;
use std::time::Duration;

use super::conversation::{Conversation, Exchanged, Step, Took};
use super::flow::{Sought, occurs, sought, texts};
use super::touch::{Declared, Known};
use super::{CallAt, CountedTurn, Evidence, Place, Tie, Times, TurnStats};
use crate::ToolCall;
use crate::text::shortened;

/// The most characters of a value that are told.
const SHOWN: usize = 60;

/// The most values that are told to have been known before.
const KNOWN: usize = 5;

/// What the turns of a conversation were like, by what is declared of the tool that a call means.
pub(crate) fn stats<'a>(
    conversation: &Conversation,
    declared: impl Fn(&str) -> Option<Declared<'a>>,
) -> TurnStats {
    let mut stats = TurnStats::default();
    let mut run = Run::default();
    let mut times = Vec::new();
    // Whether the model has said something that no call has followed yet.
    let mut has_spoken = false;
    for step in &conversation.steps {
        match step {
            Step::User(text) => {
                stats.answers += usize::from(std::mem::take(&mut has_spoken));
                run.end();
                run.known.push(text.clone());
            }
            Step::Text { text, is_models } => {
                has_spoken |= *is_models;
                run.read.push(text.clone());
            }
            Step::Turn(turn) => {
                has_spoken = false;
                let index = stats.turns.len();
                let turn = Turn::of(index, turn, &declared);
                times.push(turn.turn.times);
                stats.turns.push(CountedTurn {
                    calls: turn.names().collect(),
                    failed: turn.failed(),
                    place: run.take(turn),
                });
            }
        }
    }
    stats.answers += usize::from(has_spoken);
    stats.times = Option::from_iter(times).and_then(|times: Vec<_>| taken(&stats, &times));
    stats
}

/// A turn, and what is known of its calls.
struct Turn<'a> {
    index: usize,
    turn: &'a Exchanged,
    known: Vec<Known>,
}

impl<'a> Turn<'a> {
    fn of<'d>(
        index: usize,
        turn: &'a Exchanged,
        declared: impl Fn(&str) -> Option<Declared<'d>>,
    ) -> Self {
        let calls = turn.calls.iter();
        let known = calls.map(|(call, _)| Known::of(call, declared(call.name())));
        Self {
            index,
            turn,
            known: known.collect(),
        }
    }

    fn calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.turn.calls.iter().map(|(call, _)| call)
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.calls().map(|call| call.name().to_owned())
    }

    fn failed(&self) -> usize {
        let answers = self
            .turn
            .calls
            .iter()
            .filter_map(|(_, answer)| answer.as_ref());
        answers.filter(|answer| answer.is_error).count()
    }

    fn at(&self, call: usize) -> CallAt {
        CallAt {
            turn: self.index,
            call,
            name: self.turn.calls[call].0.name().to_owned(),
        }
    }
}

/// The turns that could have been one so far, and what was known before the first of their results.
#[derive(Default)]
struct Run<'a> {
    turns: Vec<Turn<'a>>,
    known: Vec<String>,
    /// Values of arguments that were found to be known to the model.
    found: HashSet<String>,
    /// What has been said since, which is known to turns behind.
    read: Vec<String>,
}

impl<'a> Run<'a> {
    /// Nothing behind joins these turns.
    fn end(&mut self) {
        for turn in self.turns.drain(..) {
            let answers = turn.turn.calls.iter();
            let answers = answers.filter_map(|(_, answer)| answer.as_ref());
            self.read.extend(answers.map(|answer| answer.text.clone()));
        }
        self.known.append(&mut self.read);
        self.found.clear();
    }

    /// Takes the turn in, or begins anew with it.
    fn take(&mut self, turn: Turn<'a>) -> Place {
        let place = match self.turns.is_empty() {
            true => Place::First,
            false => self.place(&turn),
        };
        match place {
            // What the model wrote here it wrote after the results; but of each of these values it was found that it knew it.
            Place::CouldJoin(_) => {
                self.read.push(turn.turn.text.clone());
                let values = turn.calls().flat_map(sought);
                self.found.extend(values.map(|value| value.text));
                let arguments = turn.calls().map(|call| texts(call.arguments()));
                self.read.extend(arguments);
            }
            Place::First | Place::Tied(_) => {
                self.end();
                self.known.push(turn.turn.text.clone());
                let arguments = turn.calls().map(|call| texts(call.arguments()));
                self.known.extend(arguments);
            }
        }
        self.turns.push(turn);
        place
    }

    fn place(&self, turn: &Turn<'_>) -> Place {
        if let Some(tie) = self.failed().or_else(|| self.again(turn)) {
            return Place::Tied(tie);
        }
        let mut evidence = Evidence {
            first: self.turns[0].index,
            values: 0,
            results: self.turns.iter().map(|turn| turn.turn.calls.len()).sum(),
            known: Vec::new(),
        };
        match self
            .value(turn, &mut evidence)
            .or_else(|| self.effects(turn))
        {
            Some(tie) => Place::Tied(tie),
            None => Place::CouldJoin(evidence),
        }
    }

    /// Each call of these turns.
    fn each(&self) -> impl Iterator<Item = (&Turn<'a>, usize)> {
        let turns = self.turns.iter();
        turns.flat_map(|turn| (0..turn.turn.calls.len()).map(move |call| (turn, call)))
    }

    fn failed(&self) -> Option<Tie> {
        self.each().find_map(|(turn, call)| {
            let earlier = || turn.at(call);
            match &turn.turn.calls[call].1 {
                None => Some(Tie::NoResult { earlier: earlier() }),
                Some(answer) if answer.is_error => Some(Tie::Failed { earlier: earlier() }),
                Some(_) => None,
            }
        })
    }

    fn again(&self, turn: &Turn<'_>) -> Option<Tie> {
        turn.calls().enumerate().find_map(|(index, call)| {
            let mut each = self.each();
            let same = each.find(|(before, at)| is_same(&before.turn.calls[*at].0, call));
            same.map(|(before, at)| Tie::Again {
                call: turn.at(index),
                earlier: before.at(at),
            })
        })
    }

    fn value(&self, turn: &Turn<'_>, evidence: &mut Evidence) -> Option<Tie> {
        for (index, call) in turn.calls().enumerate() {
            for Sought { path, text } in sought(call) {
                evidence.values += 1;
                let Some((before, at)) = self.each().find(|(before, at)| {
                    let answer = before.turn.calls[*at].1.as_ref();
                    answer.is_some_and(|answer| occurs(&text, &answer.text))
                }) else {
                    continue;
                };
                if !self.is_known(&text) {
                    return Some(Tie::Value {
                        call: turn.at(index),
                        path,
                        value: shortened(&text, SHOWN),
                        earlier: before.at(at),
                    });
                }
                let value = shortened(&text, SHOWN);
                if evidence.known.len() < KNOWN && !evidence.known.contains(&value) {
                    evidence.known.push(value);
                }
            }
        }
        None
    }

    fn is_known(&self, value: &str) -> bool {
        self.found.contains(value) || self.known.iter().any(|known| occurs(value, known))
    }

    fn effects(&self, turn: &Turn<'_>) -> Option<Tie> {
        turn.known.iter().enumerate().find_map(|(index, later)| {
            self.each().find_map(|(before, at)| {
                let earlier = &before.known[at];
                let alone = special(later, || turn.at(index));
                let alone = alone.or_else(|| special(earlier, || before.at(at)));
                alone.or_else(|| {
                    later.conflict(earlier).map(|key| Tie::Key {
                        call: turn.at(index),
                        key: key.to_string(),
                        earlier: before.at(at),
                    })
                })
            })
        })
    }
}

/// What ties a call to every other.
fn special(known: &Known, call: impl Fn() -> CallAt) -> Option<Tie> {
    match known {
        Known::UnknownTool | Known::Unsaid => Some(Tie::Unsaid {
            call: call(),
            is_unknown: matches!(known, Known::UnknownTool),
        }),
        Known::Alone => Some(Tie::Alone { call: call() }),
        Known::Pure | Known::Keys(_) => None,
    }
}

fn is_same(one: &ToolCall, other: &ToolCall) -> bool {
    let value = |call: &ToolCall| serde_json::from_str::<serde_json::Value>(call.arguments()).ok();
    one.name() == other.name()
        && (one.arguments() == other.arguments()
            || value(one).is_some_and(|one| Some(one) == value(other)))
}

/// What the batches took, if there are any.
fn taken(stats: &TurnStats, times: &[Took]) -> Option<Times> {
    if times.is_empty() {
        return None;
    }
    let sum = |of: fn(&Took) -> Duration| {
        let each = times.iter().map(of);
        each.fold(Duration::ZERO, Duration::saturating_add)
    };
    let (mut missed, mut model) = (Duration::ZERO, Some(Duration::ZERO));
    for merge in stats.merges() {
        let turns = &times[merge];
        let walls = turns.iter().map(|took| took.wall);
        let longest = walls.clone().max().unwrap_or_default();
        let all = walls.fold(Duration::ZERO, Duration::saturating_add);
        missed = missed.saturating_add(all.saturating_sub(longest));
        for pair in turns.windows(2) {
            let between = pair[0]
                .began
                .zip(pair[1].began)
                .map(|(before, behind)| behind.saturating_sub(before.saturating_add(pair[0].wall)));
            model = model.zip(between).map(|(sum, one)| sum.saturating_add(one));
        }
    }
    if times.iter().any(|took| took.began.is_none()) {
        model = None;
    }
    Some(Times {
        one_by_one: sum(|took| took.one_by_one),
        wall: sum(|took| took.wall),
        missed,
        model,
    })
}
