//! Runs the calls of a batch: the only file that spawns.
//!
//! A few *starters* each take the next call that may start, prepare it and poll it once; what is then still pending
//! moves to a task of its own. The caller polls no tool, so a call that computes never holds up its siblings' start,
//! and short calls cost no task each. One starter more than there are calls means that one of them soon has nothing
//! to start; it keeps the time for all, so that a worker is awake to drive the timers while a call computes.
//!
//! Nothing is spawned, woken or dropped while the ledger is locked: `spawn` on a runtime that is shutting down drops
//! the future in the call, and that comes back here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::ledger::{Event, Ledger, Record, Started, Watch};
use super::plan::Plan;
use super::slot::{Slot, Step, Stop, drop_quietly};
use super::tasks::{ShellGuard, StarterGuard, shell, starter};
use super::{Dispatch, Job, Limits, Target};
use crate::outcome::{Limit, Settled};
use crate::report::Span;
use crate::tool::{CallContext, Prepared};
use crate::{Report, ToolCall, ToolResult};

/// A batch that runs, shared by its caller and its tasks.
pub(super) struct Core {
    pub(super) calls: Arc<[ToolCall]>,
    pub(super) targets: Vec<Target>,
    pub(super) slots: Vec<Slot>,
    pub(super) limits: Limits,
    begun: Instant,
    deadline: Instant,
    /// Whether one thread polls everything.
    pub(super) single_thread: bool,
    /// Wakes the timekeeper: an earlier deadline has come, or the last result.
    pub(super) alarm: Notify,
    ledger: Mutex<Ledger>,
}

/// A call that a starter has taken.
pub(super) struct Claim {
    pub(super) index: usize,
    tool: usize,
    context: CallContext,
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// Whether the timekeeper was woken, since the call ends before what it waits for.
    pub(super) woke: bool,
}

impl Core {
    /// Sets the batch going on the current runtime.
    pub(super) fn start(job: Job, runtime: &Handle) -> Arc<Self> {
        // Panics here, in the caller, on a runtime without a timer: in a starter nobody would see it.
        drop(tokio::time::sleep(Duration::ZERO));
        let Job {
            calls,
            mut targets,
            dispatch,
            limits,
            idle,
        } = job;
        let begun = Instant::now();
        let records: Vec<Record> = targets
            .iter_mut()
            .map(|target| Record {
                started: None,
                settled: refusal(target).map(|settled| (settled, begun)),
            })
            .collect();
        let runnable = targets
            .iter()
            .enumerate()
            .filter(|(_, target)| target.tool.is_ok());
        let plan = Plan::new(runnable.map(|(index, _)| index), limits.max_concurrency);
        let open = records
            .iter()
            .filter(|record| record.settled.is_none())
            .count();
        let deadline = begun + limits.batch_timeout;
        let core = Arc::new(Self {
            slots: calls.iter().map(|_| Slot::default()).collect(),
            calls: calls.into(),
            targets,
            limits,
            begun,
            deadline,
            single_thread: runtime.runtime_flavor() == RuntimeFlavor::CurrentThread,
            alarm: Notify::new(),
            ledger: Mutex::new(Ledger {
                plan,
                records,
                open,
                alive: 0,
                events: BinaryHeap::from([Reverse((deadline, Event::Batch))]),
                watch: Watch::Nobody,
                caller: None,
                ended: None,
                dispatch: Some(dispatch),
                busy: Some(idle.enter()),
            }),
        });
        for _ in 0..starters(runtime, open, limits.max_concurrency) {
            core.spawn_starter();
        }
        core
    }

