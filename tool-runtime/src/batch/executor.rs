//! Runs the calls of a batch: the only file that spawns.
//!
//! A few *starters* each take the next call that may start, prepare it and poll it once; what is then still pending
//! moves to a task of its own. The caller polls no tool, so a call that computes never holds up its siblings' start,
//! and short calls cost no task each. One starter more than there are calls means that one of them soon has nothing
//! to start; it keeps the time for all, so that a worker is awake to drive the timers while a call computes.
//!
//! Nothing is spawned, woken or dropped while the state is locked: `spawn` on a runtime that is shutting down drops
//! the future in the call, and that comes back here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Notify;
use tokio::task::coop;
use tokio::time::Instant;

use super::idle::Busy;
use super::plan::Plan;
use super::slot::{Slot, Step, Stop, drop_quietly};
use super::{Dispatch, Job, Limits, Target};
use crate::report::{Limit, Settled, Span};
use crate::tool::{CallContext, Prepared};
use crate::{Report, ToolCall, ToolResult};

/// How long a starter polls calls before it lets other tasks of its worker run.
const SLICE: Duration = Duration::from_micros(200);

/// How many calls a starter polls between two looks at the clock.
const CALLS_PER_LOOK: u32 = 8;

/// A batch that runs, shared by its caller and its tasks.
pub(super) struct Core {
    calls: Arc<[ToolCall]>,
    targets: Vec<Target>,
    slots: Vec<Slot>,
    limits: Limits,
    begun: Instant,
    deadline: Instant,
    /// Whether one thread polls everything.
    single_thread: bool,
    /// Wakes the timekeeper: an earlier deadline has come, or the last result.
    alarm: Notify,
    state: Mutex<State>,
}

struct State {
    plan: Plan,
    records: Vec<Record>,
    /// Calls without a result.
    open: usize,
    /// Calls that were started and whose future is not dropped yet.
    alive: usize,
    /// The next events by time; those of calls that have their result are stale.
    events: BinaryHeap<Reverse<(Instant, Event)>>,
    watch: Watch,
    caller: Option<Waker>,
    /// Gone once the caller has its report or has dropped the batch; the state of the tools goes with it.
    dispatch: Option<Arc<dyn Dispatch>>,
    busy: Option<Busy>,
}

/// What is known of one call.
#[derive(Default)]
struct Record {
    started: Option<Started>,
    settled: Option<(Settled, Instant)>,
}

struct Started {
    at: Instant,
    context: CallContext,
    /// Set when the call was told that its time is over.
    over: Option<Limit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The batch is over time.
    Batch,
    /// The call is over time and is told so.
    Cancel(usize),
    /// The call's grace is over.
    Stop(usize),
}

/// Who keeps the time.
enum Watch {
    Nobody,
    Awake,
    Asleep { until: Instant },
}

