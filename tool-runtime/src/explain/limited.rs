//! What limited the batch, read off the way to its last result.

use std::time::Duration;

use super::path::{Cause, Stretch, limit_code};
use crate::report::ConcurrencyLimit;

/// What limited a batch: where there is time to be saved. See the [module](super).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limited {
    /// No call ran, or none took time.
    Nothing,
    /// The work of one call.
    OneCall {
        /// Its index.
        call: usize,
        /// How long it worked.
        time: Duration,
    },
    /// The work of calls of which each waited for the one before it, since they use the same data.
    Chain {
        /// Their indices, in order.
        calls: Vec<usize>,
        /// How long they worked together.
        time: Duration,
    },
    /// Waiting for permits.
    Limit {
        /// Those of which limit.
        limit: ConcurrencyLimit,
        /// How long, on the way to the last result.
        time: Duration,
    },
    /// Waiting between attempts.
    BackOff {
        /// How long, on the way to the last result.
        time: Duration,
    },
    /// Waiting for calls of an earlier batch, or for some that did not end; see [`Cause::Calls`].
    Calls {
        /// How long, on the way to the last result.
        time: Duration,
    },
    /// Waiting for somebody's decision.
    Approval {
        /// How long, on the way to the last result.
        time: Duration,
    },
    /// Calls were pushed late.
    PushedLate {
        /// How long the batch waited for the first call on the way to the last result.
        time: Duration,
    },
    /// Something else; see [`Cause::Other`].
    Other {
        /// How long, on the way to the last result.
        time: Duration,
    },
}

impl Limited {
    /// A name for logs and metrics that stays the same from release to release. That of a limit is the limit's: `batch`,
    /// `threads`, `tool` or `group`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::OneCall { .. } => "one_call",
            Self::Chain { .. } => "chain",
            Self::Limit { limit, .. } => limit_code(limit),
            Self::BackOff { .. } => "back_off",
            Self::Calls { .. } => "calls",
            Self::Approval { .. } => "approval",
            Self::PushedLate { .. } => "pushed_late",
            Self::Other { .. } => "other",
        }
    }

    /// How long what it names took on the way to the last result.
    pub fn time(&self) -> Duration {
        match self {
            Self::Nothing => Duration::ZERO,
            Self::OneCall { time, .. }
            | Self::Chain { time, .. }
            | Self::Limit { time, .. }
            | Self::BackOff { time }
            | Self::Calls { time }
            | Self::Approval { time }
            | Self::PushedLate { time }
            | Self::Other { time } => *time,
        }
    }

    pub(super) fn of(path: &[Stretch], wall: Duration) -> Self {
        let mut calls: Vec<usize> = Vec::new();
        let mut work = Duration::ZERO;
        let mut others: Vec<(&Cause, Duration)> = Vec::new();
        for stretch in path {
            let time = stretch.to - stretch.from;
            if stretch.cause == Cause::Work {
                work += time;
                calls.extend(stretch.call.filter(|call| calls.last() != Some(call)));
            } else if let Some((_, sum)) = others
                .iter_mut()
                .find(|(cause, _)| *cause == &stretch.cause)
            {
                *sum += time;
            } else {
                others.push((&stretch.cause, time));
            }
        }
        let most = others.into_iter().max_by_key(|(_, time)| *time);
        match (most, calls.as_slice()) {
            (Some((cause, time)), worked) if time >= wall / 4 => match cause {
                Cause::Limit(limit) => Self::Limit {
                    limit: limit.clone(),
                    time,
                },
                Cause::BackOff => Self::BackOff { time },
                Cause::Calls => Self::Calls { time },
                Cause::Approval => Self::Approval { time },
                Cause::NotQueued => Self::PushedLate { time },
                Cause::Other | Cause::Work if worked.is_empty() => Self::Nothing,
                Cause::Other | Cause::Work => Self::Other { time },
            },
            (_, []) => Self::Nothing,
            (_, [call]) => Self::OneCall {
                call: *call,
                time: work,
            },
            (_, _) => Self::Chain { calls, time: work },
        }
    }
}
