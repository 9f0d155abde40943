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
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::claim::Taken;
use super::held::Held as HeldKeys;
use super::ledger::{Cause, Event, Ledger, Phase, Record, Started, Watch};
use super::permits::Permits;
use super::plan::Plan;
use super::rules::Rules;
use super::slot::{Held, Slot, Step, drop_quietly};
use super::tasks::{ShellGuard, StarterGuard, ThreadGuard, shell, starter, thread};
use super::{Dispatch, Job};
use crate::ToolCall;
use crate::growing::Growing;
use crate::outcome::{CallLimit, Settled};
use crate::tool::{CallContext, Calls, Preparation, Touching};

/// A batch that runs, shared by its caller and its tasks.
pub(super) struct Core {
    pub(super) calls: Arc<Calls>,
    pub(super) entries: Growing<Entry>,
    pub(super) rules: Arc<Rules>,
    pub(super) begun: Instant,
    pub(super) deadline: Instant,
    /// Whether one thread polls everything.
    pub(super) single_thread: bool,
    /// Wakes the timekeeper: an earlier deadline has come, or the last result.
    pub(super) alarm: Notify,
    pub(super) cancellation: Option<CancellationToken>,
    runtime: Handle,
    pub(super) permits: Arc<Permits>,
    pub(super) held: Arc<HeldKeys>,
    pub(super) ticket: u64,
    /// Whether a call could be started as far as this batch goes, for other batches to see.
    pub(super) has_permit: Arc<AtomicBool>,
    ledger: Mutex<Ledger>,
}

/// One call of a batch.
pub(super) struct Entry {
    /// The tool, by its index; none if the call cannot run.
    pub(super) tool: Option<usize>,
    pub(super) slot: Slot,
}

impl Entry {
    fn new(tool: Option<usize>) -> Self {
        Self {
            tool,
            slot: Slot::default(),
        }
    }
}

/// The tool that a call names, or why the call cannot run.
fn target(
    rules: &Rules,
    dispatch: &dyn Dispatch,
    index: usize,
    name: &str,
) -> Result<usize, Settled> {
    let most = rules.limits.max_calls;
    if index >= most {
        return Err(Settled::OverLimit {
            limit: CallLimit::BatchSize,
            most,
        });
    }
    dispatch.find(name)
}

impl Core {
    /// A batch of these calls, to which more may be added, on the current runtime.
    pub(super) fn start(job: Job, calls: Vec<ToolCall>, runtime: &Handle) -> Arc<Self> {
        // Panics here, in the caller, on a runtime without a timer: in a starter nobody would see it.
        drop(tokio::time::sleep(Duration::ZERO));
        let Job {
            dispatch,
            shared,
            rules,
            cancellation,
        } = job;
        let begun = Instant::now();
        let limits = rules.limits;
        let count = calls.len();
        let mut plan = Plan::new(limits.max_concurrency, limits.on_failure);
        plan.reserve(count);
        let mut records = Vec::with_capacity(count);
        let mut refused = Vec::new();
        let targets = calls.iter().enumerate();
        let entries = targets.map(|(index, call)| {
            let target = target(&rules, &*dispatch, index, call.name());
            let tool = target.as_ref().ok().copied();
            rules.push(&mut plan, tool);
            records.push(Record::new(begun));
            refused.extend(target.err().map(|settled| (index, settled)));
            Entry::new(tool)
        });
        let entries = Growing::new(entries.collect());
        let deadline = begun + limits.batch_timeout;
        let mut events = BinaryHeap::from([Reverse((deadline, Event::Batch))]);
        if limits.max_wait < limits.batch_timeout {
            events.push(Reverse((begun + limits.max_wait, Event::Queue)));
        }
        let core = Arc::new(Self {
            calls: Arc::new(Calls::new(begun, calls)),
            entries,
            rules,
            begun,
            deadline,
            single_thread: runtime.runtime_flavor() == RuntimeFlavor::CurrentThread,
            alarm: Notify::new(),
            cancellation,
            runtime: runtime.clone(),
            ticket: shared.permits.ticket(),
            permits: shared.permits,
            held: shared.held,
            has_permit: Arc::new(AtomicBool::new(true)),
            ledger: Mutex::new(Ledger {
                plan,
                records,
                open: count,
                alive: 0,
                in_line: 0,
                growing: true,
                closed: None,
                starters: 0,
                full: false,
                events,
                watch: Watch::Nobody,
                caller: None,
                feed: None,
                ended: None,
                dispatch: Some(dispatch),
                busy: Some(shared.idle.enter()),
            }),
        });
        let mut ledger = core.ledger();
        for (index, settled) in refused {
            ledger.publish(index, settled, begun);
        }
        core.go_on(ledger);
        core
    }

