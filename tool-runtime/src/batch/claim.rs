//! Taking calls: which comes next, what it needs, when its time is over.

use std::sync::{Arc, MutexGuard};

use tokio::time::Instant;

use super::Dispatch;
use super::executor::{Core, wake};
use super::ledger::{Event, Ledger, Phase, Started};
use super::plan::Start;
use super::threads::Place;
use crate::tool::CallContext;

/// What a starter has taken.
pub(super) enum Claim {
    /// A call to prepare and poll.
    Call(Taken),
    /// A prepared call to run on a thread.
    Thread(usize, Place),
}

/// A call that was started and not prepared yet.
pub(super) struct Taken {
    pub(super) index: usize,
    pub(super) tool: usize,
    pub(super) context: CallContext,
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// Whether the timekeeper was woken, since the call ends before what it waits for.
    pub(super) woke: bool,
}

impl Core {
    /// Takes the next call that may start.
    pub(super) fn claim(self: &Arc<Self>) -> Option<Claim> {
        let mut ledger = self.ledger();
        let mut place = None;
        let mut refused = false;
        let start = ledger.plan.start(|| {
            place = self.threads.take(self);
            refused = place.is_none();
            !refused
        });
        ledger.in_line |= refused;
        let next = match ledger.plan.wants_thread() {
            true => None,
            false => self.leave_line(&mut ledger),
        };
        let claim = match (start, place) {
            (Some(Start::Call(index)), _) => self.take(ledger, index).map(Claim::Call),
            (Some(Start::Thread(index)), Some(place)) => {
                if let Some(started) = ledger.wanted(index) {
                    started.phase = Phase::Queued;
                }
                drop(ledger);
                Some(Claim::Thread(index, place))
            }
            _ => {
                drop(ledger);
                None
            }
        };
        wake(next);
        claim
    }

    /// Begins with a call. Its clock runs from here.
    fn take(&self, mut ledger: MutexGuard<'_, Ledger>, index: usize) -> Option<Taken> {
        let dispatch = Arc::clone(ledger.dispatch.as_ref()?);
        let tool = *self.targets[index].tool.as_ref().ok()?;
        let now = Instant::now();
        let deadline = self.deadline_from(index, now);
        let context = CallContext::in_batch(Arc::clone(&self.calls), index, Some(deadline));
        ledger.alive += 1;
        ledger.records[index].started = Some(Started {
            phase: Phase::Running {
                since: now,
                deadline,
            },
            context: context.clone(),
            over: None,
        });
        let woke = self.keep_deadline(ledger, index, deadline);
        Some(Taken {
            index,
            tool,
            context,
            dispatch,
            woke,
        })
    }

    /// Starts the clock of a call that has its thread; false if it is not wanted any more.
    pub(super) fn begin_on_thread(&self, index: usize) -> bool {
        let now = Instant::now();
        let deadline = self.deadline_from(index, now);
        let mut ledger = self.ledger();
        let Some(started) = ledger.wanted(index) else {
            return false;
        };
        started.phase = Phase::Running {
            since: now,
            deadline,
        };
        started.context.set_deadline(deadline);
        self.keep_deadline(ledger, index, deadline);
        true
    }

    fn deadline_from(&self, index: usize, now: Instant) -> Instant {
        (now + self.targets[index].timeout).min(self.deadline)
    }

    /// Sees to it that a call is told when its time is over; true if the timekeeper was woken for that. At the batch's
    /// own deadline all calls are told at once.
    fn keep_deadline(
        &self,
        mut ledger: MutexGuard<'_, Ledger>,
        index: usize,
        deadline: Instant,
    ) -> bool {
        let early = deadline < self.deadline && ledger.add_event(deadline, Event::Cancel(index));
        drop(ledger);
        if early {
            self.alarm.notify_one();
        }
        early
    }

    /// Starts no more calls: those that were not started, and who is to be woken for a thread that they leave.
    pub(super) fn close(&self, ledger: &mut Ledger) -> (Vec<usize>, Option<Arc<Self>>) {
        let waiting = ledger.plan.close();
        (waiting, self.leave_line(ledger))
    }

    /// The batch needs no thread any more; who is to be woken for one that it leaves.
    fn leave_line(&self, ledger: &mut Ledger) -> Option<Arc<Self>> {
        if std::mem::take(&mut ledger.in_line) {
            self.threads.leave(self.ticket)
        } else {
            None
        }
    }
}
