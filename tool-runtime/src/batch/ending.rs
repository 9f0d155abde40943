//! Ends calls before they end by themselves: over time, cancelled, skipped, or not wanted any more.

use std::sync::Arc;

use tokio::time::Instant;

use super::agenda::Event;
use super::core::Core;
use super::ledger::Over;
use super::record::Cause;
use super::slot::{Stop, drop_quietly};
use super::timekeeper::DROP_TIME;
use crate::ToolError;
use crate::outcome::{CallLimit, CancelledBy, Settled, TimeLimit};

impl Core {
    /// Ends all calls and starts no more, unless that was done.
    pub(super) fn end_all(self: &Arc<Self>, cause: Cause) {
        let grace_ends = Instant::now() + self.grace;
        let mut ledger = self.ledger();
        if ledger.closed.is_some() {
            return;
        }
        ledger.closed = Some(cause);
        ledger.plan.close();
        let waiting = ledger.open_calls(|record| record.started.is_none());
        let over: Vec<_> = (0..ledger.records.len())
            .filter_map(|index| Some((ledger.call_off(index, cause, grace_ends)?, cause)))
            .collect();
        self.unlock(ledger);
        self.alarm.notify_one();
        self.carry_out(over);
        for index in waiting {
            self.give_up(index, cause, None);
        }
    }

    /// Ends these calls, each for its reason.
    pub(super) fn end(self: &Arc<Self>, calls: impl IntoIterator<Item = (usize, Cause)>) {
        let now = Instant::now();
        let grace_ends = now + self.grace;
        let (mut unwanted, mut over) = (Vec::new(), Vec::new());
        let mut ledger = self.ledger();
        for (index, cause) in calls {
            match ledger.records.get(index) {
                // It has its result before the ledger is unlocked: then a starter could take it and call what is said not to be.
                Some(record) if record.started.is_none() => {
                    let settled = self.settled_by(index, cause, false, false);
                    unwanted.extend(ledger.publish(index, settled, now));
                }
                Some(_) => over.extend(
                    ledger
                        .call_off(index, cause, grace_ends)
                        .map(|over| (over, cause)),
                ),
                None => {}
            }
        }
        let told = !over.is_empty();
        self.unlock(ledger);
        drop_quietly(unwanted);
        if told {
            self.alarm.notify_one();
        }
        self.carry_out(over);
        // One that ran, and goes on for others at most, has given its permit back.
        self.start_more();
    }

    /// Tells calls to end, and drops those that have not begun.
    pub(super) fn carry_out(self: &Arc<Self>, over: impl IntoIterator<Item = (Over, Cause)>) {
        let mut waiting = Vec::new();
        for (over, cause) in over {
            match over {
                Over::Cancel(index) => self.calls.cancel(index),
                Over::Drop(index) => waiting.push((index, cause)),
                Over::Leave(index) => self.give_up(index, cause, None),
            }
        }
        if !waiting.is_empty() {
            self.stop(waiting);
        }
    }

    /// Stops calls; if one's drop takes too long it has its result without it.
    pub(super) fn stop(self: &Arc<Self>, calls: Vec<(usize, Cause)>) {
        let mut ledger = self.ledger();
        let late = Instant::now() + DROP_TIME;
        let mut early = false;
        for (index, _) in &calls {
            early |= ledger.agenda.add(late, Event::GiveUp(*index));
        }
        drop(ledger);
        if early {
            self.alarm.notify_one();
        }
        self.spawn_stop(calls);
    }

    /// Gives a call the result that it was ended; `stop` is what became of it if it was started.
    pub(super) fn give_up(self: &Arc<Self>, index: usize, cause: Cause, stop: Option<Stop>) {
        let mut ledger = self.ledger();
        // An attempt that never ran may not be the first.
        let ran = stop != Some(Stop::NeverRan) || ledger.is_tried_again(index);
        let began = ran && ledger.has_begun(index);
        let failed = match cause {
            Cause::QueueFull | Cause::NotLent => ledger.take_last_failure(index),
            _ => None,
        };
        drop(ledger);
        let still_running = stop == Some(Stop::InProgress);
        let settled = match failed {
            // There is no room for another attempt, so what the last one came to is the result.
            Some(error) => Settled::Answered {
                result: Err(error),
                late: false,
            },
            None => self.settled_by(index, cause, began, still_running),
        };
        match stop {
            // It ended this moment, and whoever polled it is about to publish its result.
            Some(Stop::Gone) => {}
            Some(Stop::Dropped | Stop::NeverRan) => {
                self.settle(index, settled, true);
            }
            Some(Stop::InProgress) | None => {
                self.settle(index, settled, false);
            }
        }
    }

