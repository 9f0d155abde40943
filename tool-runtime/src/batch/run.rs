//! A batch as a future of its report.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use super::Job;
use super::core::Core;
use super::events::Events;
use super::suspend::{OrSuspend, Progressed};
use crate::{Report, ToolCall};

/// A batch that runs: a future of its [`Report`].
///
/// Nothing of [`Bound::run`](crate::Bound::run) begins before the first poll. Dropped before its end, it drops every call
/// that is not just being polled before the drop returns, and the others when that poll returns.
#[must_use = "a batch runs while it is awaited"]
pub struct Run(State);

enum State {
    New(Vec<ToolCall>, Job),
    Running(Arc<Core>),
    Finished,
}

impl Run {
    pub(crate) fn new(calls: Vec<ToolCall>, job: Job) -> Self {
        Self(State::New(calls, job))
    }

    /// The rest of a batch that was suspended.
    pub(crate) fn resumed(job: Job) -> Self {
        let calls = job.resumed.as_ref().map(|resumed| resumed.calls());
        Self::new(calls.unwrap_or_default(), job)
    }

    /// The rest of a batch that runs.
    pub(super) fn of(core: Arc<Core>) -> Self {
        Self(State::Running(core))
    }

    /// The results as they come, and at last the report.
    ///
    /// ```
    /// # use tool_runtime::batch::Event;
    /// # use tool_runtime::{Toolbox, ToolCall, tool, tools};
    /// use tokio_stream::StreamExt as _;
    ///
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: i64, /** Another. */ b: i64) -> i64 { a + b }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let toolbox = Toolbox::new(tools![add]).unwrap();
    /// # let calls = [ToolCall::new("call_1", "add", r#"{"a": 1, "b": 2}"#)];
    /// let mut events = toolbox.run(calls).events();
    /// while let Some(event) = events.next().await {
    ///     match event {
    ///         Event::Finished { result, .. } => println!("{}: {}", result.name(), result.text()),
    ///         Event::Progress { progress, .. } => println!("{progress}"),
    ///         Event::Report(report) => assert_eq!(report.results()[0].text(), "3"),
    ///         _ => {}
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime with a timer.
    pub fn events(mut self) -> Events {
        let core = self.core().unwrap_or_else(|| panic!("{TAKEN}"));
        Events::with_report(core, self)
    }

    /// The same, but that nobody is asked about calls that need approval: when all others have their results, but for those that have to
    /// wait for such a call, the batch becomes a value. See [`SuspendedBatch`](super::SuspendedBatch).
    ///
    /// All that runs comes to its end before: calls that compute, pauses between attempts, what other batches of a scope do. While a thread
    /// that could not be stopped writes what another call waits for, the batch waits too. The batch's time runs as usual; that for an
    /// approval ([`Policy::approval_timeout`](crate::Policy::approval_timeout)) does not.
    ///
    /// An [approver](crate::approval::Approver) of the desk is not asked. A batch that has begun already is not suspended, as one that
    /// was [`start`](crate::Bound::start)ed: it has asked about its calls.
    pub fn or_suspend(self) -> OrSuspend {
        OrSuspend::new(self)
    }

    /// Lets calls that need approval wait until the batch is suspended.
    pub(super) fn suspends(&mut self, edits: bool) {
        if let State::New(_, job) = &mut self.0 {
            job.suspends = Some(edits);
        }
    }

    pub(super) fn poll_or_suspend(&mut self, context: &mut Context<'_>) -> Poll<Progressed> {
        if let Poll::Ready(report) = Pin::new(&mut *self).poll(context) {
            return Poll::Ready(Progressed::Finished(report));
        }
        // After the waker is there, so that whatever comes later is told.
        let State::Running(core) = &self.0 else {
            return Poll::Pending;
        };
        let Some(batch) = core.suspend() else {
            return Poll::Pending;
        };
        self.0 = State::Finished;
        Poll::Ready(Progressed::Suspended(batch))
    }

    /// The batch, begun if it was not; none once its report was taken.
    fn core(&mut self) -> Option<Arc<Core>> {
        let core = match std::mem::replace(&mut self.0, State::Finished) {
            // No more calls come, from the start: whoever ends the last one tells the timekeeper.
            State::New(calls, job) => start(job, calls, false),
            State::Running(core) => core,
            State::Finished => return None,
        };
        self.0 = State::Running(Arc::clone(&core));
        Some(core)
    }
}

const TAKEN: &str = "a batch was polled after its report was taken";

/// A batch of these calls on the current runtime; whether more may be pushed.
pub(super) fn start(job: Job, calls: Vec<ToolCall>, growing: bool) -> Arc<Core> {
    let Ok(runtime) = Handle::try_current() else {
        panic!(
            "a batch needs a Tokio runtime: await it in `#[tokio::main]`, `#[tokio::test]` or `Runtime::block_on`"
        );
    };
    Core::start(job, calls, growing, &runtime)
}

impl Future for Run {
    type Output = Report;

    /// # Panics
    ///
    /// Outside a Tokio runtime, on one without a timer, or after the report was taken.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Report> {
        let core = self.core().unwrap_or_else(|| panic!("{TAKEN}"));
        let report = core.poll_report(context);
        if report.is_ready() {
            self.0 = State::Finished;
        }
        report
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
            State::New(..) => "Run(new)",
            State::Running(_) => "Run(running)",
            State::Finished => "Run(finished)",
        })
    }
}
