//! What the turns were like as text for a terminal: a line for each turn, its reason beneath, then the sums.
//!
//! Turns are numbered from 1 here, as people count them; names and values are cut where they are long, and what would break a line is
//! escaped.

use std::fmt;

use super::{CallAt, CountedTurn, Evidence, Place, Tie, Times, TurnStats};
use crate::explain::{shown, time};

/// How many columns the names of a turn's calls have.
const NAMES: usize = 60;

impl fmt::Display for TurnStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.turns.is_empty() {
            return write!(f, "no turn with calls{}", self.answered());
        }
        let digits = self.turns.len().to_string().len();
        for (turn, number) in self.turns.iter().zip(1..) {
            writeln!(f, "{number:>digits$} {}", turn.told())?;
            match &turn.place {
                Place::First if number == 1 => {}
                Place::First => writeln!(f, "{:digits$}   the first since the user spoke", "")?,
                Place::CouldJoin(evidence) => {
                    writeln!(f, "{:digits$}   could have been one with {evidence}", "")?;
                }
                Place::Tied(tie) => writeln!(f, "{:digits$}   {tie}", "")?,
            }
        }
        let (turns, calls) = (self.turns.len(), self.calls());
        let each = self.calls_per_turn();
        let (turns, calls) = (counted(turns, "turn"), counted(calls, "call"));
        let answered = self.answered();
        write!(f, "{turns} with {calls}, {each:.1} a turn{answered}")?;
        if self.turns.len() > 1 {
            write!(f, "\n{}", self.merged())?;
        }
        match &self.times {
            Some(times) => write!(f, "\n{times}"),
            None => Ok(()),
        }
    }
}

impl TurnStats {
    /// `; 2 answers without calls`
    fn answered(&self) -> String {
        match self.answers {
            0 => String::new(),
            answers => format!("; {} without calls", counted(answers, "answer")),
        }
    }

    fn merged(&self) -> String {
        match self.could_save() {
            0 => "no turn could have been one with another, as far as this can be seen".to_owned(),
            saved => {
                let least = self.turns.len() - saved;
                let fewer = counted(saved, "request");
                format!(
                    "could have been {}, {fewer} fewer (an estimate: what a model made of a result without quoting it is not seen)",
                    counted(least, "turn")
                )
            }
        }
    }
}

impl CountedTurn {
    /// `get_order, get_order; 1 failed`
    fn told(&self) -> String {
        let names = shown(&self.calls.join(", "), NAMES);
        match self.failed {
            0 => names,
            failed => format!("{names}; {failed} failed"),
        }
    }
}

/// `turn 1: no key that both use is written, and none of 2 values is in 1 result`
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            first,
            values,
            results,
            known,
        } = self;
        write!(
            f,
            "turn {}: no key that both use is written, and ",
            first + 1
        )?;
        let values = counted(*values, "value");
        let results = counted(*results, "result");
        match known.as_slice() {
            [] => write!(f, "none of {values} is in {results}"),
            known => {
                let known: Vec<String> = known
                    .iter()
                    .map(|value| format!("`{}`", shown(value, 30)))
                    .collect();
                let known = known.join(", ");
                write!(
                    f,
                    "what of {values} is in {results} was known before ({known})"
                )
            }
        }
    }
}

impl fmt::Display for Tie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { earlier } => write!(f, "after a failure: {earlier}"),
            Self::NoResult { earlier } => write!(f, "after a call without a result: {earlier}"),
            Self::Value {
                call,
                path,
                value,
                earlier,
            } => {
                let value = shown(value, 40);
                let of = shown(&call.name, 40);
                match path.as_str() {
                    "" => write!(f, "needs `{value}` for `{of}`")?,
                    path => write!(f, "needs `{value}` for `{}` of `{of}`", shown(path, 40))?,
                }
                write!(f, ", from the result of {earlier}")
            }
            Self::Again { call, earlier } => {
                let name = shown(&call.name, 40);
                write!(f, "calls `{name}` again as {earlier}")
            }
            Self::Key { call, key, earlier } => {
                let (name, key) = (shown(&call.name, 40), shown(key, 60));
                write!(
                    f,
                    "`{name}` touches `{key}`, as {earlier}, and one of them writes it"
                )
            }
            Self::Alone { call } => write!(f, "to be made alone: {call}"),
            Self::Unsaid {
                call,
                is_unknown: false,
            } => write!(f, "it is not declared what this touches: {call}"),
            Self::Unsaid { call, .. } => write!(f, "the toolbox has no such tool: {call}"),
        }
    }
}

/// `` `get_orders` (turn 2) ``
impl fmt::Display for CallAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (turn {})", shown(&self.name, 40), self.turn + 1)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one_by_one, wall] = [self.one_by_one, self.wall].map(time);
        let [saved, missed] = [self.saved(), self.missed].map(time);
        write!(
            f,
            "tools took {wall}, one by one {one_by_one}: parallel saved {saved}"
        )?;
        if !self.missed.is_zero() {
            write!(
                f,
                ", and missed some {missed} in turns that could have been one"
            )?;
        }
        match self.model {
            Some(model) if !model.is_zero() => {
                write!(
                    f,
                    "\nbetween those turns the model was waited for {}",
                    time(model)
                )
            }
            _ => Ok(()),
        }
    }
}

/// `1 turn`, `2 turns`
fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
