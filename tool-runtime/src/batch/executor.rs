//! Runs the calls of a batch: the only file that spawns. Which call comes next, `claim` says.
//!
//! A few *starters* each take the next call that may start, prepare it and poll it once; what is then still pending
//! moves to a task of its own. The caller polls no tool, so a call that computes never holds up its siblings' start,
//! and short calls cost no task each. One starter more than there are calls means that one of them soon has nothing
//! to start; it keeps the time for all, so that a worker is awake to drive the timers while a call computes.
//!
//! Nothing is spawned, woken or dropped while the ledger is locked: `spawn` on a runtime that is shutting down drops
//! the future in the call, and that comes back here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Waker};

use tokio::time::Instant;

use super::agenda::Event;
use super::approvals::{Asking, NOT_ASKED, denied, whatever_it_touches};
use super::busy::Since;
use super::claim::Taken;
use super::coalesce::Joined;
use super::core::Core;
use super::plan::Last;
use super::record::{Cause, Phase};
use super::retry::Pause;
use super::slot::{Held, Step, drop_quietly, said};
use super::tasks::{ShellGuard, StarterGuard, ThreadGuard, ask, shell, starter, thread};
use crate::ToolError;
use crate::outcome::Settled;
use crate::tool::{CallContext, Preparation, Touching};

impl Core {
    /// On the batch's own runtime, since the thread this is called on may be another's. It is counted already.
    pub(super) fn spawn_starter(self: &Arc<Self>) {
        self.runtime.spawn(starter(StarterGuard {
            core: Some(Arc::clone(self)),
            claim: None,
        }));
    }

    /// Prepares a call and polls it once, unless something makes it wait; true if a task was spawned or woken. The worker does so
    /// and nothing else since then.
    pub(super) fn begin(self: &Arc<Self>, taken: Taken, since: &Since) -> bool {
        let Taken {
            index,
            tool,
            dispatch,
            free,
            again,
            woke: _,
        } = taken;
        let slot = &self.entries[index].slot;
        if again && !slot.leave_pause() {
            drop_quietly(dispatch);
            return false;
        }
        if slot.is_stopped() {
            // Meanwhile it was stopped, or its batch dropped: it is not even read.
            drop_quietly(dispatch);
            return self.ended(index);
        }
        let dispatch = match again {
            true => dispatch,
            false => match self.join(index, tool, dispatch) {
                Joined::Leads(dispatch) => dispatch,
                Joined::Follows | Joined::Ended => return false,
                Joined::Has(settled) => return self.settle(index, settled, true),
            },
        };
        let call = self.calls.get(index);
        let context = CallContext::in_batch(Arc::clone(&self.calls), index);
        let prepared = {
            let _within = self.while_read(index);
            catch_unwind(AssertUnwindSafe(|| dispatch.prepare(tool, call, context)))
        };
        drop_quietly(dispatch);
        let needs_approval = match &prepared {
            // What was approved once is not asked about again.
            Ok(prepared) => {
                let needed = prepared.needs_approval || self.rules.tools[tool].approval;
                !again && (needed || self.was_pending(index))
            }
            Err(_) => false,
        };
        let free = free && !needs_approval;
        let held = match prepared.map(|prepared| (prepared.work, prepared.touches)) {
            Ok((Preparation::Future(future), touches)) if free => {
                let rules = &self.rules.tools[tool];
                self.calls.declare(index, || rules.touches(touches));
                let future = self.around(index, future);
                let context = &mut Context::from_waker(Waker::noop());
                let step = self.poll(index, since, |slot| slot.begin(future, context));
                return self.polled(index, step, since);
            }
            Ok((Preparation::Blocking(closure), _)) if again => {
                let step = slot.hold(Held::Closure(closure));
                if let Step::Pending = step {
                    self.spawn_thread(index);
                    return true;
                }
                return self.step(index, step, None);
            }
            Ok((Preparation::Future(future), touches)) => (Held::Future(future), touches),
            Ok((Preparation::Blocking(closure), touches)) => (Held::Closure(closure), touches),
            Ok((Preparation::Rejected(errors), _)) if !again => {
                return self.settle(index, Settled::InvalidArguments(errors), true);
            }
            // Arguments that were valid before are not now: whatever reads them is broken.
            Ok((Preparation::Rejected(_), _)) => {
                return self.settle(index, Settled::panicked(true, None), true);
            }
            Err(payload) => {
                return self.settle(index, Settled::panicked(again, said(payload)), true);
            }
        };
        self.hold(index, tool, held, needs_approval)
    }

