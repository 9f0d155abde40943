//! A toolbox with its state: what runs calls.

use std::fmt;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Toolbox;
use super::approval::Approver;
use crate::batch::{Batch, Job, Policy, Rules, Run};
use crate::journal::Journal;
use crate::quota::{Quota, Quotas};
#[cfg(feature = "testing")]
use crate::testing::Turnstile;
use crate::tool::{CallContext, Prepared, State};
use crate::{IntoCalls, PolicyError, QuotaError};

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
    /// The same toolbox and state under another policy.
    ///
    /// # Errors
    ///
    /// If the policy cannot be kept: a duration or a limit out of range, or a tool that the toolbox does not have.
    pub fn with(self, policy: Policy) -> Result<Self, PolicyError> {
        let definitions = &self.toolbox.0.all.definitions;
        policy.check(definitions)?;
        Ok(Self {
            rules: Arc::new(Rules::new(&policy, definitions)),
            ..self
        })
    }

    /// The same, but that each call is tried once, whatever the policy says: where who calls tries again, as the callers of a worker do.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, ToolCall, ToolError, tool, tools};
    /// /// Says what time it is.
    /// #[tool(pure)]
    /// async fn tell_time() -> Result<String, ToolError> {
    ///     Err(ToolError::new("The clock stands still.").retryable())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let desk = Toolbox::new(tools![tell_time]).unwrap().bind(());
    /// let report = desk.without_retries().run([ToolCall::new("call_1", "tell_time", "{}")]).await;
    /// assert_eq!(report.results()[0].failed_attempts().len(), 0); // else two, after which it was tried once more
    /// # }
    /// ```
    #[must_use]
    pub fn without_retries(self) -> Self {
        Self {
            rules: Arc::new(self.rules.without_retries()),
            ..self
        }
    }

    /// The same, but that `token` cancels every batch: calls that have not begun are answered at once, those that run are told
    /// by their contexts and have the policy's grace to end by themselves. Results that are there stay.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, ToolCall, tool, tools};
    /// use tokio_util::sync::CancellationToken;
    ///
    /// # /// Waits.
    /// # #[tool(pure)] async fn wait() { std::future::pending().await }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let toolbox = Toolbox::new(tools![wait]).unwrap();
    /// # let calls = [ToolCall::new("call_1", "wait", "")];
    /// let gone = CancellationToken::new(); // cancelled when the client goes away
    /// let desk = toolbox.bind(()).cancelled_by(gone.clone());
    /// # gone.cancel();
    /// let report = desk.run(calls).await;
    /// assert_eq!(report.results()[0].outcome().ending.code(), "cancelled");
    /// # }
    /// ```
    #[must_use]
    pub fn cancelled_by(self, token: CancellationToken) -> Self {
        Self {
            cancellation: Some(token),
            ..self
        }
    }

    /// The same, with somebody who decides on calls that need approval: see [`Approver`]. Without one none of them is made.
    ///
    /// Who it is may differ from request to request: the user who is waiting, say.
    #[must_use]
    pub fn approved_by(self, approver: impl Approver) -> Self {
        Self {
            approver: Some(Arc::new(approver)),
            ..self
        }
    }

    /// The same, with a journal of which calls begin and what comes of them: see [`journal`](crate::journal).
    ///
    /// No tool is called before the journal has written it down, and after a crash it says which calls may have taken effect.
    ///
    /// ```no_run
    /// # use tool_runtime::{Toolbox, ToolCall, tool, tools};
    /// use tool_runtime::journal::FileJournal;
    ///
    /// # /// Pays.
    /// # #[tool(writes("account"))] async fn pay() {}
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let toolbox = Toolbox::new(tools![pay])?;
    /// # let calls = [ToolCall::new("call_1", "pay", "{}")];
    /// let journal = FileJournal::open("conversation-7.journal")?;
    /// let report = toolbox.bind(()).journaled_by(journal).run(calls).await;
    /// # let _ = report;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn journaled_by(self, journal: impl Journal) -> Self {
        Self {
            journal: Some(Arc::new(journal)),
            ..self
        }
    }

    /// The same, but that calls keep their order over all batches of the toolbox with this scope, and not only within one.
    ///
    /// A batch by itself keeps the order of its own calls; two that run at once touch the same data in any order. With a scope, a call
    /// waits for what conflicts with it in every batch of the scope that was started before, and for the calls of its own batch
    /// before it. Batches that were handed over at once are as if one had run after the other; calls that are pushed one by one
    /// ([`start`](Self::start)) are in the order of the pushes. No call overtakes another that it conflicts with, though that one
    /// still waits itself.
    ///
    /// Keys of different scopes are different, and a tenant's scopes are its own: the scope `inbox` of one
    /// [tenant](Self::for_tenant) is not that of another, nor that of a desk without one. A batch without a scope is in no order with
    /// others. A failure is its own batch's: what depends on it there may be skipped, what waits for it in other batches
    /// runs.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, ToolCall, tool, tools};
    /// /// Set the price.
    /// #[tool(writes("price"))]
    /// async fn set_price(/** In cents. */ to: u32) {
    ///     tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    /// #   let _ = to;
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let toolbox = Toolbox::new(tools![set_price]).unwrap();
    /// let call = |to| [ToolCall::new("", "set_price", format!(r#"{{"to": {to}}}"#))];
    /// let desk = toolbox.bind(()).order_across_batches("tenant-7");
    /// let (first, second) = tokio::join!(desk.run(call(100)), desk.run(call(200)));
    /// assert!(first.results()[0].waits().is_empty());
    /// assert!(!second.results()[0].waits().is_empty()); // for the first one's call
    /// # }
    /// ```
    #[must_use]
    pub fn order_across_batches(self, scope: impl Into<Arc<str>>) -> Self {
        Self {
            scope: Some(scope.into()),
            ..self
        }
    }

    /// The same within a quota, beside those that it is within already: calls of which that has none left are not made, and the model
    /// reads why. See [`Quota`].
    ///
    /// ```
    /// # use tool_runtime::{Quota, Toolbox, tool, tools};
    /// # /// Sends an email.
    /// # #[tool(writes("mailbox"))] async fn send_email() {}
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let toolbox = Toolbox::new(tools![send_email]).unwrap();
    /// let run = Quota::new("in this conversation").tool("send_email", 3);
    /// let desk = toolbox.bind(()).within(&run).unwrap();
    /// # let calls = [tool_runtime::ToolCall::new("call_1", "send_email", "")];
    /// let report = desk.run(calls).await;
    /// assert_eq!(run.used("send_email"), 1);
    ///
    /// let misspelt = Quota::new("in this conversation").tool("send_emial", 3);
    /// assert_eq!(
    ///     toolbox.bind(()).within(&misspelt).unwrap_err().to_string(),
    ///     "the quota is for the tool `send_emial`, which the toolbox does not have; did you mean `send_email`?"
    /// );
    /// # assert!(!report.results()[0].is_error());
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the quota is for a tool that the toolbox does not have. It may be for tools that a [view](Toolbox::view) does not show, since
    /// one quota may serve several views.
    pub fn within(self, quota: &Quota) -> Result<Self, QuotaError> {
        let toolbox = &self.toolbox.0;
        quota.check(&toolbox.all.definitions)?;
        let quotas = self.quotas.as_deref().cloned().unwrap_or_default();
        Ok(Self {
            quotas: Some(Arc::new(quotas.and(quota, &toolbox.definitions))),
            ..self
        })
    }

    /// The same, but that the calls are this tenant's: a customer's of the program, say. Whoever calls itself the same, in any batch of
    /// the toolbox, is the same.
    ///
    /// Calls of different tenants have nothing to do with each other:
    ///
    /// - Keys are the tenant's own: `account:7` of one is not that of another. That holds for the scopes of
    ///   [`order_across_batches`](Self::order_across_batches), and for what a call still writes that could not be stopped, for which
    ///   later calls of the same tenant wait and no others.
    /// - The policy may limit how many of one tenant's calls run at once
    ///   ([`group_concurrency_per_tenant`](Policy::group_concurrency_per_tenant),
    ///   [`tool_concurrency_per_tenant`](Policy::tool_concurrency_per_tenant)), so that the others have something of a backend that all
    ///   share.
    /// - A batch that was [suspended](crate::batch::SuspendedBatch) is resumed by a desk of its tenant and by no other.
    ///
    /// What a tenant may call is a [view](Toolbox::view), and the data that calls reach is the state: give each tenant its own of both.
    ///
    /// A desk without a tenant is the program's: it is in no tenant's limit, its scopes are apart from those of tenants, and as it may
    /// touch anybody's data, calls that could not be stopped hold up its calls whosever they are, and its own hold up everybody's. A
    /// batch that a tool begins [inside a call](Self::run) is the call's tenant's, unless it says another.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};
    /// /// Ask the billing system, which takes two questions at once.
    /// #[tool(reads("invoices"))]
    /// async fn list_invoices() {
    ///     tokio::time::sleep(Duration::from_millis(5)).await;
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let policy = Policy::default()
    ///     .group_concurrency("billing", ["list_invoices"], 2)
    ///     .group_concurrency_per_tenant("billing", 1);
    /// let toolbox = Toolbox::<()>::builder().tools(tools![list_invoices]).policy(policy).build()?;
    /// let call = || ToolCall::new("", "list_invoices", "{}");
    /// let (busy, other) = tokio::join!(
    ///     toolbox.bind(()).for_tenant("acme").run([call(), call(), call()]),
    ///     toolbox.bind(()).for_tenant("globex").run([call()]),
    /// );
    /// assert_eq!(busy.results()[2].waits()[0].what.to_string(), "one of its tenant's permits of the group `billing`");
    /// assert!(other.results()[0].waits().is_empty());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn for_tenant(self, tenant: impl Into<Arc<str>>) -> Self {
        Self {
            tenant: Some(tenant.into()),
            ..self
        }
    }

    /// The toolbox without its state: its tools and manifests, for who is handed the whole and tells others of it.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, dialect::Mcp, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    /// let desk = Toolbox::new(tools![tell_time])?.bind(());
    /// assert_eq!(desk.toolbox().tools()[0].name(), "tell_time");
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn toolbox(&self) -> &Toolbox<S> {
        &self.toolbox
    }

    /// Whether somebody decides on calls that need approval: see [`approved_by`](Self::approved_by).
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, approval::{self, ApprovalRequest}, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    /// let desk = Toolbox::new(tools![tell_time])?.bind(());
    /// assert!(!desk.has_approver());
    /// let no = approval::by(|request: ApprovalRequest| async { Ok(request.deny("Not today.")) });
    /// assert!(desk.approved_by(no).has_approver());
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn has_approver(&self) -> bool {
        self.approver.is_some()
    }

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

    /// Prepares a call of the tool at `index` with these arguments.
    pub(super) fn read(&self, index: usize, arguments: &str, context: CallContext) -> Prepared {
        if let Some(steps) = self.toolbox.steps_of(index) {
            return self.read_steps(steps, arguments, context);
        }
        let tool = self.toolbox.0.tool(index);
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
            within: None,
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