    /// The report, once every call has its result.
    pub(super) fn poll_report(&self, context: &mut Context<'_>) -> Poll<Report> {
        let mut ledger = self.ledger();
        if ledger.open > 0 {
            let stale = match &ledger.caller {
                Some(waker) if waker.will_wake(context.waker()) => None,
                _ => ledger.caller.replace(context.waker().clone()),
            };
            drop(ledger);
            drop(stale);
            return Poll::Pending;
        }
        let ended = ledger.ended.unwrap_or(self.begun);
        let records = std::mem::take(&mut ledger.records);
        let released = ledger.release();
        drop(ledger);
        // The last of the tools' state may go here, and its `Drop` may panic.
        drop_quietly(released);
        let results = records
            .into_iter()
            .enumerate()
            .filter_map(|(index, record)| self.result(index, record))
            .collect();
        Poll::Ready(Report::new(results, since(self.begun, ended)))
    }

    fn result(&self, index: usize, record: Record) -> Option<ToolResult> {
        let (settled, at) = record.settled?;
        let span = record.started.map(|started| Span {
            started: since(self.begun, started.at),
            finished: since(self.begun, at),
        });
        let effects = self.targets[index].effects;
        Some(ToolResult::new(
            Arc::clone(&self.calls),
            index,
            effects,
            settled,
            span,
        ))
    }

