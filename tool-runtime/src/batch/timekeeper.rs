//! Keeps the time of a batch: one timer for all its calls.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::executor::{Core, wake};
use super::ledger::{Event, Over, Watch};
use super::slot::Stop;
use crate::outcome::{Limit, Settled};

/// How long the drop of a call that was stopped may take, before its result is published without it.
const DROP_TIME: Duration = Duration::from_secs(1);

/// Sleeps from event to event until every call has its result.
pub(super) async fn keep_time(core: &Arc<Core>) {
    while let Some(at) = core.next_event() {
        // Either way there is something to look at.
        let _ = tokio::time::timeout_at(at, core.alarm.notified()).await;
        core.pass_on_the_drivers().await;
        core.expire();
    }
}

impl Core {
    /// Once through the queue, as a shell that was woken: what `expire` starts must not wait for a call on this worker.
    async fn pass_on_the_drivers(&self) {
        if !self.single_thread {
            tokio::task::yield_now().await;
        }
    }

    /// Whether the caller of this is to keep the time: somebody must, and nobody does.
    pub(super) fn take_watch(&self) -> bool {
        let mut ledger = self.ledger();
        let wanted = ledger.open > 0 && matches!(ledger.watch, Watch::Nobody);
        if wanted {
            ledger.watch = Watch::Awake;
        }
        wanted
    }

    /// The time of the next event; `None` when every call has its result.
    fn next_event(&self) -> Option<Instant> {
        let mut ledger = self.ledger();
        while let Some(Reverse((at, event))) = ledger.events.peek().copied() {
            if ledger.open == 0 {
                break;
            }
            if ledger.is_stale(at, event) {
                ledger.events.pop();
                continue;
            }
            ledger.watch = Watch::Asleep { until: at };
            return Some(at);
        }
        None
    }

    /// Sees to every event that is due.
    fn expire(self: &Arc<Self>) {
        let now = Instant::now();
        loop {
            let mut ledger = self.ledger();
            ledger.watch = Watch::Awake;
            match ledger.events.peek().copied() {
                Some(Reverse((at, event))) if at <= now && ledger.open > 0 => {
                    ledger.events.pop();
                    if ledger.is_stale(at, event) {
                        continue;
                    }
                    let grace_ends = now + self.limits.grace;
                    match event {
                        Event::Cancel(index) => {
                            let over = ledger.call_off(index, Limit::Call, grace_ends);
                            drop(ledger);
                            self.carry_out(over, Limit::Call);
                        }
                        Event::Batch => {
                            let (waiting, next) = self.close(&mut ledger);
                            let over: Vec<Over> = (0..self.calls.len())
                                .filter_map(|index| {
                                    ledger.call_off(index, Limit::Batch, grace_ends)
                                })
                                .collect();
                            drop(ledger);
                            wake(next);
                            self.carry_out(over, Limit::Batch);
                            for index in waiting {
                                self.time_out(index, Limit::Batch, None);
                            }
                        }
                        Event::Stop(index) => {
                            let over = ledger.over(index);
                            drop(ledger);
                            if let Some(limit) = over {
                                self.stop(vec![index], limit);
                            }
                        }
                        Event::GiveUp(index) => {
                            let over = ledger.over(index);
                            drop(ledger);
                            if let Some(limit) = over {
                                self.time_out(index, limit, Some(Stop::InProgress));
                            }
                        }
                    }
                }
                _ => break,
            }
        }
        self.start_more();
    }

    /// Tells calls that their time is over, and drops those that wait for a thread.
    fn carry_out(self: &Arc<Self>, over: impl IntoIterator<Item = Over>, limit: Limit) {
        let mut waiting = Vec::new();
        for over in over {
            match over {
                Over::Cancel(context) => context.cancel(),
                Over::Drop(index) => waiting.push(index),
            }
        }
        if !waiting.is_empty() {
            self.stop(waiting, limit);
        }
    }

    /// Stops calls; if one's drop takes too long it has its result without it.
    fn stop(self: &Arc<Self>, calls: Vec<usize>, limit: Limit) {
        let mut ledger = self.ledger();
        let late = Instant::now() + DROP_TIME;
        for index in &calls {
            ledger.add_event(late, Event::GiveUp(*index));
        }
        drop(ledger);
        self.spawn_stop(calls, limit);
    }

    /// Gives a call its result because time ran out; `stop` is what became of it if it was started.
    pub(super) fn time_out(&self, index: usize, limit: Limit, stop: Option<Stop>) {
        let began = self.ledger().has_begun(index);
        let settled = Settled::TimedOut {
            limit,
            time: match limit {
                Limit::Call => self.targets[index].timeout,
                Limit::Batch => self.limits.batch_timeout,
            },
            started: began && stop != Some(Stop::NeverRan),
            still_running: stop == Some(Stop::InProgress),
        };
        match stop {
            // It ended this moment, and whoever polled it is about to publish its result.
            Some(Stop::Gone) => {}
            Some(Stop::Dropped | Stop::NeverRan) => self.settle(index, settled, true),
            Some(Stop::InProgress) | None => self.settle(index, settled, false),
        }
    }
}