    /// What a call comes to that was told to end, and found that out itself before it came to the tool.
    pub(super) fn settled_uncalled(&self, index: usize, error: ToolError) -> Settled {
        let ledger = self.ledger();
        let started = ledger.records[index].started.as_ref();
        let cause = started.and_then(|started| started.over);
        // Earlier attempts may have come to it.
        let began = ledger.is_tried_again(index);
        drop(ledger);
        match cause {
            Some(cause) => self.settled_by(index, cause, began, false),
            None => Settled::Answered {
                result: Err(error),
                late: false,
            },
        }
    }

    fn settled_by(
        &self,
        index: usize,
        cause: Cause,
        started: bool,
        still_running: bool,
    ) -> Settled {
        let limits = &self.rules.limits;
        match cause {
            Cause::Time(limit) => Settled::TimedOut {
                limit,
                time: match (limit, self.entries[index].tool) {
                    (TimeLimit::Batch, _) => self.timeout,
                    (TimeLimit::Work, Some(tool)) => self.rules.tools[tool].timeout,
                    (TimeLimit::Approval, _) => limits.approval_timeout,
                    _ => limits.max_wait,
                },
                started,
                still_running,
            },
            Cause::Cancelled(by) => Settled::Cancelled {
                by,
                started,
                still_running,
            },
            Cause::Skipped { because } => Settled::Skipped {
                because,
                tool: self.calls.get(because).name().to_owned(),
            },
            Cause::NotLent => Settled::OverLimit {
                limit: CallLimit::Inside,
                most: 0,
            },
            Cause::QueueFull => Settled::OverLimit {
                limit: CallLimit::Queue,
                most: limits.max_queue,
            },
        }
    }

    /// The caller has dropped the batch: nothing more is started, and every call that can be is dropped now.
    pub(super) fn abandon(self: &Arc<Self>) {
        let mut ledger = self.ledger();
        ledger.plan.close();
        let running: Vec<usize> = (0..ledger.records.len())
            .filter(|index| ledger.wanted(*index).is_some())
            .collect();
        let waiting =
            ledger.open_calls(|record| record.started.as_ref().is_some_and(|s| s.in_line));
        for index in waiting {
            self.leave_line(&mut ledger, index);
        }
        let open = match ledger.observed {
            true => ledger.open_calls(|_| true),
            false => Vec::new(),
        };
        ledger.open = 0;
        // Until all are told of, the state stays.
        ledger.telling += 1;
        let caller = ledger.caller.take();
        self.unlock(ledger);
        drop(caller);
        self.permits.wake_next();
        self.alarm.notify_one();
        let mut still_running = Vec::new();
        let mut places = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            self.withdraw(index);
            let stop = entry.slot.stop();
            if self.quotas.is_some() {
                self.ledger().count_abandoned(index, &stop);
            }
            match stop {
                Stop::Dropped | Stop::NeverRan => {
                    self.ended(index);
                }
                Stop::InProgress => {
                    let mut ledger = self.ledger();
                    self.keep_keys(&mut ledger, index);
                    still_running.push(index);
                    // Whoever is in there ends its place when that returns.
                    if ledger.has_started(index) {
                        continue;
                    }
                }
                Stop::Gone => {}
            }
            if self.realm.scope.is_some() {
                places.extend(self.ledger().place(index));
            }
        }
        self.tell_scope(places, Vec::new());
        let mut ledger = self.ledger();
        for index in open {
            let started = ledger.has_begun(index);
            let cancelled = Settled::Cancelled {
                by: CancelledBy::Batch,
                started,
                still_running: started && still_running.binary_search(&index).is_ok(),
            };
            ledger.publish(index, cancelled, Instant::now());
        }
        self.unlock(ledger);
        self.log_abandoned(&still_running);
        let mut ledger = self.ledger();
        ledger.telling -= 1;
        let released = ledger.release();
        let calls = ledger.records.len();
        drop(ledger);
        drop_quietly(released);
        self.spans.end_without("dropped", calls);
        // Who could not be stopped is told; not before the others were, since it wakes them.
        running
            .into_iter()
            .for_each(|index| self.calls.cancel(index));
    }
}