    /// Polls a call that has waited; true if a task was spawned or woken.
    pub(super) fn resume(self: &Arc<Self>, index: usize, since: &Since) -> bool {
        let context = &mut Context::from_waker(Waker::noop());
        let around = |future| self.around(index, future);
        let step = self.poll(index, since, |slot| slot.resume(around, context));
        self.polled(index, step, since)
    }

    /// A call was polled for the first time: if it is pending it moves to a task of its own, which polls it again at once, so
    /// that nobody waits for the first poll's waker.
    fn polled(self: &Arc<Self>, index: usize, step: Step, since: &Since) -> bool {
        if let Step::Pending = step {
            self.has_polled(index, since, Instant::now());
            let attempt = self.calls.attempt(index);
            let task = self.runtime.spawn(shell(ShellGuard {
                core: Arc::clone(self),
                index,
                armed: true,
            }));
            self.entries[index]
                .slot
                .set_task(attempt, task.abort_handle());
            true
        } else {
            self.step(index, step, Some(since))
        }
    }

    /// Keeps a prepared call until it may run; the starter that holds it looks at once whether it may.
    fn hold(
        self: &Arc<Self>,
        index: usize,
        tool: usize,
        (held, touches): (Held, Touching),
        needs_approval: bool,
    ) -> bool {
        let asked = match needs_approval {
            true => self.prepare_to_ask(index, tool),
            false => Some(Asking::default()),
        };
        let Some(Asking {
            edits,
            awaits_calls,
        }) = asked
        else {
            drop_quietly(held);
            return self.settle(index, denied(NOT_ASKED.to_owned()), true);
        };
        let touches = match edits {
            true => whatever_it_touches(touches),
            false => touches,
        };
        let effects = self.rules.tools[tool].touches(touches);
        self.calls.declare(index, || effects.clone());
        let inside = self.inside.as_ref();
        if let Some(problem) = inside.and_then(|inside| inside.refuses(&effects)) {
            drop_quietly(held);
            return self.settle(index, denied(problem), true);
        }
        let step = self.entries[index].slot.hold(held);
        let Step::Pending = step else {
            return self.step(index, step, None);
        };
        let from = Instant::now();
        let until = from
            + match needs_approval {
                // Its batch is suspended when nothing else goes on, or ends.
                true if self.suspends || awaits_calls => self.rules.limits.batch_timeout,
                true => self.rules.limits.approval_timeout,
                false => self.rules.limits.max_wait,
            };
        let mut ledger = self.ledger();
        if let Some(cause) = ledger.over(index) {
            // It was told to end while it was prepared, and has not begun: there is nothing to give it grace for.
            drop(ledger);
            let stop = self.entries[index].slot.stop();
            self.give_up(index, cause, Some(stop));
            return false;
        }
        let mut early = false;
        if let Some(started) = ledger.wanted(index) {
            started.phase = Phase::Waiting {
                for_calls: true,
                limit: None,
                from,
                until,
            };
            let held = self.held.wait_for(self, index, &effects);
            let others = held + self.wait_in_scope(&mut ledger, index, &effects);
            let others = others + usize::from(needs_approval);
            let record = &mut ledger.records[index];
            record.pending = needs_approval.then_some(from);
            record.asked = self.entries[index].approval.get().is_some();
            ledger.plan.prepared(index, effects, others);
            if ledger.plan.is_blocked(index) {
                early = ledger.agenda.add(until, Event::Wait(index));
            }
        }
        let woke = self.unlock(ledger);
        // The timekeeper looks at who waits for calls often enough; a decision may be due sooner.
        if early && needs_approval {
            self.alarm.notify_one();
        }
        woke | self.spawn_asking(index)
    }

