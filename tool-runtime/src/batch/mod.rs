//! Many calls, one turn: one result for each, in the order of the calls.
//!
//! `plan` says which call may start, `executor` runs it, `threads` counts what may block, `slot` holds it while it runs,
//! `timekeeper` ends it, `ledger` has what came of it. Which tool a call means and what state it gets is the toolbox's matter, behind `Dispatch`.

mod claim;
mod executor;
mod idle;
mod ledger;
mod plan;
mod policy;
mod slot;
mod tasks;
mod threads;
mod timekeeper;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;

pub(crate) use idle::Idle;
pub(crate) use policy::Limits;
pub use policy::Policy;
pub(crate) use threads::Threads;

use crate::outcome::Settled;
use crate::tool::{CallContext, DeclaredEffects, Prepared};
use crate::{Report, ToolCall};
use executor::Core;

/// What prepares the calls of a batch: tools and state, without their types.
pub(crate) trait Dispatch: Send + Sync {
    /// Prepares a call of the tool at `index`.
    fn prepare(&self, index: usize, arguments: &str, context: CallContext) -> Prepared;
}

/// What a call's name was resolved to.
#[derive(Debug)]
pub(crate) struct Target {
    /// The tool, by its index; or why the call cannot run.
    pub(crate) tool: Result<usize, Settled>,
    pub(crate) timeout: Duration,
    pub(crate) effects: DeclaredEffects,
}

/// All that a batch needs to run.
pub(crate) struct Job {
    pub(crate) calls: Vec<ToolCall>,
    pub(crate) targets: Vec<Target>,
    pub(crate) dispatch: Arc<dyn Dispatch>,
    pub(crate) limits: Limits,
    pub(crate) idle: Arc<Idle>,
    pub(crate) threads: Arc<Threads>,
}

/// A batch that runs: a future of its [`Report`].
///
/// Nothing begins before the first poll. Dropped before its end, it drops every call that is not just being polled
/// before the drop returns, and the others when that poll returns.
#[must_use = "a batch runs while it is awaited"]
pub struct Run(State);

enum State {
    New(Job),
    Running(Arc<Core>),
    Finished,
}

impl Run {
    pub(crate) fn new(job: Job) -> Self {
        Self(State::New(job))
    }
}

impl Future for Run {
    type Output = Report;

    /// # Panics
    ///
    /// Outside a Tokio runtime, on one without a timer, or after the report was taken.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Report> {
        let core = match std::mem::replace(&mut self.0, State::Finished) {
            State::New(job) => {
                let Ok(runtime) = Handle::try_current() else {
                    panic!(
                        "a batch needs a Tokio runtime: await it in `#[tokio::main]`, `#[tokio::test]` or `Runtime::block_on`"
                    );
                };
                Core::start(job, &runtime)
            }
            State::Running(core) => core,
            State::Finished => panic!("a batch was polled after its report was taken"),
        };
        match core.poll_report(context) {
            Poll::Ready(report) => Poll::Ready(report),
            Poll::Pending => {
                self.0 = State::Running(core);
                Poll::Pending
            }
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let State::Running(core) = &self.0 {
            core.abandon();
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            State::New(_) => "Run(new)",
            State::Running(_) => "Run(running)",
            State::Finished => "Run(finished)",
        })
    }
}
