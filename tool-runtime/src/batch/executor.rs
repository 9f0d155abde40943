//! Runs the calls of a batch: the only file that spawns. Which call comes next, `claim` says.
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

use super::claim::Taken;
use super::ledger::{Event, Ledger, Phase, Record, Watch};
use super::plan::Plan;
use super::slot::{Slot, Step, Stop, drop_quietly};
use super::tasks::{ShellGuard, StarterGuard, ThreadGuard, shell, starter, thread};
use super::threads::{Place, Threads};
use super::{Job, Limits, Target};
use crate::outcome::{Limit, Settled};
use crate::report::Span;
use crate::tool::{CallContext, Preparation, ToolClosure};
use crate::{Report, ToolCall, ToolResult};

/// A batch that runs, shared by its caller and its tasks.
pub(super) struct Core {
    pub(super) calls: Arc<[ToolCall]>,
    pub(super) targets: Vec<Target>,
    pub(super) slots: Vec<Slot>,
    pub(super) limits: Limits,
    begun: Instant,
    pub(super) deadline: Instant,
    /// Whether one thread polls everything.
    pub(super) single_thread: bool,
    /// Wakes the timekeeper: an earlier deadline has come, or the last result.
    pub(super) alarm: Notify,
    runtime: Handle,
    pub(super) threads: Arc<Threads>,
    pub(super) ticket: u64,
    ledger: Mutex<Ledger>,
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
            threads,
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
            runtime: runtime.clone(),
            ticket: threads.ticket(),
            threads,
            ledger: Mutex::new(Ledger {
                plan,
                in_line: false,
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
        let began = record.started.and_then(|started| started.since());
        let span = began.map(|began| Span {
            started: since(self.begun, began),
            finished: since(self.begun, at),
        });
        let effects = &self.targets[index].effects;
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
        let (_, next) = self.close(&mut ledger);
        let contexts: Vec<CallContext> = (0..self.calls.len())
            .filter_map(|index| ledger.wanted(index).map(|started| started.context.clone()))
            .collect();
        ledger.open = 0;
        let released = ledger.release();
        let caller = ledger.caller.take();
        drop(ledger);
        drop(caller);
        drop_quietly(released);
        wake(next);
        self.alarm.notify_one();
        for slot in &self.slots {
            if let Stop::Dropped | Stop::NeverRan = slot.stop() {
                self.ended();
            }
        }
        // Who could not be stopped is told; not before the others were, since it wakes them.
        contexts.iter().for_each(CallContext::cancel);
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// On the batch's own runtime, since the thread this is called on may be another's.
    pub(super) fn spawn_starter(self: &Arc<Self>) {
        self.runtime.spawn(starter(StarterGuard {
            core: Some(Arc::clone(self)),
            taken: None,
        }));
    }

    /// Prepares a call and polls it once; if it is then pending it moves to a task of its own, and this is true.
    pub(super) fn begin(self: &Arc<Self>, taken: Taken) -> bool {
        let Taken {
            index,
            tool,
            context,
            dispatch,
            woke: _,
        } = taken;
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
        let future = match prepared.map(|prepared| prepared.work) {
            Ok(Preparation::Future(future)) => future,
            Ok(Preparation::Blocking(closure)) => {
                self.park(index, closure);
                return false;
            }
            Ok(Preparation::Rejected(errors)) => {
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
            let task = self.runtime.spawn(shell(ShellGuard {
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

    /// Keeps a prepared call until it may have a thread; a starter that has parked one looks for it at once.
    fn park(&self, index: usize, closure: ToolClosure) {
        let step = self.slots[index].queue(closure);
        if let Step::Pending = step {
            let mut ledger = self.ledger();
            // Else whoever told it that its time is over will drop it.
            if let Some(started) = ledger.wanted(index) {
                started.phase = Phase::Parked;
                ledger.plan.park(index);
            }
        } else {
            self.step(index, step);
        }
    }

    /// Runs a prepared call on a thread for blocking work.
    pub(super) fn spawn_thread(self: &Arc<Self>, index: usize, place: Place) {
        let guard = ThreadGuard {
            core: Arc::clone(self),
            index,
            armed: true,
        };
        // It panics where the system has no more threads; dropping the guard then answers the call.
        let spawn = AssertUnwindSafe(|| {
            drop(self.runtime.spawn_blocking(move || thread(guard, place)));
        });
        if let Err(payload) = catch_unwind(spawn) {
            drop_quietly(payload);
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
    pub(super) fn ended(&self) {
        let mut ledger = self.ledger();
        ledger.alive -= 1;
        let busy = ledger.quiet();
        drop(ledger);
        drop(busy);
    }

    /// If a result has made room for more calls, sees to it that they are started.
    pub(super) fn start_more(self: &Arc<Self>) {
        if self.ledger().is_ready() {
            self.spawn_starter();
        }
    }

    /// Stops calls that are over time, on a task of its own: what is dropped is the user's, and may take its time.
    pub(super) fn spawn_stop(self: &Arc<Self>, calls: Vec<usize>, limit: Limit) {
        let core = Arc::clone(self);
        self.runtime.spawn(async move {
            for index in calls {
                let stop = core.slots[index].stop();
                core.time_out(index, limit, Some(stop));
            }
            core.start_more();
        });
    }
}

/// Tells a batch that it may have a thread.
pub(super) fn wake(core: Option<Arc<Core>>) {
    if let Some(core) = core {
        core.spawn_starter();
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