    /// Asks about a call that waits for it, if there is somebody; true if a task was spawned.
    fn spawn_asking(self: &Arc<Self>, index: usize) -> bool {
        let Some(approval) = self.entries[index].approval.get() else {
            return false;
        };
        let task = self.runtime.spawn(ask(Arc::clone(self), index));
        approval.set_task(task.abort_handle());
        true
    }

    /// Runs a prepared call on a thread for blocking work.
    pub(super) fn spawn_thread(self: &Arc<Self>, index: usize) {
        let guard = ThreadGuard {
            core: Arc::clone(self),
            index,
            armed: true,
        };
        // It panics where the system has no more threads; dropping the guard then answers the call.
        let spawn = AssertUnwindSafe(|| {
            drop(self.runtime.spawn_blocking(move || thread(guard)));
        });
        if let Err(payload) = catch_unwind(spawn) {
            drop_quietly(payload);
        }
    }

    /// A poll of a call, since then unless it was on a thread, came to its end; true if a task was woken.
    pub(super) fn step(self: &Arc<Self>, index: usize, step: Step, since: Option<&Since>) -> bool {
        match step {
            Step::Answered(Err(error)) if error.is_retryable() => self.failed(index, error, since),
            // Whether it is late, the ledger knows.
            Step::Answered(result) => {
                let answered = Settled::Answered {
                    result,
                    late: false,
                };
                self.settle_polled(index, answered, since)
            }
            Step::Panicked(said) => self.settle_polled(index, Settled::panicked(true, said), since),
            Step::Stopped => {
                if let Some(since) = since {
                    self.has_polled(index, since, Instant::now());
                }
                self.ended(index)
            }
            Step::Pending | Step::Gone => false,
        }
    }

    /// An attempt of a call has failed with an error that says that another may succeed; true if a task was woken.
    fn failed(self: &Arc<Self>, index: usize, error: ToolError, since: Option<&Since>) -> bool {
        let slot = &self.entries[index].slot;
        // Before anybody can be told that it is between two attempts.
        slot.pause();
        let now = Instant::now();
        if let Some(since) = since {
            self.has_polled(index, since, now);
        }
        let mut ledger = self.ledger();
        match self.back_off(&mut ledger, index, error, now) {
            Ok(Pause { permit, early }) => {
                let attempt = self.failed_attempt_of(&ledger, index);
                let mut woke = self.unlock(ledger);
                self.log_attempt(index, attempt);
                if early {
                    self.alarm.notify_one();
                }
                if let Some(permit) = permit {
                    woke |= permit.give_back();
                }
                woke
            }
            Err(error) => {
                drop(ledger);
                let answered = Settled::Answered {
                    result: Err(error),
                    late: false,
                };
                // Who has stopped it in the pause has ended it.
                slot.leave_pause() && self.settle(index, answered, true)
            }
        }
    }

    /// If calls may start that no starter looks for, sees to it that one does.
    pub(super) fn start_more(self: &Arc<Self>) {
        let mut ledger = self.ledger();
        let wanted = ledger.starters < self.workers && ledger.plan.is_ready();
        ledger.starters += usize::from(wanted);
        drop(ledger);
        if wanted {
            self.spawn_starter();
        }
    }

    /// A permit that batches share may be there for a call.
    pub(super) fn unpark(self: &Arc<Self>, index: usize) {
        self.ledger().plan.unpark(index);
        self.start_more();
    }

    /// A call of another batch has ended that this one waited for.
    pub(super) fn released(self: &Arc<Self>, index: usize, last: Last) {
        let mut ledger = self.ledger();
        ledger.plan.release(index, last);
        self.unlock(ledger);
        self.start_more();
    }

    /// Stops calls that are over time, on a task of its own: what is dropped is the user's, and may take its time.
    pub(super) fn spawn_stop(self: &Arc<Self>, calls: Vec<(usize, Cause)>) {
        let core = Arc::clone(self);
        self.runtime.spawn(async move {
            for (index, cause) in calls {
                let stop = core.entries[index].slot.stop();
                core.give_up(index, cause, Some(stop));
            }
            core.start_more();
        });
    }
}
