//! A batch that runs: what its caller and its tasks share, how it begins, and how it tells everybody what has happened.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::agenda::{Agenda, Event, Watch};
use super::approvals::{Approval, RequestId};
use super::busy::Lanes;
use super::held::Held;
use super::inside::{Inside, polled};
use super::ledger::Ledger;
use super::permits::Permits;
use super::plan::Plan;
use super::record::{Cause, Record};
use super::resume::Before;
use super::rules::Rules;
use super::scopes::Scopes;
use super::slot::Slot;
#[cfg(feature = "tracing")]
use super::spans::CallSpan;
use super::spans::Spans;
use super::tenant::Realm;
use super::{Dispatch, Job};
use crate::ToolCall;
use crate::growing::Growing;
use crate::outcome::{CallLimit, Settled};
use crate::outgoing::{Leaving, Redaction};
use crate::quota::Quotas;
use crate::tool::Calls;

/// A batch that runs, shared by its caller and its tasks.
pub(super) struct Core {
    pub(super) calls: Arc<Calls>,
    pub(super) entries: Growing<Entry>,
    pub(super) rules: Arc<Rules>,
    pub(super) begun: Instant,
    /// How long it had taken when it was suspended.
    pub(super) before: Duration,
    pub(super) deadline: Instant,
    /// How long there was until then.
    pub(super) timeout: Duration,
    /// How long calls have to end by themselves.
    pub(super) grace: Duration,
    /// Whether one thread polls everything.
    pub(super) single_thread: bool,
    /// How many starters there may be.
    pub(super) workers: usize,
    /// The polls that go on.
    pub(super) lanes: Lanes,
    /// Wakes the timekeeper: an earlier deadline has come, or the last result.
    pub(super) alarm: Notify,
    pub(super) cancellation: Option<CancellationToken>,
    pub(super) runtime: Handle,
    pub(super) permits: Arc<Permits>,
    pub(super) held: Arc<Held>,
    pub(super) ticket: u64,
    /// Whose calls it has, and the order that they are in with those of other batches.
    pub(super) realm: Realm,
    pub(super) scopes: Arc<Scopes>,
    /// What its calls are counted by.
    pub(super) quotas: Option<Arc<Quotas>>,
    /// What results leave without.
    pub(super) redaction: Redaction,
    /// Whether calls that need approval wait until it is suspended, and nobody is asked.
    pub(super) suspends: bool,
    /// Whether who approves of a call may change its arguments.
    pub(super) edits: bool,
    /// The calls that needed a decision when it was suspended, and what one is made of.
    pub(super) were_pending: Vec<(usize, RequestId)>,
    /// What is traced of it.
    pub(super) spans: Spans,
    /// The call that it is part of.
    pub(super) inside: Option<Inside>,
    /// Whether a call could be started as far as this batch goes, for other batches to see.
    pub(super) has_permit: Arc<AtomicBool>,
    ledger: Mutex<Ledger>,
}

/// One call of a batch.
pub(super) struct Entry {
    /// The tool, by its index; none if the call cannot run.
    pub(super) tool: Option<usize>,
    pub(super) slot: Slot,
    /// Who was asked about it, if it needs approval.
    pub(super) approval: OnceLock<Box<Approval>>,
    #[cfg(feature = "tracing")]
    pub(super) span: CallSpan,
}

impl Entry {
    fn new(tool: Option<usize>) -> Self {
        Self {
            tool,
            slot: Slot::default(),
            approval: OnceLock::new(),
            #[cfg(feature = "tracing")]
            span: CallSpan::default(),
        }
    }
}

/// The tool that a call names, or why the call cannot run.
fn target(
    rules: &Rules,
    dispatch: &dyn Dispatch,
    index: usize,
    call: &ToolCall,
) -> Result<usize, Settled> {
    let most = rules.limits.max_calls;
    if index >= most {
        return Err(Settled::OverLimit {
            limit: CallLimit::BatchSize,
            most,
        });
    }
    dispatch.find(call)
}

/// A call of this tool takes its use of all quotas, if they have one left.
fn admit(
    quotas: Option<&Quotas>,
    rules: &Rules,
    record: &mut Record,
    tool: usize,
) -> Result<usize, Settled> {
    if let Some(quotas) = quotas
        && record.done.is_none()
        // The calls that it consists of are counted.
        && !rules.tools[tool].calls_others
    {
        record.taken = Some(quotas.take(&rules.tools[tool].name)?);
    }
    Ok(tool)
}

