//! Keeps the time of a batch: one timer for all its calls.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::agenda::{Event, Watch};
use super::core::Core;
use super::record::Cause;
use super::slot::Stop;
use super::tasks::requeue;
use crate::outcome::{CancelledBy, TimeLimit};

/// How long the drop of a call that was stopped may take, before its result is published without it.
pub(super) const DROP_TIME: Duration = Duration::from_secs(1);

/// Sleeps from event to event until every call has its result.
pub(super) async fn keep_time(core: &Arc<Core>) {
    while let Some(at) = core.next_event() {
        // Whatever ends the sleep, there is something to look at.
        let sleep = tokio::time::timeout_at(at, core.alarm.notified());
        match &core.cancellation {
            Some(token) if !token.is_cancelled() => {
                let _ = token.run_until_cancelled(sleep).await;
            }
            _ => {
                let _ = sleep.await;
            }
        }
        core.pass_on_the_drivers().await;
        if core.is_cancelled() {
            core.end_all(Cause::Cancelled(CancelledBy::Batch));
        }
        core.expire();
    }
}

impl Core {
    /// Once through the queue, as a shell that was woken: what `expire` starts must not wait for a call on this worker.
    async fn pass_on_the_drivers(&self) {
        if !self.single_thread {
            requeue().await;
        }
    }

    /// Whether the caller of this is to keep the time: somebody must, and nobody does.
    pub(super) fn take_watch(&self) -> bool {
        let mut ledger = self.ledger();
        let wanted = ledger.open > 0 && matches!(ledger.agenda.watch, Watch::Nobody);
        if wanted {
            ledger.agenda.watch = Watch::Awake;
        }
        wanted
    }

    /// The time of the next event; `None` when every call has its result, and then nobody keeps the time.
    fn next_event(&self) -> Option<Instant> {
        let mut ledger = self.ledger();
        while let Some((at, event)) = ledger.agenda.next() {
            if ledger.open == 0 {
                break;
            }
            if ledger.is_stale(at, event) {
                ledger.agenda.pop();
                continue;
            }
            ledger.agenda.watch = Watch::Asleep { until: at };
            return Some(at);
        }
        ledger.agenda.watch = Watch::Nobody;
        None
    }

    /// Sees to every event that is due.
    fn expire(self: &Arc<Self>) {
        let now = Instant::now();
        loop {
            let mut ledger = self.ledger();
            ledger.agenda.watch = Watch::Awake;
            let Some((at, event)) = ledger.agenda.next() else {
                break;
            };
            if at > now || ledger.open == 0 {
                break;
            }
            ledger.agenda.pop();
            if ledger.is_stale(at, event) {
                continue;
            }
            let over = event.call().and_then(|index| ledger.over(index));
            drop(ledger);
            match (event, over) {
                (Event::Batch, _) => self.end_all(Cause::Time(TimeLimit::Batch)),
                (Event::Queue, _) => self.end_queued(now),
                (Event::Look, _) => self.look(now),
                (Event::Wait(index), _) => self.end_wait(index),
                (Event::Retry(index), _) => self.start_again(index),
                (Event::Cancel(index), _) => self.end([(index, Cause::Time(TimeLimit::Work))]),
                (Event::Stop(index), Some(cause)) => self.stop(vec![(index, cause)]),
                (Event::GiveUp(index), Some(cause)) => {
                    self.give_up(index, cause, Some(Stop::InProgress));
                }
                (Event::Stop(_) | Event::GiveUp(_), None) => {}
            }
        }
        self.start_more();
    }

    /// Ends calls that nobody has looked at for too long, since no permit was free.
    fn end_queued(self: &Arc<Self>, now: Instant) {
        let max_wait = self.rules.limits.max_wait;
        let mut ledger = self.ledger();
        let waiting = ledger.open_calls(|record| record.started.is_none());
        let (over, rest): (Vec<usize>, Vec<usize>) = waiting
            .into_iter()
            .partition(|&index| ledger.records[index].queued + max_wait <= now);
        // Later ones were pushed later; without any, the next one that is pushed may have to wait.
        let next = rest
            .first()
            .map_or(now, |&index| ledger.records[index].queued);
        ledger.agenda.add(next + max_wait, Event::Queue);
        drop(ledger);
        self.end(
            over.into_iter()
                .map(|index| (index, Cause::Time(TimeLimit::Limit))),
        );
    }

    /// Ends a call that has waited too long.
    fn end_wait(self: &Arc<Self>, index: usize) {
        let ledger = self.ledger();
        let limit = match ledger.plan.is_blocked(index) {
            true if ledger.pending_since(index).is_some() => TimeLimit::Approval,
            true => TimeLimit::Predecessor,
            false if ledger.is_tried_again(index) => TimeLimit::BackOff,
            false => TimeLimit::Limit,
        };
        drop(ledger);
        self.end([(index, Cause::Time(limit))]);
    }
}
