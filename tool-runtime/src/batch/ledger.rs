//! What a batch knows of its calls: who was started, who has a result, what is due when. Plain data under one lock;
//! nothing here spawns, wakes or drops what is not its own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::task::Waker;

use tokio::time::Instant;

use super::Dispatch;
use super::idle::Busy;
use super::plan::Plan;
use crate::outcome::{Limit, Settled};
use crate::tool::CallContext;

pub(super) struct Ledger {
    pub(super) plan: Plan,
    /// Whether the batch stands in line for a thread.
    pub(super) in_line: bool,
    pub(super) records: Vec<Record>,
    /// Calls without a result.
    pub(super) open: usize,
    /// Calls that were started and whose future or closure is not gone yet.
    pub(super) alive: usize,
    /// The next events by time; those of calls that have their result are stale.
    pub(super) events: BinaryHeap<Reverse<(Instant, Event)>>,
    pub(super) watch: Watch,
    pub(super) caller: Option<Waker>,
    /// When the last result came.
    pub(super) ended: Option<Instant>,
    /// Gone once the caller has its report or has dropped the batch; the state of the tools goes with it.
    pub(super) dispatch: Option<Arc<dyn Dispatch>>,
    pub(super) busy: Option<Busy>,
}

/// What is known of one call.
#[derive(Default)]
pub(super) struct Record {
    pub(super) started: Option<Started>,
    pub(super) settled: Option<(Settled, Instant)>,
}

pub(super) struct Started {
    pub(super) phase: Phase,
    pub(super) context: CallContext,
    /// Set when the call was told that its time is over.
    pub(super) over: Option<Limit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is prepared, polled or on its thread, and its clock runs.
    Running { since: Instant, deadline: Instant },
    /// It waits for its turn on a thread, without a permit.
    Parked,
    /// It has a permit and a thread, which has not begun it yet.
    Queued,
}

/// What is to be done with a call that is told that its time is over.
pub(super) enum Over {
    /// Its context is to be cancelled; it has its grace.
    Cancel(CallContext),
    /// It has not begun and is to be dropped.
    Drop(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The batch is over time.
    Batch,
    /// The call is over time and is told so.
    Cancel(usize),
    /// The call's grace is over.
    Stop(usize),
    /// Dropping the call takes too long.
    GiveUp(usize),
}

/// Who keeps the time.
pub(super) enum Watch {
    Nobody,
    Awake,
    Asleep { until: Instant },
}

impl Started {
    /// When its work began; `None` while it waits for its thread.
    pub(super) fn since(&self) -> Option<Instant> {
        match self.phase {
            Phase::Running { since, .. } => Some(since),
            Phase::Parked | Phase::Queued => None,
        }
    }
}

impl Ledger {
    /// Records the result of a call; hands it back if the call has one.
    pub(super) fn publish(
        &mut self,
        index: usize,
        mut settled: Settled,
        now: Instant,
    ) -> Option<Settled> {
        // The caller has taken the records, or has gone.
        let Some(record) = self.records.get_mut(index) else {
            return Some(settled);
        };
        if record.settled.is_some() {
            return Some(settled);
        }
        if let Settled::Answered { late, .. } = &mut settled {
            *late = record
                .started
                .as_ref()
                .is_some_and(|started| started.over.is_some());
        }
        record.settled = Some((settled, now));
        self.ended = Some(now);
        if let Some(started) = &record.started
            && started.phase != Phase::Parked
        {
            self.plan.finish();
        }
        self.open = self.open.saturating_sub(1);
        None
    }

    /// The call, if it was started, still has to give a result and was not told that its time is over.
    pub(super) fn wanted(&mut self, index: usize) -> Option<&mut Started> {
        let record = self.records.get_mut(index)?;
        if record.settled.is_some() {
            return None;
        }
        record
            .started
            .as_mut()
            .filter(|started| started.over.is_none())
    }

    /// Whether a call that could be started now is not told so by whoever gives a thread free.
    pub(super) fn is_ready(&self) -> bool {
        self.plan.is_ready() || (self.plan.wants_thread() && !self.in_line)
    }

    /// Whether the work of a call has begun.
    pub(super) fn has_begun(&self, index: usize) -> bool {
        let record = self.records.get(index);
        record
            .and_then(|record| record.started.as_ref())
            .is_some_and(|started| started.since().is_some())
    }

    /// The calls that were started and have no result.
    pub(super) fn running(&self) -> Vec<usize> {
        let running = |record: &Record| record.started.is_some() && record.settled.is_none();
        let records = self.records.iter().enumerate();
        records
            .filter(|(_, record)| running(record))
            .map(|(index, _)| index)
            .collect()
    }

    /// What the caller lets go of when it has its report or gives up.
    pub(super) fn release(&mut self) -> (Option<Arc<dyn Dispatch>>, Option<Busy>) {
        (self.dispatch.take(), self.quiet())
    }

    /// The mark that the batch is busy, once no future of it is left and no result awaited.
    pub(super) fn quiet(&mut self) -> Option<Busy> {
        if self.open == 0 && self.alive == 0 {
            self.busy.take()
        } else {
            None
        }
    }

    /// Adds an event; true if the timekeeper sleeps too long for it.
    pub(super) fn add_event(&mut self, at: Instant, event: Event) -> bool {
        self.events.push(Reverse((at, event)));
        matches!(self.watch, Watch::Asleep { until } if at < until)
    }

    /// Whether an event that was to be at `at` has nothing to do any more.
    pub(super) fn is_stale(&self, at: Instant, event: Event) -> bool {
        let record = match event {
            Event::Batch => return false,
            Event::Cancel(index) | Event::Stop(index) | Event::GiveUp(index) => {
                &self.records[index]
            }
        };
        let clock = record.started.as_ref().map(|started| started.phase);
        // The clock of a call starts anew on its thread.
        let another = |phase| !matches!(phase, Phase::Running { deadline, .. } if deadline == at);
        record.settled.is_some() || matches!(event, Event::Cancel(_)) && clock.is_none_or(another)
    }

    /// Marks a call as over time; one that has begun is to be stopped when its grace ends.
    pub(super) fn call_off(
        &mut self,
        index: usize,
        limit: Limit,
        grace_ends: Instant,
    ) -> Option<Over> {
        let started = self.wanted(index)?;
        started.over = Some(limit);
        let over = match started.phase {
            Phase::Running { .. } => Over::Cancel(started.context.clone()),
            Phase::Parked | Phase::Queued => return Some(Over::Drop(index)),
        };
        self.events.push(Reverse((grace_ends, Event::Stop(index))));
        Some(over)
    }

    /// The limit that a running call without a result has gone over.
    pub(super) fn over(&self, index: usize) -> Option<Limit> {
        let record = &self.records[index];
        match &record.settled {
            None => record.started.as_ref().and_then(|started| started.over),
            Some(_) => None,
        }
    }
}