impl Core {
    /// A batch of these calls on this runtime, to which more may be added if it is growing.
    pub(super) fn start(
        job: Job,
        calls: Vec<ToolCall>,
        growing: bool,
        runtime: &Handle,
    ) -> Arc<Self> {
        // Panics here, in the caller, on a runtime without a timer: in a starter nobody would see it.
        drop(tokio::time::sleep(Duration::ZERO));
        let Job {
            dispatch,
            shared,
            rules,
            cancellation,
            tenant,
            scope,
            quotas,
            suspends,
            resumed,
            within,
        } = job;
        let outer = polled(&shared);
        let realm = Realm::inside(outer.as_ref().map(|(core, _)| &core.realm), tenant, scope);
        let inside = outer.map(|(core, call)| Inside::of(&core, call, &realm));
        let begun = Instant::now();
        let spans = Spans::begin();
        let observed = dispatch.observes() || spans.is_on();
        let limits = rules.limits;
        let count = calls.len();
        let mut plan = Plan::new(limits.max_concurrency, limits.on_failure);
        plan.reserve(count);
        if realm.scope.is_some() {
            plan.note_done();
        }
        let mut records = Vec::with_capacity(count);
        let mut refused = Vec::new();
        let targets = calls.iter().enumerate();
        let entries = targets.map(|(index, call)| {
            let target = target(&rules, &*dispatch, index, call);
            records.push(Record::new(begun));
            let target = match &resumed {
                None => target,
                Some(resumed) => {
                    let call = resumed.call(index);
                    call.goes_on(&mut records[index], target, &*dispatch)
                }
            };
            let quotas = quotas.as_deref();
            let record = &mut records[index];
            let target = target.and_then(|tool| admit(quotas, &rules, record, tool));
            let tool = target.as_ref().ok().copied();
            let is_open = records[index].done.is_none();
            rules.push(&mut plan, tool.filter(|_| is_open));
            refused.extend(target.err().map(|settled| (index, settled)));
            Entry::new(tool)
        });
        let entries = Growing::new(entries.collect());
        let open = records.iter().filter(|record| record.done.is_none());
        let open = open.count();
        let Before {
            mut key,
            took,
            edits,
            were_pending,
            decisions,
        } = Before::of(resumed);
        let decided_whole = suspends.is_some() || key.is_some();
        let (mut deadline, mut timeout) = (begun + limits.batch_timeout, limits.batch_timeout);
        let (mut grace, mut ends) = (limits.grace, None);
        if let Some(within) = within {
            (deadline, timeout) = (within.deadline.min(deadline), within.timeout);
            (grace, ends) = (within.grace, Some(within.ends));
            key = Some(within.key);
        }
        let calls = Calls::new(begun, calls).decided_whole(decided_whole);
        let calls = match key {
            Some(key) => calls.with_key(key),
            None => calls,
        };
        let mut agenda = Agenda::new(deadline);
        agenda.add(begun + limits.max_wait, Event::Queue);
        let single_thread = runtime.runtime_flavor() == RuntimeFlavor::CurrentThread;
        let workers = runtime.metrics().num_workers();
        let core = Arc::new(Self {
            calls: Arc::new(calls),
            entries,
            rules,
            begun,
            before: took,
            deadline,
            timeout,
            grace,
            single_thread,
            workers: match single_thread {
                true => 1,
                false => workers.max(2),
            },
            lanes: Lanes::new((!single_thread).then_some(workers)),
            alarm: Notify::new(),
            cancellation,
            runtime: runtime.clone(),
            ticket: shared.permits.ticket(),
            realm,
            scopes: shared.scopes,
            quotas,
            redaction: shared.redaction,
            suspends: suspends.is_some(),
            edits: edits.or(suspends).unwrap_or(true),
            were_pending,
            spans,
            inside,
            permits: shared.permits,
            held: shared.held,
            has_permit: Arc::new(AtomicBool::new(true)),
            ledger: Mutex::new(Ledger {
                plan,
                records,
                open,
                places: Vec::new(),
                freed: Vec::new(),
                leaders: HashMap::new(),
                decisions,
                alive: 0,
                in_line: 0,
                growing,
                closed: None,
                starters: 0,
                full: false,
                agenda,
                look: None,
                caller: None,
                feed: None,
                observed,
                untold: Vec::new(),
                telling: 0,
                ended: None,
                dispatch: Some(dispatch),
                busy: Some(shared.idle.enter().with(ends)),
            }),
        });
        // So that a fault can end a call.
        #[cfg(feature = "testing")]
        core.calls.listen(&core);
        let mut ledger = core.ledger();
        core.enter_scope(&mut ledger, 0);
        core.watch_from(&mut ledger, begun);
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
        let target = target(&self.rules, dispatch, index, &call);
        let mut record = Record::new(now);
        let quotas = self.quotas.as_deref();
        let target = target.and_then(|tool| admit(quotas, &self.rules, &mut record, tool));
        let tool = target.as_ref().ok().copied();
        self.calls.push(call);
        self.entries.push(Entry::new(tool));
        self.rules.push(&mut ledger.plan, tool);
        ledger.records.push(record);
        ledger.open += 1;
        self.enter_scope(&mut ledger, index);
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
        let wanted = match ledger.agenda.watch {
            _ if self.single_thread => 1,
            Watch::Nobody => self.workers.min(calls.saturating_add(1)).max(2),
            Watch::Awake | Watch::Asleep { .. } => self.workers.min(calls),
        };
        let missing = wanted.saturating_sub(ledger.starters);
        ledger.starters += missing;
        missing
    }

