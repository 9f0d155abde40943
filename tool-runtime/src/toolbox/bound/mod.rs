//! A toolbox with its state: what runs calls.

mod dispatch;
mod settings;

use std::fmt;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Toolbox;
use super::approval::Approver;
use crate::IntoCalls;
#[cfg(feature = "testing")]
use crate::ToolCall;
use crate::batch::{Batch, Job, Rules, Run};
#[cfg(feature = "testing")]
use crate::batch::{Dispatch, OnFailure, ToolRules};
use crate::journal::Journal;
use crate::quota::Quotas;
#[cfg(feature = "testing")]
use crate::testing::Turnstile;
use crate::tool::{CallContext, Prepared, State};

/// A toolbox with its state: what runs calls.
pub struct Bound<S: 'static> {
    pub(super) toolbox: Toolbox<S>,
    pub(super) state: Arc<S>,
    pub(super) rules: Arc<Rules>,
    pub(super) cancellation: Option<CancellationToken>,
    pub(super) tenant: Option<Arc<str>>,
    pub(super) scope: Option<Arc<str>>,
    pub(super) approver: Option<Arc<dyn Approver>>,
    pub(super) quotas: Option<Arc<Quotas>>,
    /// What calls go through poll by poll, in a test.
    #[cfg(feature = "testing")]
    pub(super) turnstile: Option<Arc<Turnstile>>,
    pub(super) journal: Option<Arc<dyn Journal>>,
}

impl<S: State> Bound<S> {
    /// Runs a model's calls in parallel: one result for each, in their order, whatever becomes of them.
    ///
    /// Takes `&[ToolCall]` as a turn has it, an array or a `Vec`. Nothing begins before the future is polled; it can
    /// be spawned. A call that fails, panics, hangs, names no tool or has malformed arguments gets a result that says
    /// so, and its siblings are not touched. No call outlives the batch: see [`Run`]. What a tool
    /// spawns itself does, and is the tool's to end: its context says when.
    ///
    /// Calls run on tasks of their own: task-local values of the caller do not reach them.
    ///
    /// # Inside a call
    ///
    /// A batch that a tool begins while it is called by a batch of the same toolbox is part of that call, since to wait for what the call
    /// itself holds would be to wait for ever. Where both are in the order of one scope
    /// ([`order_across_batches`](Self::order_across_batches)), its calls may touch what the call declares; any other is denied, and so is
    /// one in another scope that touches anything. What the call holds of a limit (threads, calls of a tool or a group) is lent to one
    /// call inside after the other; while it holds any, a call inside that needs more than is free is answered with
    /// [`CallLimit::Inside`](crate::CallLimit::Inside). Batches inside one call are in no order with each other. A batch that a tool begins
    /// on a task or a thread of its own is not known to be inside.
    ///
    /// # Panics
    ///
    /// When awaited outside a Tokio runtime with a timer.
    pub fn run(&self, calls: impl IntoCalls) -> Run {
        Run::new(calls.into(), self.job())
    }

    /// Begins a batch that takes calls as they come, as with a response that is streamed: see [`Batch`].
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime with a timer.
    pub fn start(&self) -> Batch {
        Batch::new(self.job())
    }

    /// The same for a test, in which calls go through a turnstile and have as much time as they need.
    #[cfg(feature = "testing")]
    pub(crate) fn tested(&self, turnstile: Arc<Turnstile>) -> Self {
        Self {
            rules: Arc::new(self.rules.without_haste()),
            turnstile: Some(turnstile),
            ..self.clone()
        }
    }

    /// What is done about failures.
    #[cfg(feature = "testing")]
    pub(crate) fn on_failure(&self) -> OnFailure {
        self.rules.limits.on_failure
    }

    /// What counts as declared by the tool that a call names, if there is one.
    #[cfg(feature = "testing")]
    pub(crate) fn declared_by(&self, call: &ToolCall) -> Option<&ToolRules> {
        let tool = self.find(call).ok()?;
        self.rules.tools.get(tool)
    }

    /// What counts as declared by the tools.
    #[cfg(feature = "testing")]
    pub(crate) fn all_declared(&self) -> impl Iterator<Item = &ToolRules> {
        self.rules.tools.iter()
    }

    /// Prepares a call of the tool at `index` with these arguments.
    pub(super) fn read(&self, index: usize, arguments: &str, context: CallContext) -> Prepared {
        let tool = &self.toolbox.0.all.tools[index];
        #[cfg(feature = "testing")]
        if let Some(turnstile) = &self.turnstile {
            let prepared = tool.prepare(arguments, context.clone(), Arc::clone(&self.state));
            return turnstile.stand_before(&context, prepared);
        }
        tool.prepare(arguments, context, Arc::clone(&self.state))
    }

    pub(super) fn job(&self) -> Job {
        Job {
            dispatch: Arc::new(self.clone()),
            rules: Arc::clone(&self.rules),
            shared: self.toolbox.0.all.running.clone(),
            cancellation: self.cancellation.clone(),
            tenant: self.tenant.clone(),
            scope: self.scope.clone(),
            quotas: self.quotas.clone(),
            suspends: None,
            resumed: None,
        }
    }
}

impl<S> Clone for Bound<S> {
    fn clone(&self) -> Self {
        Self {
            toolbox: self.toolbox.clone(),
            state: Arc::clone(&self.state),
            rules: Arc::clone(&self.rules),
            cancellation: self.cancellation.clone(),
            tenant: self.tenant.clone(),
            scope: self.scope.clone(),
            approver: self.approver.clone(),
            quotas: self.quotas.clone(),
            #[cfg(feature = "testing")]
            turnstile: self.turnstile.clone(),
            journal: self.journal.clone(),
        }
    }
}

impl<S> fmt::Debug for Bound<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound")
            .field("toolbox", &self.toolbox)
            .finish_non_exhaustive()
    }
}
