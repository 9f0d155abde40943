//! What runs calls: one desk for all, or one for each.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::dialect::Mcp;
use tool_runtime::tool::State;
use tool_runtime::{Batch, Bound, ManifestError, Toolbox};

use super::IncomingCall;
use crate::wire::Offer;

/// A toolbox with its state, whatever its state is.
pub(super) trait Desk: Send + Sync {
    fn offers(&self) -> Result<Vec<Offered>, ManifestError>;

    /// A batch for this call.
    ///
    /// # Errors
    ///
    /// Why it is not run.
    fn start(&self, call: &IncomingCall, is_approved: bool) -> Result<Batch, String>;

    /// Whether two calls may be run differently that differ in their headers alone.
    fn reads_headers(&self) -> bool;
}

/// A tool as it is told of, and as the toolbox has it.
pub(super) struct Offered {
    pub(super) offer: Offer,
    pub(super) tool: String,
    pub(super) needs_approval: bool,
}

/// Each call is tried once: its caller tries again, here or elsewhere.
pub(super) struct Fixed<S: 'static>(Bound<S>);

pub(super) struct PerCall<S: 'static, F> {
    pub(super) toolbox: Toolbox<S>,
    pub(super) choose: F,
}

impl<S: State> Fixed<S> {
    pub(super) fn new(bound: Bound<S>) -> Self {
        Self(bound.without_retries())
    }
}

impl<S: State> Desk for Fixed<S> {
    fn offers(&self) -> Result<Vec<Offered>, ManifestError> {
        offers(self.0.toolbox())
    }

    fn start(&self, _: &IncomingCall, is_approved: bool) -> Result<Batch, String> {
        Ok(start(&self.0, is_approved))
    }

    fn reads_headers(&self) -> bool {
        false
    }
}

impl<S, F> Desk for PerCall<S, F>
where
    S: State,
    F: Fn(&IncomingCall) -> Result<Bound<S>, String> + Send + Sync,
{
    fn offers(&self) -> Result<Vec<Offered>, ManifestError> {
        offers(&self.toolbox)
    }

    fn start(&self, call: &IncomingCall, is_approved: bool) -> Result<Batch, String> {
        // The caller waits for an answer.
        let chosen = catch_unwind(AssertUnwindSafe(|| (self.choose)(call)));
        let chosen = chosen.unwrap_or_else(|_| Err("the worker could not take it".to_owned()));
        Ok(start(&chosen?.without_retries(), is_approved))
    }

    fn reads_headers(&self) -> bool {
        true
    }
}

fn offers<S: State>(toolbox: &Toolbox<S>) -> Result<Vec<Offered>, ManifestError> {
    let shown = toolbox.definitions(Mcp)?;
    let pairs = shown.iter().zip(toolbox.tools());
    let offered = pairs.map(|(shown, definition)| Offered {
        offer: Offer::new(shown.name(), definition, shown.as_str()),
        tool: definition.name().to_owned(),
        needs_approval: definition.needs_approval(),
    });
    Ok(offered.collect())
}

fn start<S: State>(bound: &Bound<S>, is_approved: bool) -> Batch {
    if !is_approved || bound.has_approver() {
        return bound.start();
    }
    let approver = approval::by(|request: ApprovalRequest| async move { Ok(request.approve()) });
    bound.clone().approved_by(approver).start()
}