    /// How what is said about a call leaves.
    pub(super) fn leaving(&self, index: usize) -> Leaving<'_> {
        let limits = &self.rules.limits;
        Leaving {
            redaction: &self.redaction,
            envelope: limits.envelope,
            max_text: self.max_result_bytes(index),
            max_media: limits.max_media_bytes,
            tool: self.calls.get(index).name(),
        }
    }

    /// How many bytes the texts of a call's result have at most.
    pub(super) fn max_result_bytes(&self, index: usize) -> usize {
        let tool = self.entries[index].tool;
        let own = tool.map(|tool| self.rules.tools[tool].max_result_bytes);
        own.unwrap_or(self.rules.limits.max_result_bytes)
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of the ledger after something has happened, and tells everybody whom it concerns; true if a task was woken.
    #[inline]
    pub(super) fn unlock(self: &Arc<Self>, ledger: MutexGuard<'_, Ledger>) -> bool {
        let has = ledger.plan.has_permit();
        let is_known = self.has_permit.load(Ordering::Relaxed) == has;
        // As it is after most calls: it concerns nobody.
        let is_quiet = is_known && !self.suspends && self.realm.scope.is_none();
        if is_quiet && ledger.concerns_nobody() {
            return false;
        }
        self.unlock_and_tell(ledger)
    }

    fn unlock_and_tell(self: &Arc<Self>, mut ledger: MutexGuard<'_, Ledger>) -> bool {
        ledger.note_unblocked(self.rules.limits.max_wait);
        let skipped = ledger.plan.take_skipped();
        // With who tells of them, since whoever drops the batch takes that once the ledger is unlocked.
        let untold = (!ledger.untold.is_empty())
            .then(|| (std::mem::take(&mut ledger.untold), ledger.dispatch.clone()));
        let scoped = self.realm.scope.is_some();
        let in_scope = scoped.then(|| (ledger.take_ended(), std::mem::take(&mut ledger.freed)));
        let has = ledger.plan.has_permit();
        // Other batches let those of this one go first that could go.
        let changed = self.has_permit.load(Ordering::Relaxed) != has;
        if changed {
            self.has_permit.store(has, Ordering::SeqCst);
        }
        let changed = changed && ledger.in_line > 0;
        let over = ledger.is_over();
        let reader = ledger.feed.as_mut().and_then(|feed| feed.take_waker(over));
        let caller = match over || (self.suspends && self.is_stuck(&mut ledger)) {
            true => ledger.caller.take(),
            false => None,
        };
        let quiet = ledger.quiet();
        drop(ledger);
        drop(quiet);
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
        if let Some((ended, freed)) = in_scope {
            self.tell_scope(ended, freed);
        }
        if let Some((untold, dispatch)) = untold {
            woke |= self.tell_of(&untold, dispatch);
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
}
