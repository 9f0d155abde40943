//! Many calls, one turn: one result for each, in the order of the calls.
//!
//! [`Bound::run`](crate::Bound::run) takes calls that are all there, [`Bound::start`](crate::Bound::start) takes them as they
//! come. Either way each begins as soon as nothing that it conflicts with is before it and the [`Policy`] lets it.
//!
//! `core` holds a batch together, `plan` says which call may start, `claim` takes it, `executor` runs it, `retry` runs it again,
//! `coalesce` runs it for others too, `settling` sees to its end and `ending` to an early one. `approvals` lets somebody decide on it,
//! `suspend` makes a value of a batch whose calls wait for that, `resume` goes on with it,
//! `slot` holds a call while it runs, `timekeeper` says what is due from its `agenda`, `ledger` has what is known, in a `record` for
//! each call, `log` tells of what a program must know, `spans` of all that it does. What batches of a toolbox
//! share: `permits` are counted, `held` keeps what outlives its batch, `scopes` keep an order `across` them, and one that is begun
//! `inside` a call is part of it. Which tool a call means and what state it gets is the toolbox's matter, behind `Dispatch`.

mod across;
mod agenda;
mod approvals;
mod busy;
mod claim;
mod coalesce;
mod core;
mod ending;
mod events;
mod executor;
mod held;
mod idle;
mod inside;
mod ledger;
mod log;
#[cfg(all(test, model))]
mod models;
mod permits;
mod plan;
mod policy;
mod record;
mod report;
mod resume;
mod retry;
mod rules;
mod run;
mod scopes;
mod settling;
mod sink;
mod slot;
mod spans;
mod suspend;
mod sync;
mod tasks;
mod tenant;
mod timekeeper;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use approvals::{Asked, NOT_ASKED, RequestId, Verdict, whatever_it_touches};
pub use events::{Event, Events};
use held::Held;
use idle::Idle;
use permits::Permits;
pub use policy::{OnFailure, Policy, Repair, Retry, StreamedCalls, Undeclared};
pub(crate) use resume::Resumed;
pub(crate) use rules::Rules;
pub(crate) use rules::ToolRules;
pub use run::Run;
use scopes::Scopes;
pub use sink::Batch;
pub(crate) use slot::{drop_quietly, said};
pub use suspend::{OrSuspend, Progressed};
pub(crate) use tenant::Tenant;

pub use crate::outcome::ErrorDetail;
pub use crate::report::{PendingCall, SuspendedBatch};

use crate::outcome::Settled;
use crate::outgoing::Redaction;
use crate::quota::Quotas;
use crate::tool::{CallContext, Prepared};
use crate::{Fingerprint, ToolCall, ToolResult};

/// What finds and prepares the calls of a batch: tools and state, without their types.
pub(crate) trait Dispatch: Send + Sync {
    /// The index of the tool that a call names, or why the call cannot run.
    fn find(&self, call: &ToolCall) -> Result<usize, Settled>;

    /// Prepares a call of the tool at `index`.
    fn prepare(&self, index: usize, call: &ToolCall, context: CallContext) -> Prepared;

    /// Whether results of other calls are still to come into the arguments of a call, so that their text does not say what they are.
    fn awaits_calls(&self, context: &CallContext) -> bool;

    /// Asks about a call of the tool at `index`; `None` if nobody is there to be asked.
    fn ask(&self, index: usize, context: CallContext) -> Option<Asked>;

    /// What a decision on this call of the tool at `index` is made of.
    fn request_id(&self, index: usize, context: &CallContext) -> RequestId;

    /// What tells the tool at `index` from others, and from what it was or will be.
    fn fingerprint(&self, index: usize) -> Fingerprint;

    /// Sees to it that the arguments of a call of the tool at `index` are read as they were meant, if the policy says so and
    /// they would be refused as they are. Preparing the call does that too.
    fn repair(&self, index: usize, call: &ToolCall, context: CallContext);

    /// Whether anybody wants to know of results.
    fn observes(&self) -> bool;

    /// Tells whoever wants to know of a result of a call of this tool, or of none. Does not panic.
    fn finished(&self, tool: Option<usize>, result: &ToolResult);
}

/// What all batches of a toolbox share.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    idle: Arc<Idle>,
    permits: Arc<Permits>,
    held: Arc<Held>,
    scopes: Arc<Scopes>,
    redaction: Redaction,
}

impl Shared {
    /// What nothing of is there yet, for results that leave without what this takes out.
    pub(crate) fn new(redaction: Redaction) -> Self {
        Self {
            redaction,
            ..Self::default()
        }
    }

    /// The same with nothing in it.
    #[cfg(feature = "testing")]
    pub(crate) fn renewed(&self) -> Self {
        Self::new(self.redaction.clone())
    }

    /// Waits until no batch is going on and nothing of an earlier one is left.
    pub(crate) async fn idle(&self) {
        self.idle.wait().await;
    }
}

/// All that a batch needs, but its calls.
pub(crate) struct Job {
    pub(crate) dispatch: Arc<dyn Dispatch>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) shared: Shared,
    pub(crate) cancellation: Option<CancellationToken>,
    /// Whose calls it has.
    pub(crate) tenant: Tenant,
    /// The name of the order that its calls are in, with those of other batches of the same tenant.
    pub(crate) scope: Option<Arc<str>>,
    /// What its calls are counted by.
    pub(crate) quotas: Option<Arc<Quotas>>,
    /// Whether calls that need approval wait until the batch is suspended, and nobody is asked; then whether their arguments may be
    /// changed meanwhile.
    pub(crate) suspends: Option<bool>,
    /// The batch that goes on with it.
    pub(crate) resumed: Option<Box<Resumed>>,
    /// The call that consists of it.
    pub(crate) within: Option<Box<Within>>,
}

/// What a batch has of a call that consists of it and of nothing else.
pub(crate) struct Within {
    /// The call's, of which those of its calls are made.
    pub(crate) key: String,
    /// The call's.
    pub(crate) deadline: Instant,
    /// How long that one had.
    pub(crate) timeout: Duration,
    /// How long its calls have to end by themselves: less than the call has, which tells of them then.
    pub(crate) grace: Duration,
    /// Dropped when nothing of the batch is left.
    pub(crate) ends: oneshot::Sender<()>,
}
