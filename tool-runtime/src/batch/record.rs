//! What is known of one call of a batch: where it is, what it waited for, what came of it.

use std::time::Duration;

use backon::ExponentialBackoff;
use tokio::time::Instant;

use super::coalesce::Same;
use super::permits::Permit;
use crate::outcome::{CancelledBy, Settled, TimeLimit};
use crate::quota::Taken;
use crate::report::ConcurrencyLimit;
use crate::{ToolError, ToolResult};

/// What is known of one call.
pub(super) struct Record {
    pub(super) queued: Instant,
    pub(super) started: Option<Started>,
    pub(super) done: Option<Done>,
    pub(super) waits: Vec<Waited>,
    /// Since when it has its result though it could not be stopped and is still there.
    pub(super) outlived: Option<Instant>,
    /// Whether nothing is left of it.
    pub(super) gone: bool,
    /// What is known of its attempts, if one has failed and was followed by another.
    pub(super) again: Option<Box<Again>>,
    /// Since when it waits for a decision, if it does.
    pub(super) pending: Option<Instant>,
    /// Whether somebody is asked for that, or was.
    pub(super) asked: bool,
    /// What it has to do with calls that are the same, if it has.
    pub(super) same: Option<Box<Same>>,
    /// What it has taken of quotas, until it is known whether it is made.
    pub(super) taken: Option<Taken>,
    /// How long the longest of its polls took that took long.
    pub(super) longest_poll: Option<Duration>,
    /// Whether that is no news any more.
    pub(super) is_slow: bool,
}

/// A call that is tried more than once.
pub(super) struct Again {
    pub(super) failed: Vec<Failed>,
    /// The delays that are left.
    pub(super) delays: ExponentialBackoff,
}

/// An attempt that failed and was followed by another, or was to be.
pub(super) struct Failed {
    pub(super) from: Instant,
    pub(super) to: Instant,
    pub(super) error: ToolError,
    pub(super) back_off: Duration,
}

/// A call that has its result.
pub(super) struct Done {
    pub(super) at: Instant,
    /// Whether those were told who want to know of it before the caller does, if there are any.
    pub(super) is_told: bool,
    pub(super) result: Outcome,
}

/// A call's result, put into words when somebody asks for it.
pub(super) enum Outcome {
    Settled(Settled),
    Told(ToolResult),
    /// It is in the report.
    Taken,
}

/// What a call has waited for.
pub(super) struct Waited {
    pub(super) what: Obstacle,
    pub(super) from: Instant,
    pub(super) to: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Other calls, this one as the last; none if that is one of another batch.
    Calls(Option<usize>),
    Limit(ConcurrencyLimit),
    /// A decision on it.
    Decision,
}

pub(super) struct Started {
    pub(super) phase: Phase,
    /// Set when the call was told to end.
    pub(super) over: Option<Cause>,
    /// What it holds of what batches share.
    pub(super) permit: Option<Permit>,
    /// Whether it stands in line for that.
    pub(super) in_line: bool,
    /// Whether it followed another, and is to run by itself.
    pub(super) alone: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is being prepared, and will wait if it has to; its clock runs.
    Preparing { since: Instant, deadline: Instant },
    /// It is prepared, polled or on its thread, and its clock runs.
    Running { since: Instant, deadline: Instant },
    /// It is prepared and waits, without a permit: for other calls, or for a permit, of this limit if one is known.
    Waiting {
        for_calls: bool,
        limit: Option<ConcurrencyLimit>,
        from: Instant,
        until: Instant,
    },
    /// It has its permits and a thread, which has not begun it yet.
    Queued,
    /// It follows another call, and its own clock runs.
    Following { since: Instant, deadline: Instant },
    /// An attempt has failed, and the next is to come.
    BackOff { until: Instant, give_up: Instant },
}

/// Why a call is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Time(TimeLimit),
    Cancelled(CancelledBy),
    Skipped {
        because: usize,
    },
    QueueFull,
    /// It is part of a call that cannot wait for what it needs.
    NotLent,
}

impl Record {
    pub(super) fn new(queued: Instant) -> Self {
        Self {
            queued,
            started: None,
            done: None,
            waits: Vec::new(),
            outlived: None,
            gone: false,
            again: None,
            pending: None,
            asked: false,
            same: None,
            taken: None,
            longest_poll: None,
            is_slow: false,
        }
    }

    /// When its work began, that of its first attempt.
    pub(super) fn began(&self) -> Option<Instant> {
        let first = self.again.as_ref().and_then(|again| again.failed.first());
        match first {
            Some(failed) => Some(failed.from),
            None => self.started.as_ref().and_then(Started::since),
        }
    }

    /// Notes what the call waited for, if that took time.
    pub(super) fn waited(&mut self, what: Obstacle, from: Instant, to: Instant) {
        if from < to {
            self.waits.push(Waited { what, from, to });
        }
    }
}

impl Started {
    /// When its work began; `None` while it waits.
    pub(super) fn since(&self) -> Option<Instant> {
        match self.phase {
            Phase::Preparing { since, .. }
            | Phase::Running { since, .. }
            | Phase::Following { since, .. } => Some(since),
            Phase::Waiting { .. } | Phase::Queued | Phase::BackOff { .. } => None,
        }
    }
}

impl Record {
    /// Notes what the call has waited for until now.
    ///
    /// If no other limit is known that it waited for, it was the batch's, if all of its permits were taken.
    pub(super) fn end_wait(&mut self, now: Instant, full: bool) {
        let Some(Started {
            phase:
                Phase::Waiting {
                    for_calls,
                    limit,
                    from,
                    ..
                },
            ..
        }) = &mut self.started
        else {
            return;
        };
        let (from, limit) = (*from, limit.take());
        let what = match (*for_calls, limit) {
            (true, _) if self.pending.is_some() => Obstacle::Decision,
            (true, _) => Obstacle::Calls(None),
            (false, Some(limit)) => Obstacle::Limit(limit),
            (false, None) if full => Obstacle::Limit(ConcurrencyLimit::Batch),
            (false, None) => return,
        };
        self.waited(what, from, now);
    }
}

impl Record {
    /// The call ends so: what it has taken of quotas stays taken if it was called, and goes back otherwise.
    pub(super) fn count(&mut self, settled: &Settled) {
        let Some(taken) = self.taken.take() else {
            return;
        };
        let mut failed = self.again.iter().flat_map(|again| &again.failed);
        if settled.was_called() || failed.any(|failed| failed.error.was_called()) {
            taken.keep();
        }
    }
}