    /// The caller has dropped the batch: nothing more is started, and every call that can be is dropped now.
    pub(super) fn abandon(&self) {
        let mut ledger = self.ledger();
        ledger.plan.close();
        ledger.open = 0;
        let released = ledger.release();
        let caller = ledger.caller.take();
        drop(ledger);
        drop(caller);
        drop_quietly(released);
        self.alarm.notify_one();
        for slot in &self.slots {
            if slot.stop() == Stop::Dropped {
                self.ended();
            }
        }
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn_starter(self: &Arc<Self>) {
        tokio::spawn(starter(StarterGuard {
            core: Some(Arc::clone(self)),
            claim: None,
        }));
    }

    /// Takes the next call that may start. Its clock runs from here.
    pub(super) fn claim(&self) -> Option<Claim> {
        let now = Instant::now();
        let mut ledger = self.ledger();
        let dispatch = Arc::clone(ledger.dispatch.as_ref()?);
        let index = ledger.plan.start()?;
        let target = &self.targets[index];
        let tool = *target.tool.as_ref().ok()?;
        let deadline = (now + target.timeout).min(self.deadline);
        let context = CallContext::in_batch(Arc::clone(&self.calls), index, Some(deadline));
        ledger.alive += 1;
        ledger.records[index].started = Some(Started {
            at: now,
            context: context.clone(),
            over: None,
        });
        // At the batch's own deadline all calls are told at once.
        let early = deadline < self.deadline && ledger.add_event(deadline, Event::Cancel(index));
        drop(ledger);
        if early {
            self.alarm.notify_one();
        }
        Some(Claim {
            index,
            tool,
            context,
            dispatch,
            woke: early,
        })
    }

    /// Prepares a call and polls it once; if it is then pending it moves to a task of its own, and this is true.
    pub(super) fn begin(self: &Arc<Self>, claim: Claim) -> bool {
        let Claim {
            index,
            tool,
            context,
            dispatch,
            woke: _,
        } = claim;
        if self.slots[index].is_stopped() {
            // Meanwhile it was stopped, or its batch dropped: it is not even read.
            drop_quietly(dispatch);
            self.ended();
            return false;
        }
        let arguments = self.calls[index].arguments();
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            dispatch.prepare(tool, arguments, context)
        }));
        drop_quietly(dispatch);
        let future = match prepared {
            Ok(Prepared(Ok(future))) => future,
            Ok(Prepared(Err(errors))) => {
                self.settle(index, Settled::InvalidArguments(errors), true);
                return false;
            }
            Err(payload) => {
                drop_quietly(payload);
                self.settle(index, Settled::Panicked { started: false }, true);
                return false;
            }
        };
        // The task of its own polls again at once, so nobody waits for this waker.
        let step = self.slots[index].begin(future, &mut Context::from_waker(Waker::noop()));
        if let Step::Pending = step {
            let task = tokio::spawn(shell(ShellGuard {
                core: Arc::clone(self),
                index,
                armed: true,
            }));
            self.slots[index].set_task(task.abort_handle());
            true
        } else {
            self.step(index, step);
            false
        }
    }

    /// A poll of a call came to its end.
    pub(super) fn step(&self, index: usize, step: Step) {
        match step {
            // Whether it is late, the ledger knows.
            Step::Answered(result) => {
                let answered = Settled::Answered {
                    result,
                    late: false,
                };
                self.settle(index, answered, true);
            }
            Step::Panicked => self.settle(index, Settled::Panicked { started: true }, true),
            Step::Stopped => self.ended(),
            Step::Pending | Step::Gone => {}
        }
    }

    /// Publishes a call's result, unless it has one. With `ended`, its future is dropped.
    pub(super) fn settle(&self, index: usize, settled: Settled, ended: bool) {
        let now = Instant::now();
        let mut ledger = self.ledger();
        let unwanted = ledger.publish(index, settled, now);
        if ended {
            ledger.alive -= 1;
        }
        let busy = ledger.quiet();
        let caller = if ledger.open == 0 {
            ledger.caller.take()
        } else {
            None
        };
        let over = ledger.open == 0;
        drop(ledger);
        drop_quietly(unwanted);
        drop(busy);
        if over {
            self.alarm.notify_one();
        }
        if let Some(caller) = caller {
            caller.wake();
        }
    }

    /// The future of a call that has its result already is dropped.
    fn ended(&self) {
        let mut ledger = self.ledger();
        ledger.alive -= 1;
        let busy = ledger.quiet();
        drop(ledger);
        drop(busy);
    }

    /// If a result has made room for more calls, sees to it that they are started.
    pub(super) fn start_more(self: &Arc<Self>) {
        if self.ledger().plan.is_ready() {
            self.spawn_starter();
        }
    }

    /// The runtime has dropped a task of ours: it is shutting down, and nobody keeps the time any more.
    pub(super) fn starter_lost(&self) {
        let (waiting, running) = {
            let mut ledger = self.ledger();
            (ledger.plan.close(), ledger.running())
        };
        for index in waiting {
            let (started, still_running) = (false, false);
            self.settle(
                index,
                Settled::Cancelled {
                    started,
                    still_running,
                },
                false,
            );
        }
        for index in running {
            let stop = self.slots[index].stop();
            let still_running = stop == Stop::InProgress;
            if stop != Stop::Gone {
                let started = true;
                self.settle(
                    index,
                    Settled::Cancelled {
                        started,
                        still_running,
                    },
                    !still_running,
                );
            }
        }
    }

    /// The runtime has dropped a call's own task, or the call was stopped and its task ended for that reason.
    pub(super) fn shell_lost(&self, index: usize) {
        if self.slots[index].stop() == Stop::Dropped {
            let (started, still_running) = (true, false);
            self.settle(
                index,
                Settled::Cancelled {
                    started,
                    still_running,
                },
                true,
            );
        }
    }

    /// Stops a call that is over time, on a task of its own: what is dropped is the user's, and may take its time.
    pub(super) fn spawn_stop(self: &Arc<Self>, index: usize, limit: Limit) {
        let core = Arc::clone(self);
        tokio::spawn(async move {
            let stop = core.slots[index].stop();
            core.time_out(index, limit, Some(stop));
            core.start_more();
        });
    }
}

/// The result of a call that cannot run.
fn refusal(target: &mut Target) -> Option<Settled> {
    match &mut target.tool {
        Ok(_) => None,
        Err(settled) => Some(std::mem::replace(
            settled,
            Settled::Cancelled {
                started: false,
                still_running: false,
            },
        )),
    }
}

fn since(begun: Instant, at: Instant) -> Duration {
    at.saturating_duration_since(begun)
}

/// One more than there are calls, so that one of them keeps the time; no more than there are workers.
fn starters(runtime: &Handle, calls: usize, limit: usize) -> usize {
    if calls == 0 {
        return 0;
    }
    match runtime.runtime_flavor() {
        RuntimeFlavor::CurrentThread => 1,
        _ => {
            let workers = runtime.metrics().num_workers();
            workers.min(calls.min(limit).saturating_add(1)).max(2)
        }
    }
}
