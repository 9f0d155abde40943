//! From a batch that differs to the fewest calls that do, and to the two that are at it.

use super::Equivalence;
use super::advice::Pair;
use super::difference::{Difference, Divergent};
use super::schedule::Schedule;
use super::trial::Found;
use crate::ToolCall;
use crate::tool::{Says, State, Touches};

/// So many schedules that are not extreme are tried where a call is left out.
const TRIES: u64 = 48;

impl<S: State> Equivalence<S> {
    /// Says what is at a difference.
    pub(super) async fn explain(&self, calls: &[ToolCall], found: Found) -> Difference {
        let (calls, found) = self.smallest(calls.to_vec(), found).await;
        let (pair, advice) = match calls.len() {
            0 | 1 => (None, None),
            _ => {
                let pair = self.pair(&calls, &found).await;
                (pair, Some(self.advice(&calls, &found, pair).await))
            }
        };
        let declared = found.serial.calls.iter().map(|call| {
            let effects = call.result.touches().declared();
            effects.map_or_else(
                || "was not run".to_owned(),
                |effects| Says(effects).to_string(),
            )
        });
        Difference::divergent(Divergent {
            declared: declared.collect(),
            pair: pair.map(|Pair { first, second, .. }| (first, second)),
            number: found.number,
            divergence: found.divergence,
            advice,
            calls,
        })
    }

    fn numbers(&self, calls: usize) -> impl Iterator<Item = u64> + use<S> {
        0..Schedule::extremes(calls) + TRIES
    }

    /// Leaves out whatever is not needed, in halves, quarters and so on, and at last call by call.
    async fn smallest(&self, mut calls: Vec<ToolCall>, mut found: Found) -> (Vec<ToolCall>, Found) {
        let mut size = calls.len() / 2;
        while size > 0 {
            let (mut start, mut fewer) = (0, false);
            while start < calls.len() {
                let mut rest = calls.clone();
                rest.drain(start..(start + size).min(calls.len()));
                let numbers = self.numbers(rest.len()).chain([found.number]);
                match self.find(&rest, numbers, None).await {
                    Some(smaller) => {
                        (calls, found, fewer) = (rest, smaller, true);
                    }
                    None => start += size,
                }
            }
            size = if size == 1 && fewer { 1 } else { size / 2 };
        }
        (calls, found)
    }

    /// The two calls that are all that is out of order: where the second waits for the first, nothing differs. Of two that are left, those.
    async fn pair(&self, calls: &[ToolCall], found: &Found) -> Option<Pair> {
        for second in 1..calls.len() {
            for first in (0..second).rev() {
                let pair = Pair {
                    first,
                    second,
                    conflicts: conflict(found, first, second),
                };
                if calls.len() == 2 {
                    return Some(pair);
                }
                if pair.conflicts {
                    continue;
                }
                let numbers = self.numbers(calls.len()).chain([found.number]);
                let order = Some((first, second));
                if self.find(calls, numbers, order).await.is_none() {
                    return Some(pair);
                }
            }
        }
        None
    }
}

/// Whether what two calls declare keeps them in order.
fn conflict(found: &Found, first: usize, second: usize) -> bool {
    let declared = |call: usize| found.serial.calls[call].result.touches().declared();
    let (Some(first), Some(second)) = (declared(first), declared(second)) else {
        return false;
    };
    match (&first.0, &second.0) {
        (Touches::Pure, _) | (_, Touches::Pure) => false,
        (Touches::Exclusive, _) | (_, Touches::Exclusive) => true,
        (Touches::Keys(these), Touches::Keys(those)) => these
            .iter()
            .any(|this| those.iter().any(|that| this.conflicts(that))),
        (Touches::Undeclared, _) | (_, Touches::Undeclared) => false,
    }
}
