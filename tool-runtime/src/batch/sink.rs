//! A batch that takes calls as they come.

use std::fmt;
use std::sync::Arc;

use super::core::Core;
use super::events::Events;
use super::record::Cause;
use super::run::{Run, start};
use super::{Dispatch, Job};
use crate::ToolCall;
use crate::outcome::CancelledBy;

/// A batch that takes calls as they come, and begins each as soon as the calls before it let it.
///
/// With a response that is streamed, the first tools finish while the model is still writing:
///
/// ```
/// # use tool_runtime::{Toolbox, ToolCall, tool, tools};
/// # /// Adds.
/// # #[tool(pure)] async fn add(/** A number. */ a: i64, /** Another. */ b: i64) -> i64 { a + b }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # let toolbox = Toolbox::new(tools![add]).unwrap();
/// # let streamed = [r#"{"a": 1, "b": 2}"#, r#"{"a": 3, "b": 4}"#];
/// let batch = toolbox.start();
/// for arguments in streamed {
///     batch.push(ToolCall::new("", "add", arguments)); // runs from here on
/// }
/// let report = batch.finish().await;
/// assert_eq!(report.results()[1].text(), "7");
/// # }
/// ```
///
/// The batch's time runs from its start. Dropped without [`finish`](Self::finish), it ends as a [`Run`] that is dropped.
#[must_use = "a batch that is dropped ends its calls; `finish` gives the report"]
pub struct Batch {
    core: Option<Arc<Core>>,
    dispatch: Arc<dyn Dispatch>,
}

impl Batch {
    pub(crate) fn new(job: Job) -> Self {
        let dispatch = Arc::clone(&job.dispatch);
        Self {
            core: Some(start(job, Vec::new(), true)),
            dispatch,
        }
    }

    /// Adds a call after all others and begins it as soon as they let it; its index, by which results and waits name it.
    ///
    /// Calls that are pushed from several tasks are in the order of the pushes.
    pub fn push(&self, call: ToolCall) -> usize {
        self.core().push(call, &*self.dispatch)
    }

    /// Cancels the call with this index, if it has no result yet: one that has not begun is answered at once, one that runs
    /// is told by its context and has the policy's grace to end by itself. What has its result keeps it.
    ///
    /// What a call touches is known once its arguments were read. One that is cancelled before is as one whose arguments are not
    /// valid: no other depends on it.
    ///
    /// An index that is not there is ignored.
    pub fn cancel(&self, index: usize) {
        self.core()
            .end([(index, Cause::Cancelled(CancelledBy::Call))]);
    }

    /// The results as they come, those that have come already first. The stream ends when the batch is finished, without
    /// the report, which `finish` gives; for a stream that has it too see [`Run::events`].
    ///
    /// One stream at a time: another takes over, and the first ends.
    pub fn events(&self) -> Events {
        Events::new(self.core())
    }

    /// No more calls come: the report, when all have their results.
    pub fn finish(mut self) -> Run {
        let core = Arc::clone(self.core());
        self.core = None;
        let mut ledger = core.ledger();
        ledger.growing = false;
        core.unlock(ledger);
        Run::of(core)
    }

    fn core(&self) -> &Arc<Core> {
        match &self.core {
            Some(core) => core,
            None => unreachable!("`finish` takes the batch"),
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if let Some(core) = self.core.take() {
            core.abandon();
        }
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.core().ledger().records.len();
        f.debug_struct("Batch").field("calls", &calls).finish()
    }
}