    /// Adds a call after all others, and begins it; its index.
    pub(super) fn push(self: &Arc<Self>, call: ToolCall, dispatch: &dyn Dispatch) -> usize {
        let now = Instant::now();
        let mut ledger = self.ledger();
        let index = ledger.records.len();
        let target = target(&self.rules, dispatch, index, call.name());
        let tool = target.as_ref().ok().copied();
        self.calls.push(call);
        self.entries.push(Entry::new(tool));
        self.rules.push(&mut ledger.plan, tool);
        ledger.records.push(Record::new(now));
        ledger.open += 1;
        let closed = ledger.closed;
        if let Err(settled) = target {
            ledger.publish(index, settled, now);
        }
        self.go_on(ledger);
        if let Some(cause) = closed {
            self.end([(index, cause)]);
        }
        index
    }

    /// Sees to it that calls which were pushed are started.
    fn go_on(self: &Arc<Self>, mut ledger: MutexGuard<'_, Ledger>) {
        let starters = self.missing_starters(&mut ledger);
        self.unlock(ledger);
        for _ in 0..starters {
            self.spawn_starter();
        }
    }

    /// How many starters there should be more, which are counted from here on: one more than there are calls, so that one of
    /// them keeps the time; no more than there are workers.
    fn missing_starters(&self, ledger: &mut Ledger) -> usize {
        if !ledger.plan.is_ready() {
            return 0;
        }
        let calls = ledger.open.min(self.rules.limits.max_concurrency);
        let wanted = match ledger.watch {
            _ if self.single_thread => 1,
            Watch::Nobody => self.workers().min(calls.saturating_add(1)).max(2),
            Watch::Awake | Watch::Asleep { .. } => self.workers().min(calls),
        };
        let missing = wanted.saturating_sub(ledger.starters);
        ledger.starters += missing;
        missing
    }

