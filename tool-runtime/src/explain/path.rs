//! The way to the last result.

use std::time::Duration;

use super::ExplainedCall;
use super::life::{Doing, Segment};
use crate::report::ConcurrencyLimit;

/// A part of the way to the last result, see [`Explanation::path`](super::Explanation::path).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stretch {
    /// When it begins.
    pub from: Duration,
    /// When it ends.
    pub to: Duration,
    /// The index of the call that did it or had to wait; none where no call is concerned.
    pub call: Option<usize>,
    /// What took the time.
    pub cause: Cause,
}

/// What took the time of a [`Stretch`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The call ran.
    Work,
    /// It waited between two attempts.
    BackOff,
    /// It waited for a permit.
    Limit(ConcurrencyLimit),
    /// It waited for calls none of which is known to have ended the wait: those of an earlier batch that could not be
    /// stopped, or those that had not all ended when it got its result.
    Calls,
    /// It waited for somebody's decision.
    Approval,
    /// It was not handed to the batch yet.
    NotQueued,
    /// Nothing of that: the runtime's own work, or threads that were busy with something else.
    Other,
}

impl Cause {
    /// A name for logs and metrics that stays the same from release to release. That of a limit is the limit's: `batch`,
    /// `threads`, `tool`, `group`, `tenant_tool` or `tenant_group`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::BackOff => "back_off",
            Self::Limit(limit) => limit_code(limit),
            Self::Calls => "calls",
            Self::Approval => "approval",
            Self::NotQueued => "not_queued",
            Self::Other => "other",
        }
    }
}

pub(super) fn limit_code(limit: &ConcurrencyLimit) -> &'static str {
    match limit {
        ConcurrencyLimit::Batch => "batch",
        ConcurrencyLimit::Threads => "threads",
        ConcurrencyLimit::PerTool => "tool",
        ConcurrencyLimit::Group(_) => "group",
        ConcurrencyLimit::TenantTool => "tenant_tool",
        ConcurrencyLimit::TenantGroup(_) => "tenant_group",
    }
}

/// The way to the last result, from the start to the end. See the [module](super) for how it is found.
pub(super) fn walk(calls: &[ExplainedCall], wall: Duration) -> Vec<Stretch> {
    let lives: Vec<_> = calls.iter().map(ExplainedCall::life).collect();
    let ended = |call: usize| {
        lives[call]
            .last()
            .map_or(calls[call].queued, |last| last.to)
    };
    let mut way = Backwards {
        at: wall,
        stretches: Vec::new(),
    };
    let ran = |call: usize| calls[call].span.is_some();
    let last = (0..calls.len())
        .rev()
        .max_by_key(|call| (ended(*call), ran(*call)));
    let mut next = last;
    while let Some(call) = next.take() {
        way.down_to(ended(call), None, Cause::Other);
        for Segment { from, doing, .. } in lives[call].iter().rev() {
            if *from >= way.at {
                continue;
            }
            let cause = match doing {
                Doing::WaitsForCalls(Some(before)) if *before < call => {
                    next = Some(*before);
                    break;
                }
                Doing::WaitsForCalls(_) => Cause::Calls,
                Doing::WaitsForLimit(limit) => Cause::Limit((*limit).clone()),
                Doing::WaitsForApproval => Cause::Approval,
                Doing::Runs { .. } => Cause::Work,
                Doing::BacksOff => Cause::BackOff,
                Doing::Idle => Cause::Other,
            };
            way.down_to(*from, Some(call), cause);
        }
        if next.is_none() {
            way.down_to(calls[call].queued, None, Cause::Other);
            way.down_to(Duration::ZERO, Some(call), Cause::NotQueued);
        }
    }
    way.down_to(Duration::ZERO, None, Cause::Other);
    way.stretches.reverse();
    way.stretches
}

/// A path that is walked from its end.
struct Backwards {
    at: Duration,
    stretches: Vec<Stretch>,
}

impl Backwards {
    /// Goes back to `from`, if that is earlier; what has the same cause as the stretch after it is one with it.
    fn down_to(&mut self, from: Duration, call: Option<usize>, cause: Cause) {
        if from >= self.at {
            return;
        }
        let to = std::mem::replace(&mut self.at, from);
        match self.stretches.last_mut() {
            Some(later) if later.call == call && later.cause == cause => later.from = from,
            _ => self.stretches.push(Stretch {
                from,
                to,
                call,
                cause,
            }),
        }
    }
}
