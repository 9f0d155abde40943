//! What a batch knows of its calls: who was started, who has a result, what each waited for. Plain data under one lock;
//! nothing here spawns, wakes or drops what is not its own.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::Dispatch;
use super::agenda::{Agenda, Event};
use super::approvals::{RequestId, Verdict, obstacle};
use super::core::Core;
use super::events::Feed;
use super::idle::{Busy, Quiet};
use super::log;
use super::plan::{End, Last, Plan, Unblocked};
use super::record::{Cause, Done, Outcome, Phase, Record, Started};
use super::scopes::{Freed, Place};
use super::slot::Stop;
use crate::outcome::Settled;
use crate::tool::error::Kind;

pub(super) struct Ledger {
    pub(super) plan: Plan,
    pub(super) records: Vec<Record>,
    /// Calls without a result.
    pub(super) open: usize,
    /// The places of its calls among those of other batches; none are there without a scope.
    pub(super) places: Vec<Option<Place>>,
    /// The calls that are free to start, of this batch or another, and were not told yet.
    pub(super) freed: Vec<Freed<Weak<Core>>>,
    /// Which call runs for all that are the same, by its tool and its arguments in one form.
    pub(super) leaders: HashMap<(usize, String), usize>,
    /// What was decided on calls before the batch was resumed.
    pub(super) decisions: HashMap<RequestId, Verdict>,
    /// Calls that were started and whose future or closure is not gone yet.
    pub(super) alive: usize,
    /// Calls that stand in line for what batches share.
    pub(super) in_line: usize,
    /// Whether calls may still be pushed.
    pub(super) growing: bool,
    /// Why no call is started any more.
    pub(super) closed: Option<Cause>,
    /// Tasks that look for calls to start.
    pub(super) starters: usize,
    /// Whether all permits were taken when a call was looked for.
    pub(super) full: bool,
    /// What is due when; what is due of calls that have their result is stale.
    pub(super) agenda: Agenda,
    /// When somebody looks at the polls that go on, if anybody will.
    pub(super) look: Option<Instant>,
    pub(super) caller: Option<Waker>,
    /// Who takes results as they come.
    pub(super) feed: Option<Feed>,
    /// Whether somebody wants to know of each result, before the caller has its report.
    pub(super) observed: bool,
    /// The results that nobody was told of yet.
    pub(super) untold: Vec<usize>,
    /// How many are being told of, or are to be.
    pub(super) telling: usize,
    /// When the last result came.
    pub(super) ended: Option<Instant>,
    /// Gone once the caller has its report or has dropped the batch; the state of the tools goes with it.
    pub(super) dispatch: Option<Arc<dyn Dispatch>>,
    pub(super) busy: Option<Busy>,
}

/// What is to be done with a call that is told to end.
pub(super) enum Over {
    /// Its context is to be cancelled; it has its grace.
    Cancel(usize),
    /// It has not begun and is to be dropped.
    Drop(usize),
    /// It has its result at once, and its execution goes on for others.
    Leave(usize),
}