    /// How many starters there may be.
    pub(super) fn workers(&self) -> usize {
        match self.single_thread {
            true => 1,
            false => self.runtime.metrics().num_workers().max(2),
        }
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of the ledger after something has happened, and tells everybody whom it concerns; true if a task was woken.
    pub(super) fn unlock(self: &Arc<Self>, mut ledger: MutexGuard<'_, Ledger>) -> bool {
        ledger.note_unblocked(self.rules.limits.max_wait);
        let skipped = ledger.plan.take_skipped();
        let has = ledger.plan.has_permit();
        // Other batches let those of this one go first that could go.
        let changed = self.has_permit.load(Ordering::Relaxed) != has;
        if changed {
            self.has_permit.store(has, Ordering::SeqCst);
        }
        let changed = changed && ledger.in_line > 0;
        let over = ledger.is_over();
        let reader = ledger.feed.as_mut().and_then(|feed| feed.take_waker(over));
        let caller = match over {
            true => ledger.caller.take(),
            false => None,
        };
        let busy = ledger.quiet();
        drop(ledger);
        drop(busy);
        let mut woke = reader.is_some();
        // Nothing is started any more that the caller would have to wait for.
        for waker in reader.into_iter().chain(caller) {
            waker.wake();
        }
        if over {
            self.alarm.notify_one();
        }
        if changed {
            woke |= self.permits.wake_next();
        }
        if !skipped.is_empty() {
            let because = |because| Cause::Skipped { because };
            let skipped = skipped
                .iter()
                .map(|skip| (skip.call, because(skip.because)));
            self.end(skipped);
        }
        woke
    }

    /// On the batch's own runtime, since the thread this is called on may be another's. It is counted already.
    pub(super) fn spawn_starter(self: &Arc<Self>) {
        self.runtime.spawn(starter(StarterGuard {
            core: Some(Arc::clone(self)),
            claim: None,
        }));
    }

    /// Prepares a call and polls it once, unless something makes it wait; true if a task was spawned or woken.
    pub(super) fn begin(self: &Arc<Self>, taken: Taken) -> bool {
        let Taken {
            index,
            tool,
            dispatch,
            free,
            woke: _,
        } = taken;
        let slot = &self.entries[index].slot;
        if slot.is_stopped() {
            // Meanwhile it was stopped, or its batch dropped: it is not even read.
            drop_quietly(dispatch);
            return self.ended(index);
        }
        let arguments = self.calls.get(index).arguments();
        let context = CallContext::in_batch(Arc::clone(&self.calls), index);
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            dispatch.prepare(tool, arguments, context)
        }));
        drop_quietly(dispatch);
        let held = match prepared.map(|prepared| (prepared.work, prepared.touches)) {
            Ok((Preparation::Future(future), _)) if free => {
                let step = slot.begin(future, &mut Context::from_waker(Waker::noop()));
                return self.polled(index, step);
            }
            Ok((Preparation::Future(future), touches)) => (Held::Future(future), touches),
            Ok((Preparation::Blocking(closure), touches)) => (Held::Closure(closure), touches),
            Ok((Preparation::Rejected(errors), _)) => {
                return self.settle(index, Settled::InvalidArguments(errors), true);
            }
            Err(payload) => {
                drop_quietly(payload);
                return self.settle(index, Settled::Panicked { started: false }, true);
            }
        };
        self.hold(index, tool, held)
    }

    /// Polls a call that has waited; true if a task was spawned or woken.
    pub(super) fn resume(self: &Arc<Self>, index: usize) -> bool {
        let context = &mut Context::from_waker(Waker::noop());
        let step = self.entries[index].slot.resume(context);
        self.polled(index, step)
    }

    /// A call was polled for the first time: if it is pending it moves to a task of its own, which polls it again at once, so
    /// that nobody waits for the first poll's waker.
    fn polled(self: &Arc<Self>, index: usize, step: Step) -> bool {
        if let Step::Pending = step {
            let task = self.runtime.spawn(shell(ShellGuard {
                core: Arc::clone(self),
                index,
                armed: true,
            }));
            self.entries[index].slot.set_task(task.abort_handle());
            true
        } else {
            self.step(index, step)
        }
    }

    /// Keeps a prepared call until it may run; the starter that holds it looks at once whether it may.
    fn hold(
        self: &Arc<Self>,
        index: usize,
        tool: usize,
        (held, touches): (Held, Touching),
    ) -> bool {
        let effects = self.rules.tools[tool].touches(touches);
        let step = self.entries[index].slot.hold(held);
        let Step::Pending = step else {
            return self.step(index, step);
        };
        let from = Instant::now();
        let until = from + self.rules.limits.max_wait;
        let mut ledger = self.ledger();
        if let Some(cause) = ledger.over(index) {
            // It was told to end while it was prepared, and has not begun: there is nothing to give it grace for.
            drop(ledger);
            let stop = self.entries[index].slot.stop();
            self.give_up(index, cause, Some(stop));
            return false;
        }
        if let Some(started) = ledger.wanted(index) {
            started.phase = Phase::Waiting {
                for_calls: true,
                limit: None,
                from,
                until,
            };
            let others = self.held.wait_for(self, index, &effects);
            ledger.plan.prepared(index, effects, others);
            if ledger.plan.is_blocked(index) && ledger.add_event(until, Event::Wait(index)) {
                self.alarm.notify_one();
            }
        }
        self.unlock(ledger)
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

    /// A poll of a call came to its end; true if a task was woken.
    pub(super) fn step(self: &Arc<Self>, index: usize, step: Step) -> bool {
        match step {
            // Whether it is late, the ledger knows.
            Step::Answered(result) => {
                let answered = Settled::Answered {
                    result,
                    late: false,
                };
                self.settle(index, answered, true)
            }
            Step::Panicked => self.settle(index, Settled::Panicked { started: true }, true),
            Step::Stopped => self.ended(index),
            Step::Pending | Step::Gone => false,
        }
    }

    /// Publishes a call's result, unless it has one. With `ended`, its future is dropped. True if a task was woken.
    pub(super) fn settle(self: &Arc<Self>, index: usize, settled: Settled, ended: bool) -> bool {
        let now = Instant::now();
        let mut ledger = self.ledger();
        let unwanted = ledger.publish(index, settled, now);
        let left = self.leave_line(&mut ledger, index);
        let mut woke = match ended {
            true => self.finish(ledger, index),
            false => {
                self.keep_keys(&mut ledger, index);
                self.unlock(ledger)
            }
        };
        if left {
            woke |= self.permits.wake_next();
        }
        drop_quietly(unwanted);
        woke
    }

    /// The future of a call that has its result already, or needs none, is dropped. True if a task was woken.
    pub(super) fn ended(self: &Arc<Self>, index: usize) -> bool {
        let ledger = self.ledger();
        self.finish(ledger, index)
    }

    /// Nothing is left of a call but its result.
    fn finish(self: &Arc<Self>, mut ledger: MutexGuard<'_, Ledger>, index: usize) -> bool {
        ledger.alive -= 1;
        ledger.plan.settle(index);
        let record = ledger.records.get_mut(index);
        let started = record.and_then(|record| record.started.as_mut());
        let permit = started.and_then(|started| started.permit.take());
        let mut woke = self.unlock(ledger);
        if let Some(permit) = permit {
            woke |= permit.give_back();
        }
        self.held.release(self.ticket, index);
        woke
    }

    /// A call that is answered without having ended keeps what it writes, for later batches too.
    pub(super) fn keep_keys(&self, ledger: &mut Ledger, index: usize) {
        if ledger.has_begun(index)
            && let Some(effects) = ledger.plan.written(index)
        {
            self.held.keep(self.ticket, index, effects.clone());
        }
    }

    /// A call that has its result waits for no permit; true if it did, and then whoever is next is to be told.
    pub(super) fn leave_line(&self, ledger: &mut Ledger, index: usize) -> bool {
        let record = ledger.records.get_mut(index);
        let Some(Started { in_line, .. }) = record.and_then(|record| record.started.as_mut())
        else {
            return false;
        };
        if !std::mem::take(in_line) {
            return false;
        }
        ledger.in_line -= 1;
        self.permits.leave(self.ticket, index, self.needs_of(index));
        true
    }

    /// If calls may start that no starter looks for, sees to it that one does.
    pub(super) fn start_more(self: &Arc<Self>) {
        let mut ledger = self.ledger();
        let wanted = ledger.starters < self.workers() && ledger.plan.is_ready();
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
    pub(super) fn released(self: &Arc<Self>, index: usize) {
        let mut ledger = self.ledger();
        ledger.plan.release(index);
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