/// A call that a starter has taken.
struct Claim {
    index: usize,
    tool: usize,
    context: CallContext,
    dispatch: Arc<dyn Dispatch>,
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
            state: Mutex::new(State {
                plan,
                records,
                open,
                alive: 0,
                events: BinaryHeap::from([Reverse((deadline, Event::Batch))]),
                watch: Watch::Nobody,
                caller: None,
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
        let mut state = self.lock();
        if state.open > 0 {
            let stale = match &state.caller {
                Some(waker) if waker.will_wake(context.waker()) => None,
                _ => state.caller.replace(context.waker().clone()),
            };
            drop(state);
            drop(stale);
            return Poll::Pending;
        }
        let wall = begun_to(self.begun, Instant::now());
        let records = std::mem::take(&mut state.records);
        let released = state.release();
        drop(state);
        drop(released);
        let results = records
            .into_iter()
            .enumerate()
            .filter_map(|(index, record)| self.result(index, record))
            .collect();
        Poll::Ready(Report::new(results, wall))
    }

    fn result(&self, index: usize, record: Record) -> Option<ToolResult> {
        let (settled, at) = record.settled?;
        let span = record.started.map(|started| Span {
            started: begun_to(self.begun, started.at),
            finished: begun_to(self.begun, at),
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
        let mut state = self.lock();
        state.plan.close();
        state.open = 0;
        let released = state.release();
        let caller = state.caller.take();
        drop(state);
        drop((released, caller));
        self.alarm.notify_one();
        for slot in &self.slots {
            if slot.stop() == Stop::Dropped {
                self.ended();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn_starter(self: &Arc<Self>) {
        tokio::spawn(starter(StarterGuard(Some(Arc::clone(self)))));
    }

    /// Takes the next call that may start. Its clock runs from here.
    fn claim(&self) -> Option<Claim> {
        let now = Instant::now();
        let mut state = self.lock();
        let dispatch = Arc::clone(state.dispatch.as_ref()?);
        let index = state.plan.start()?;
        let target = &self.targets[index];
        let tool = *target.tool.as_ref().ok()?;
        let deadline = (now + target.timeout).min(self.deadline);
        let context = CallContext::in_batch(Arc::clone(&self.calls), index, Some(deadline));
        state.alive += 1;
        state.records[index].started = Some(Started {
            at: now,
            context: context.clone(),
            over: None,
        });
        // At the batch's own deadline all calls are told at once.
        let early = deadline < self.deadline && state.add_event(deadline, Event::Cancel(index));
        drop(state);
        if early {
            self.alarm.notify_one();
        }
        Some(Claim {
            index,
            tool,
            context,
            dispatch,
        })
    }

    /// Prepares a call and polls it once; if it is then pending it moves to a task of its own.
    fn begin(self: &Arc<Self>, claim: Claim) {
        let Claim {
            index,
            tool,
            context,
            dispatch,
        } = claim;
        let arguments = self.calls[index].arguments();
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            dispatch.prepare(tool, arguments, context)
        }));
        drop_quietly(dispatch);
        let future = match prepared {
            Ok(Prepared(Ok(future))) => future,
            Ok(Prepared(Err(errors))) => {
                return self.settle(index, Settled::InvalidArguments(errors), true);
            }
            Err(payload) => {
                drop_quietly(payload);
                return self.settle(index, Settled::Panicked { started: false }, true);
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
        } else {
            self.step(index, step);
        }
    }

    /// A poll of a call came to its end.
    fn step(&self, index: usize, step: Step) {
        match step {
            Step::Answered(result) => {
                let late = false;
                self.settle(index, Settled::Answered { result, late }, true);
            }
            Step::Panicked => self.settle(index, Settled::Panicked { started: true }, true),
            Step::Stopped => self.ended(),
            Step::Pending | Step::Gone => {}
        }
    }

    /// Publishes a call's result, unless it has one. With `ended`, its future is dropped.
    fn settle(&self, index: usize, settled: Settled, ended: bool) {
        let now = Instant::now();
        let mut state = self.lock();
        let unwanted = state.publish(index, settled, now);
        if ended {
            state.alive -= 1;
        }
        let busy = state.quiet();
        let caller = if state.open == 0 {
            state.caller.take()
        } else {
            None
        };
        let over = state.open == 0;
        drop(state);
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
        let mut state = self.lock();
        state.alive -= 1;
        let busy = state.quiet();
        drop(state);
        drop(busy);
    }

    /// If a result has made room for more calls, sees to it that they are started.
    fn start_more(self: &Arc<Self>) {
        if self.lock().plan.is_ready() {
            self.spawn_starter();
        }
    }

    /// The runtime has dropped a task of ours: it is shutting down, and what was not started never will be.
    fn starter_lost(&self) {
        let waiting = self.lock().plan.close();
        for index in waiting {
            self.settle(index, Settled::Cancelled { started: false }, false);
        }
    }

    /// The runtime has dropped a call's own task, or the call was stopped and its task ended for that reason.
    fn shell_lost(&self, index: usize) {
        if self.slots[index].stop() == Stop::Dropped {
            self.settle(index, Settled::Cancelled { started: true }, true);
        }
    }

    /// Whether the caller of this is to keep the time: somebody must, and nobody does.
    fn take_watch(&self) -> bool {
        let mut state = self.lock();
        let wanted = state.open > 0 && matches!(state.watch, Watch::Nobody);
        if wanted {
            state.watch = Watch::Awake;
        }
        wanted
    }

    /// The time of the next event; `None` when every call has its result.
    fn next_event(&self) -> Option<Instant> {
        let mut state = self.lock();
        while let Some(Reverse((at, event))) = state.events.peek().copied() {
            if state.open == 0 {
                break;
            }
            if state.is_stale(event) {
                state.events.pop();
                continue;
            }
            state.watch = Watch::Asleep { until: at };
            return Some(at);
        }
        None
    }

    /// Sees to every event that is due.
    fn expire(self: &Arc<Self>) {
        let now = Instant::now();
        loop {
            let mut state = self.lock();
            state.watch = Watch::Awake;
            match state.events.peek().copied() {
                Some(Reverse((at, event))) if at <= now && state.open > 0 => {
                    state.events.pop();
                    let grace_ends = now + self.limits.grace;
                    match event {
                        Event::Cancel(index) => {
                            let context = state.call_off(index, Limit::Call, grace_ends);
                            drop(state);
                            context.inspect(CallContext::cancel);
                        }
                        Event::Batch => {
                            let waiting = state.plan.close();
                            let running: Vec<CallContext> = (0..self.calls.len())
                                .filter_map(|index| state.call_off(index, Limit::Batch, grace_ends))
                                .collect();
                            drop(state);
                            running.iter().for_each(CallContext::cancel);
                            for index in waiting {
                                self.time_out(index, Limit::Batch, None);
                            }
                        }
                        Event::Stop(index) => {
                            let over = state.over(index);
                            drop(state);
                            if let Some(limit) = over {
                                self.time_out(index, limit, Some(self.slots[index].stop()));
                            }
                        }
                    }
                }
                _ => break,
            }
        }
        self.start_more();
    }

    /// Gives a call its result because time ran out; `stop` is what became of it if it was started.
    fn time_out(&self, index: usize, limit: Limit, stop: Option<Stop>) {
        let settled = Settled::TimedOut {
            limit,
            time: match limit {
                Limit::Call => self.targets[index].timeout,
                Limit::Batch => self.limits.batch_timeout,
            },
            started: stop.is_some(),
            still_running: stop == Some(Stop::InProgress),
        };
        match stop {
            // It ended this moment, and whoever polled it is about to publish its result.
            Some(Stop::Gone) => {}
            Some(Stop::Dropped) => self.settle(index, settled, true),
            Some(Stop::InProgress) | None => self.settle(index, settled, false),
        }
    }
}

impl State {
    /// Records the result of a call; hands it back if the call has one.
    fn publish(&mut self, index: usize, mut settled: Settled, now: Instant) -> Option<Settled> {
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
        if record.started.is_some() {
            self.plan.finish();
        }
        self.open = self.open.saturating_sub(1);
        None
    }

    /// What the caller lets go of when it has its report or gives up.
    fn release(&mut self) -> (Option<Arc<dyn Dispatch>>, Option<Busy>) {
        (self.dispatch.take(), self.quiet())
    }

    /// The mark that the batch is busy, once no future of it is left and no result awaited.
    fn quiet(&mut self) -> Option<Busy> {
        if self.open == 0 && self.alive == 0 {
            self.busy.take()
        } else {
            None
        }
    }

    /// Adds an event; true if the timekeeper sleeps too long for it.
    fn add_event(&mut self, at: Instant, event: Event) -> bool {
        self.events.push(Reverse((at, event)));
        matches!(self.watch, Watch::Asleep { until } if at < until)
    }

    fn is_stale(&self, event: Event) -> bool {
        match event {
            Event::Batch => false,
            Event::Cancel(index) | Event::Stop(index) => self.records[index].settled.is_some(),
        }
    }

    /// Marks a running call as over time, to be stopped when its grace ends; its context is to be cancelled.
    fn call_off(&mut self, index: usize, limit: Limit, grace_ends: Instant) -> Option<CallContext> {
        let record = &mut self.records[index];
        if record.settled.is_some() {
            return None;
        }
        let started = record.started.as_mut()?;
        if started.over.is_some() {
            return None;
        }
        started.over = Some(limit);
        let context = started.context.clone();
        self.events.push(Reverse((grace_ends, Event::Stop(index))));
        Some(context)
    }

    /// The limit that a running call without a result has gone over.
    fn over(&self, index: usize) -> Option<Limit> {
        let record = &self.records[index];
        match &record.settled {
            None => record.started.as_ref().and_then(|started| started.over),
            Some(_) => None,
        }
    }
}

/// The result of a call that cannot run.
fn refusal(target: &mut Target) -> Option<Settled> {
    match &mut target.tool {
        Ok(_) => None,
        Err(settled) => Some(std::mem::replace(
            settled,
            Settled::Cancelled { started: false },
        )),
    }
}

fn begun_to(begun: Instant, at: Instant) -> Duration {
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

/// Starts calls while any may start, then keeps the time if nobody does.
async fn starter(mut guard: StarterGuard) {
    let Some(core) = guard.0.clone() else { return };
    let mut slice = std::time::Instant::now();
    let mut polled = 0;
    while let Some(claim) = core.claim() {
        core.begin(claim);
        polled += 1;
        let look = polled % CALLS_PER_LOOK == 0;
        if !coop::has_budget_remaining() || (look && slice.elapsed() > SLICE) {
            tokio::task::yield_now().await;
            slice = std::time::Instant::now();
        }
    }
    if core.take_watch() {
        keep_time(&core).await;
    }
    guard.0 = None;
}

async fn keep_time(core: &Arc<Core>) {
    while let Some(at) = core.next_event() {
        // Either way there is something to look at.
        let _ = tokio::time::timeout_at(at, core.alarm.notified()).await;
        core.expire();
    }
}

/// The task of a call that was pending after its first poll.
///
/// A worker that was woken by a timer or a socket holds the runtime's drivers, and nobody else drives them while it
/// polls: a call that then computes would stop the timers of its siblings and the batch's own, though workers are free.
/// Going once through the queue wakes a free worker, which takes the drivers over.
async fn shell(mut guard: ShellGuard) {
    let index = guard.index;
    let mut queued = true;
    let step = std::future::poll_fn(|context| {
        if !std::mem::replace(&mut queued, guard.core.single_thread) {
            queued = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match guard.core.slots[index].poll(context) {
            Step::Pending => Poll::Pending,
            step => Poll::Ready(step),
        }
    })
    .await;
    guard.armed = false;
    guard.core.step(index, step);
    guard.core.start_more();
}

/// Notices that the runtime dropped a starter before it was done.
struct StarterGuard(Option<Arc<Core>>);

impl Drop for StarterGuard {
    fn drop(&mut self) {
        if let Some(core) = self.0.take() {
            core.starter_lost();
        }
    }
}

/// Notices that a call's own task was dropped before the call was done.
struct ShellGuard {
    core: Arc<Core>,
    index: usize,
    armed: bool,
}

impl Drop for ShellGuard {
    fn drop(&mut self) {
        if self.armed {
            self.core.shell_lost(self.index);
        }
    }
}
