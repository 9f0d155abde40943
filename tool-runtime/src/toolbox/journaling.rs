//! Calls that are written down before they are made.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use super::Bound;
use crate::ToolError;
use crate::ToolResult;
use crate::batch::{drop_quietly, said};
use crate::journal::{FinishedCall, Journal, StartedCall};
use crate::tool::{CallContext, Changes, State, ToolFuture, Touching};

impl<S: State> Bound<S> {
    /// What is to be written down before a call of the tool at `index` that touches this, if it is not there yet.
    pub(super) fn entry(
        &self,
        index: usize,
        touches: &Touching,
        context: &CallContext,
    ) -> Option<Entry> {
        let journal = self.journal.as_ref().filter(|_| !context.is_written())?;
        let given = match touches {
            Touching::Given(effects) => Some(effects),
            Touching::Holes(_) => None,
        };
        Some(Entry {
            journal: Arc::clone(journal),
            context: context.clone(),
            may_change: self.rules.tools[index].changes(given) != Changes::Nothing,
        })
    }

    /// Tells the journal, if there is one, of a result. Does not panic.
    pub(super) fn write_down(&self, result: &ToolResult) {
        if let Some(journal) = &self.journal {
            let told = AssertUnwindSafe(|| journal.finished(FinishedCall::new(result.clone())));
            if let Err(payload) = catch_unwind(told) {
                drop_quietly(payload);
            }
        }
    }
}

/// What a journal is to write down before a call begins.
pub(super) struct Entry {
    journal: Arc<dyn Journal>,
    context: CallContext,
    may_change: bool,
}

impl Entry {
    /// A call that is written down first.
    pub(super) fn first(self, call: ToolFuture) -> ToolFuture {
        Box::pin(async move {
            self.write().await?;
            self.context.set_written();
            // Told to end meanwhile: nobody asks for it any more.
            if self.context.cancellation().is_cancelled() {
                return Err(ToolError::uncalled());
            }
            drop(self);
            call.await
        })
    }

    async fn write(&self) -> Result<(), ToolError> {
        let started = StartedCall::new(&self.context, self.may_change);
        let begin = AssertUnwindSafe(|| self.journal.started(started));
        let mut writing = catch_unwind(begin).map_err(panicked)?;
        let written = poll_fn(|context| {
            let poll = AssertUnwindSafe(|| writing.as_mut().poll(context));
            match catch_unwind(poll) {
                Ok(poll) => poll.map(|written| written.map_err(ToolError::unwritten)),
                Err(payload) => Poll::Ready(Err(panicked(payload))),
            }
        })
        .await;
        drop_quietly(writing);
        written
    }
}

fn panicked(payload: Box<dyn Any + Send>) -> ToolError {
    ToolError::unwritten(match said(payload) {
        Some(message) => format!("the journal panicked: {message}"),
        None => "the journal panicked".to_owned(),
    })
}