impl Ledger {
    /// Records the result of a call, which the log is told of before the caller; hands it back if the call has one.
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
        if record.done.is_some() {
            return Some(settled);
        }
        if let Settled::Answered { late, .. } = &mut settled {
            *late = record
                .started
                .as_ref()
                .is_some_and(|started| started.over.is_some());
        }
        record.count(&settled);
        let end = end(&settled);
        let is_logged = log::is_told_of(&settled);
        record.end_wait(now, self.full);
        if settled.is_still_running() && !record.gone {
            record.outlived = Some(now);
        }
        let is_untold = self.observed || is_logged;
        record.done = Some(Done {
            at: now,
            is_told: !is_untold,
            result: Outcome::Settled(settled),
        });
        self.ended = Some(now);
        self.open = self.open.saturating_sub(1);
        if is_untold {
            self.untold.push(index);
            self.telling += 1;
        } else if let Some(feed) = &mut self.feed {
            feed.finished(index);
        }
        self.plan.finish(index, end);
        let pending = self.records[index].pending.take();
        if pending.is_some() {
            // It waits no more, whatever it was denied for.
            self.plan.release(index, Last::Decision);
        }
        None
    }

    /// Whether nobody has to be told of anything, as far as the batch alone is concerned.
    pub(super) fn concerns_nobody(&self) -> bool {
        let waits = self.feed.is_some() || !self.untold.is_empty();
        !waits && !self.is_over() && !self.plan.has_news()
    }

    /// The call, if it was started, still has to give a result and was not told to end.
    pub(super) fn wanted(&mut self, index: usize) -> Option<&mut Started> {
        let record = self.records.get_mut(index)?;
        if record.done.is_some() {
            return None;
        }
        record
            .started
            .as_mut()
            .filter(|started| started.over.is_none())
    }

    /// Notes that calls wait for no other any more.
    pub(super) fn note_unblocked(&mut self, max_wait: Duration) {
        let unblocked = self.plan.take_unblocked();
        if unblocked.is_empty() {
            return;
        }
        let now = Instant::now();
        for Unblocked { call, last } in unblocked {
            let Some(record) = self.records.get_mut(call) else {
                continue;
            };
            let until = now + max_wait;
            let next = Phase::Waiting {
                for_calls: false,
                limit: None,
                from: now,
                until,
            };
            let Some(started) = &mut record.started else {
                continue;
            };
            let Phase::Waiting { from, .. } = std::mem::replace(&mut started.phase, next) else {
                continue;
            };
            if let Some(last) = last {
                record.waited(obstacle(last), from, now);
            }
            // Nobody is to be woken for it: the timekeeper looks at who waits at least as often (`Event::Queue`).
            self.agenda.add(until, Event::Wait(call));
        }
    }

    /// The place of a call among those of other batches, if it has one.
    pub(super) fn place(&self, index: usize) -> Option<Place> {
        self.places.get(index).copied().flatten()
    }

    /// Whether a call has a place among those of other batches.
    pub(super) fn has_place(&self) -> bool {
        self.places.iter().any(Option::is_some)
    }

    /// The places of the calls for which nothing more is done since this was last asked.
    pub(super) fn take_ended(&mut self) -> Vec<Place> {
        let done = self.plan.take_done();
        let places = done.into_iter();
        places.filter_map(|index| self.place(index)).collect()
    }

    /// Whether the work of a call has begun.
    pub(super) fn has_begun(&self, index: usize) -> bool {
        self.records.get(index).is_some_and(|record| {
            let started = record.started.as_ref();
            let runs = started.is_some_and(|started| {
                matches!(
                    started.phase,
                    Phase::Running { .. } | Phase::Following { .. }
                )
            });
            runs || record.again.is_some()
        })
    }

    /// The caller has dropped the batch and stopped the call, so there may be no result that says whether it was made.
    pub(super) fn count_abandoned(&mut self, index: usize, stop: &Stop) {
        let made = match stop {
            // It has ended, and whoever polled it is about to publish how.
            Stop::Gone => return,
            Stop::NeverRan => self.is_tried_again(index),
            Stop::Dropped | Stop::InProgress => self.has_begun(index),
        };
        let record = self.records.get_mut(index);
        if let Some(taken) = record.and_then(|record| record.taken.take())
            && made
        {
            taken.keep();
        }
    }

    /// Whether a starter has taken the call.
    pub(super) fn has_started(&self, index: usize) -> bool {
        let record = self.records.get(index);
        record.is_some_and(|record| record.started.is_some())
    }

    /// The calls without a result of which this is true.
    pub(super) fn open_calls(&self, is_so: impl Fn(&Record) -> bool) -> Vec<usize> {
        let records = self.records.iter().enumerate();
        records
            .filter(|(_, record)| record.done.is_none() && is_so(record))
            .map(|(index, _)| index)
            .collect()
    }

    /// Whether nobody was told of any result yet.
    pub(super) fn nobody_was_told(&self) -> bool {
        let mut done = self.records.iter().flat_map(|record| &record.done);
        done.all(|done| matches!(done.result, Outcome::Settled(_)))
    }

    /// The calls that have a result of which everybody was told who is told before the caller, and since when.
    pub(super) fn finished(&self) -> impl Iterator<Item = (usize, Instant)> {
        let records = self.records.iter().enumerate();
        records.filter_map(|(index, record)| {
            let done = record.done.as_ref().filter(|done| done.is_told)?;
            Some((index, done.at))
        })
    }

    /// What the caller lets go of when it has its report or gives up.
    pub(super) fn release(&mut self) -> (Option<Arc<dyn Dispatch>>, Option<Quiet>) {
        self.growing = false;
        (self.dispatch.take(), self.quiet())
    }

    /// Whether every call has its result and no more will come.
    pub(super) fn is_over(&self) -> bool {
        self.open == 0 && self.telling == 0 && !self.growing
    }

    /// Whom to tell that the batch is not busy any more, once no future of it is left and no result awaited.
    pub(super) fn quiet(&mut self) -> Option<Quiet> {
        match self.is_over() && self.alive == 0 {
            true => self.busy.take().map(Busy::leave),
            false => None,
        }
    }

    /// Whether an event that was to be at `at` has nothing to do any more.
    pub(super) fn is_stale(&self, at: Instant, event: Event) -> bool {
        let Some(index) = event.call() else {
            return event == Event::Look && self.look != Some(at);
        };
        let record = &self.records[index];
        let phase = record.started.as_ref().map(|started| &started.phase);
        let due = match (event, phase) {
            (Event::Wait(_), Some(Phase::Waiting { until, .. })) => *until == at,
            // The clock of a call starts anew when it has waited.
            (
                Event::Cancel(_),
                Some(
                    Phase::Preparing { deadline, .. }
                    | Phase::Running { deadline, .. }
                    | Phase::Following { deadline, .. },
                ),
            ) => *deadline == at,
            (Event::Retry(_), Some(Phase::BackOff { until, .. })) => *until == at,
            (Event::Wait(_) | Event::Cancel(_) | Event::Retry(_), _) => false,
            _ => true,
        };
        record.done.is_some() || !due
    }

    /// Tells a call to end; one that has begun is to be stopped when its grace ends.
    pub(super) fn call_off(
        &mut self,
        index: usize,
        cause: Cause,
        grace_ends: Instant,
    ) -> Option<Over> {
        let is_followed = self.is_followed(index);
        let started = self.wanted(index)?;
        started.over = Some(cause);
        let over = match started.phase {
            Phase::Running { .. } if is_followed => return Some(Over::Leave(index)),
            Phase::Preparing { .. } | Phase::Running { .. } => Over::Cancel(index),
            Phase::Waiting { .. }
            | Phase::Queued
            | Phase::BackOff { .. }
            | Phase::Following { .. } => {
                return Some(Over::Drop(index));
            }
        };
        self.agenda.add(grace_ends, Event::Stop(index));
        Some(over)
    }

    /// A poll of a call has taken so long; true if that is news of the call.
    pub(super) fn note_slow(&mut self, index: usize, took: Duration) -> bool {
        let Some(record) = self.records.get_mut(index) else {
            return false;
        };
        record.longest_poll = record.longest_poll.max(Some(took));
        !std::mem::replace(&mut record.is_slow, true)
    }

    /// Why a call without a result was told to end.
    pub(super) fn over(&self, index: usize) -> Option<Cause> {
        let record = self.records.get(index)?;
        match &record.done {
            None => record.started.as_ref().and_then(|started| started.over),
            Some(_) => None,
        }
    }
}

/// What a result means for those that depend on the call.
fn end(settled: &Settled) -> End {
    match settled {
        Settled::Answered { result: Ok(_), .. } => End::Answered,
        // What it was called for is done.
        Settled::Answered {
            result: Err(error), ..
        } if error.is_serialisation() => End::Answered,
        Settled::Answered {
            result: Err(error), ..
        } if error.kind() == Kind::TimedOut => End::Unknown,
        Settled::InvalidArguments(_)
        | Settled::UnknownTool { .. }
        | Settled::OverLimit { .. }
        | Settled::OverQuota(_) => End::Rejected,
        Settled::TimedOut { started: true, .. }
        | Settled::Panicked { started: true, .. }
        | Settled::Cancelled { started: true, .. } => End::Unknown,
        Settled::Answered { result: Err(_), .. }
        | Settled::TimedOut { .. }
        | Settled::Panicked { .. }
        | Settled::Cancelled { .. }
        | Settled::Skipped { .. } => End::Failed,
    }
}
