//! What a conversation's turns were like: how many calls each had, which could have been one, and what parallel saved and missed.
//!
//! Calls overlap only where the model asks for them together. Whether yours does is in your histories and reports: a [`Conversation`] is read
//! from either, and [`Toolbox::turn_stats`](crate::Toolbox::turn_stats) looks at it. Nothing is run, and no clock is read.
//!
//! # Which turns could have been one
//!
//! A turn joins the one before it, and those that this one joins, unless something *ties* it to one of their calls ([`Tie`]). Asked in this
//! order, and the first that holds is told:
//!
//! - An earlier call **failed**, or has no result: what follows is mostly an answer to that.
//! - A **value**: an argument occurs in a result of those turns, and the model had not read or written it before. See below.
//! - The same call **again**: whoever asks twice expects another answer.
//! - **Effects**: one of two calls writes a key that the other touches, or is *alone*, as exclusive and destructive calls are; or it is *not
//!   said* what one of them touches, because its tool declares nothing, says it call by call, or is not in the toolbox.
//!
//! What the user says ends a run of turns: no turn joins one from before.
//!
//! # Values
//!
//! An argument's value is looked for as it stands: a text whole, and each word of it that has a digit; a number; the name of a member. It
//! occurs where no letter or digit goes on beside it, so `7` is not in `77`. `true`, `false`, `null` and texts without a letter or digit are
//! never looked for. There is no other rule for short values: a `5` ties wherever a result has a 5, unless the model knew it before, and the
//! tie says so.
//!
//! # An estimate
//!
//! It errs to both sides. A value that occurs by chance, and a failure that nobody minded, tie what could have been one. What a model made
//! of a result without quoting it (a decision, a sum, another spelling) ties nothing here. Keys are read off the arguments as JSON has them,
//! without regard to case and punctuation; a hole whose value is not there under its own name counts as every value. A [`Key`](crate::Key)
//! under which values of different letters or digits are equal is not seen through. So every turn that could have been one has its evidence
//! beside it, and every other its reason.

mod conversation;
mod flow;
mod json;
mod merge;
mod text;
mod touch;

use std::ops::Range;
use std::time::Duration;

pub use conversation::Conversation;
pub(crate) use conversation::{Answered, Exchanged};
pub(crate) use flow::texts;
pub(crate) use merge::stats;
pub(crate) use touch::Declared;

/// What a conversation's turns were like, from [`Toolbox::turn_stats`](crate::Toolbox::turn_stats).
///
/// Its `Display` is for a terminal: a line for each turn, beneath it why it could have been one with an earlier turn or what tied it, then
/// the sums. With serde it is JSON of a format that has a number, times in milliseconds. What counts as what is said in the [module](self).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TurnStats {
    /// The turns with calls, in their order.
    pub turns: Vec<CountedTurn>,
    /// How many turns had none: answers to the user. A list of reports has no such turns.
    pub answers: usize,
    /// What the tools took; none unless all turns are of reports.
    pub times: Option<Times>,
}

/// One turn with calls.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CountedTurn {
    /// The names of the tools it called, as the model wrote them.
    pub calls: Vec<String>,
    /// How many of the calls failed, as far as that can be seen.
    pub failed: usize,
    /// Whether it could have been one with those before it.
    pub place: Place,
}

/// Whether a turn could have been one with those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// It is the first, or the first since the user said something.
    First,
    /// Nothing that can be seen ties it to them: an estimate.
    CouldJoin(Evidence),
    /// Something does.
    Tied(Tie),
}

/// Why a turn could have been one with those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The index of the first of the turns that could have been one.
    pub first: usize,
    /// How many values of arguments were looked for in the results of those turns.
    pub values: usize,
    /// In how many results.
    pub results: usize,
    /// Those that are there, and that the model had read or written before it had the results.
    pub known: Vec<String>,
}

/// A call of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallAt {
    /// The index of its turn in [`TurnStats::turns`].
    pub turn: usize,
    /// Its index in the turn.
    pub call: usize,
    /// The tool's name as the model wrote it.
    pub name: String,
}

/// What ties a turn to an earlier one. See the [module](self).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tie {
    /// An earlier call failed.
    Failed {
        /// That call.
        earlier: CallAt,
    },
    /// An earlier call has no result, so nobody knows what was in it.
    NoResult {
        /// That call.
        earlier: CallAt,
    },
    /// An argument occurs in an earlier result, and nowhere before that.
    Value {
        /// The call with the argument.
        call: CallAt,
        /// Where in the arguments it stands.
        path: String,
        /// What was found.
        value: String,
        /// The call with the result.
        earlier: CallAt,
    },
    /// The same call was made again.
    Again {
        /// The call.
        call: CallAt,
        /// The same, before.
        earlier: CallAt,
    },
    /// Both touch a key, and one of them writes it.
    Key {
        /// The later call.
        call: CallAt,
        /// What it touches of what the other touches too.
        key: String,
        /// The earlier call.
        earlier: CallAt,
    },
    /// A call that is made beside no other: it is exclusive, or destructive.
    Alone {
        /// Which of the two that is.
        call: CallAt,
    },
    /// It is not said what a call touches.
    Unsaid {
        /// Which of the two that is.
        call: CallAt,
        /// The toolbox has no tool of its name.
        is_unknown: bool,
    },
}

/// What the tools of a conversation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// How long all calls took together: [`Report::one_by_one`](crate::Report::one_by_one).
    pub one_by_one: Duration,
    /// How long the batches took: [`Report::wall`](crate::Report::wall).
    pub wall: Duration,
    /// How much less the batches might have taken if the turns that could have been one had been: of each such run of turns, all
    /// but the longest. An estimate, since limits and other load are not known.
    pub missed: Duration,
    /// How long the model was waited for between turns that could have been one; none unless it is known of all of them when they
    /// [began](Conversation::report_at). What it would have written is written all the same, so not all of it is lost.
    pub model: Option<Duration>,
}

impl Times {
    /// How much running in parallel saved: [`one_by_one`](Self::one_by_one) less [`wall`](Self::wall).
    pub fn saved(&self) -> Duration {
        self.one_by_one.saturating_sub(self.wall)
    }
}

impl TurnStats {
    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.turns.iter().map(|turn| turn.calls.len()).sum()
    }

    /// How many calls a turn with calls had on average; zero if there is none.
    pub fn calls_per_turn(&self) -> f64 {
        match self.turns.len() {
            0 => 0.0,
            turns => self.calls() as f64 / turns as f64,
        }
    }

    /// The turns that could have been one, two or more each time, by their indices.
    pub fn merges(&self) -> Vec<Range<usize>> {
        let mut merges: Vec<Range<usize>> = Vec::new();
        for (index, turn) in self.turns.iter().enumerate() {
            if let Place::CouldJoin(evidence) = &turn.place {
                match merges.last_mut() {
                    Some(last) if last.start == evidence.first => last.end = index + 1,
                    _ => merges.push(evidence.first..index + 1),
                }
            }
        }
        merges
    }

    /// How many requests fewer it could have been: an estimate.
    pub fn could_save(&self) -> usize {
        let joins = |turn: &&CountedTurn| matches!(turn.place, Place::CouldJoin(_));
        self.turns.iter().filter(joins).count()
    }
}
