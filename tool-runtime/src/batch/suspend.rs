//! A batch that is left when all that goes on is waiting for decisions.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::Instant;

use super::core::Core;
use super::ledger::Ledger;
use super::record::{Cause, Done, Outcome};
use super::run::Run;
use super::slot::drop_quietly;
use super::{Dispatch, SuspendedBatch};
use crate::outcome::CancelledBy;
use crate::report::{OpenCall, SuspendedCall};
use crate::tool::CallContext;
use crate::{Report, ToolResult};

/// How far a batch has come, see [`Run::or_suspend`].
#[derive(Debug)]
#[must_use = "a suspended batch has calls without a result: store it, or resume it"]
pub enum Progressed {
    /// Every call has its result.
    Finished(Report),
    /// Some calls wait for a decision, and all others that are left for those.
    Suspended(SuspendedBatch),
}

/// A batch that runs until it is at its end or can go no further: see [`Run::or_suspend`]. Dropped, it ends as a [`Run`] does.
#[must_use = "a batch runs while it is awaited"]
pub struct OrSuspend(Run);

impl OrSuspend {
    pub(super) fn new(mut run: Run) -> Self {
        run.suspends(false);
        Self(run)
    }

    /// Whoever decides on a call may change its arguments ([`PendingCall::approve_with`](super::PendingCall::approve_with)).
    ///
    /// Which data a call touches is then not known before the decision, so later calls that touch anything which it could wait for it,
    /// as with an approver that [edits](crate::approval::Approver::edits). Of a batch that is resumed nothing changes: it is as it was
    /// suspended first.
    pub fn with_edits(mut self) -> Self {
        self.0.suspends(true);
        self
    }
}

impl Future for OrSuspend {
    type Output = Progressed;

    /// # Panics
    ///
    /// As [`Run`].
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Progressed> {
        self.0.poll_or_suspend(context)
    }
}

impl fmt::Debug for OrSuspend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OrSuspend").field(&self.0).finish()
    }
}

impl Ledger {
    /// Whether anything may go on but that calls wait.
    fn is_at_rest(&mut self) -> bool {
        let is_over = self.open == 0 || self.closed.is_some();
        !is_over && !self.growing && self.telling == 0 && self.plan.is_at_rest()
    }

    /// Whether calls wait for nothing but decisions, and others for those; these wait for each other in a scope, too.
    fn waits_for_decisions(&mut self, in_scope: &[usize]) -> bool {
        let records = &self.records;
        let waits = |index: usize| {
            // Who is asked is about to say something.
            let decision = records[index].pending.is_some() && !records[index].asked;
            usize::from(decision) + usize::from(in_scope.contains(&index))
        };
        // One that has its end in the plan and no result yet is about to be told.
        self.plan.stuck(waits) == Some(self.open)
    }
}

/// A call without a result when its batch is suspended.
struct Left {
    tool: usize,
    /// Whether it waits for a decision.
    pending: bool,
    /// Whether somebody has decided.
    decided: bool,
}

impl Core {
    /// Whether nothing goes on any more but that calls wait for decisions, and others for those. Asked of a batch that is suspended then.
    pub(super) fn is_stuck(self: &Arc<Self>, ledger: &mut Ledger) -> bool {
        if !ledger.is_at_rest() {
            return false;
        }
        let in_scope = match &self.realm.scope {
            Some(scope) if !self.is_covered() && ledger.has_place() => {
                let is_done = |call: usize| ledger.plan.is_done(call);
                self.scopes.waiting_among_themselves(scope, self, is_done)
            }
            _ => Some(Vec::new()),
        };
        in_scope.is_some_and(|calls| ledger.waits_for_decisions(&calls))
    }

    /// The batch as a value, if it is stuck. Nothing is left of it here: nobody is told that its calls have ended, since they have not.
    pub(super) fn suspend(self: &Arc<Self>) -> Option<SuspendedBatch> {
        let mut ledger = self.ledger();
        if !self.suspends || !self.is_stuck(&mut ledger) {
            return None;
        }
        let dispatch = ledger.dispatch.clone()?;
        let now = Instant::now();
        let left: Vec<_> = (0..ledger.records.len())
            .map(|index| self.leave_open(&mut ledger, index, now))
            .collect();
        ledger.closed = Some(Cause::Cancelled(CancelledBy::Batch));
        drop(ledger);
        let count = left.len();
        let calls = left.into_iter().enumerate();
        let calls = calls
            .map(|(index, left)| match left {
                Ok(result) => SuspendedCall::Finished(result),
                Err(left) => SuspendedCall::Open(self.open_call(&*dispatch, index, &left)),
            })
            .collect();
        drop_quietly(dispatch);
        self.spans.end_without("suspended", count);
        self.abandon();
        Some(SuspendedBatch {
            key: self.calls.key().to_owned(),
            took: self.since(now),
            edits: self.edits,
            tenant: self.realm.tenant.clone(),
            calls,
        })
    }

    /// The result of a call; one that has none gets none here any more.
    fn leave_open(
        &self,
        ledger: &mut Ledger,
        index: usize,
        now: Instant,
    ) -> Result<ToolResult, Left> {
        if let Some(result) = self.told(ledger, index) {
            return Ok(result);
        }
        let record = &mut ledger.records[index];
        // It was not called, and takes its use anew when the batch is resumed.
        record.taken = None;
        record.done = Some(Done {
            at: now,
            is_told: true,
            result: Outcome::Taken,
        });
        Err(Left {
            // One that has none has its result.
            tool: self.entries[index].tool.unwrap_or_default(),
            pending: record.pending.is_some(),
            // What was denied has its result.
            decided: record.asked,
        })
    }

    fn open_call(&self, dispatch: &dyn Dispatch, index: usize, left: &Left) -> OpenCall {
        let call = self.calls.get(index).clone();
        let read = self.calls.arguments(index);
        let context = CallContext::in_batch(Arc::clone(&self.calls), index);
        // That of before is over the arguments before anybody has changed them.
        let before = self.asked_before(index);
        let now = || dispatch.request_id(left.tool, &context);
        OpenCall {
            arguments: (read != call.arguments()).then(|| read.to_owned()),
            call,
            tool: dispatch.fingerprint(left.tool),
            request: before.or_else(|| left.pending.then(now)),
            approved: left.decided,
            edited: self.calls.edited(index).map(str::to_owned),
        }
    }
}
