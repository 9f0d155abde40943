//! Events for the log. Feature `tracing`; without it, this is not here.
//!
//! An event says which call it is about and what became of it, never what the program, the model or a backend said: no argument, no
//! state, no result, no text of an error or a panic, unless [`Policy::log_sources`](crate::Policy::log_sources) says so. Whoever makes
//! one holds no lock: a subscriber is the program's code.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::batch::drop_quietly;
use crate::outgoing::Leaving;
use crate::text::shortened;
use crate::tool::error::causes;
use crate::{Ending, ToolCall, ToolResult};

/// A provider's ids are short; so much of one is enough to find a call.
const MAX_ID: usize = 128;

/// Which call an event is about.
pub(crate) struct Call<'a> {
    /// What the tool calls itself.
    pub(crate) tool: &'a str,
    pub(crate) call: &'a ToolCall,
}

/// What a call that could not be stopped keeps from others.
#[derive(Clone, Copy)]
pub(crate) struct Holds {
    /// So many keys that it writes.
    pub(crate) keys: usize,
    /// Everything: no call but a pure one runs beside it.
    pub(crate) everything: bool,
    /// A thread for blocking work.
    pub(crate) thread: bool,
}

impl Call<'_> {
    fn id(&self) -> String {
        shortened(self.call.id(), MAX_ID)
    }

    /// The call failed, and the model does not read why; with `leaving`, the log does, as what leaves.
    pub(crate) fn failed(&self, result: &ToolResult, leaving: Option<&Leaving<'_>>) {
        quietly(|| {
            let message = leaving.map(|leaving| leaving.text(&said(result)).0);
            let (tool, call_id, error_id) = (self.tool, &*self.id(), result.error_id());
            let (code, message) = (result.outcome().ending.code(), message.as_deref());
            match is_flaw(result) {
                true => tracing::error!(
                    target: "tool_runtime",
                    error_id, tool, call_id, error.type = code, error.message = message,
                    "a call failed, and the model was not told why"
                ),
                // Told only that it failed, since the policy wants it so.
                false => tracing::warn!(
                    target: "tool_runtime",
                    error_id, tool, call_id, error.type = code, error.message = message,
                    "a call failed, and the model was not told why"
                ),
            }
        });
    }

    /// The call has its result and could not be stopped.
    pub(crate) fn goes_on(&self, ending: Ending, holds: Holds) {
        quietly(|| {
            tracing::warn!(
                target: "tool_runtime",
                tool = self.tool, call_id = &*self.id(), error.type = ending.code(),
                keys = holds.keys, everything = holds.everything, on_thread = holds.thread,
                "a call could not be stopped and is still running"
            );
        });
    }

    /// A poll of the call has taken so long, and may go on.
    pub(crate) fn busy(&self, took: Duration, goes_on: bool) {
        let busy_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        quietly(|| match goes_on {
            true => tracing::warn!(
                target: "tool_runtime",
                tool = self.tool, call_id = &*self.id(), busy_ms,
                "a call keeps its worker busy: it blocks or computes without awaiting"
            ),
            false => tracing::warn!(
                target: "tool_runtime",
                tool = self.tool, call_id = &*self.id(), busy_ms,
                "a call kept its worker busy: it blocked or computed without awaiting"
            ),
        });
    }

    /// A call that could not be stopped has ended, so long after it had its result.
    pub(crate) fn ended(&self, after: Duration, held: Holds) {
        quietly(|| {
            tracing::warn!(
                target: "tool_runtime",
                tool = self.tool, call_id = &*self.id(),
                after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
                keys = held.keys, everything = held.everything, on_thread = held.thread,
                "a call that could not be stopped has ended"
            );
        });
    }
}

/// A subscriber that panics does so for itself.
fn quietly(tell: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(tell)) {
        drop_quietly(payload);
    }
}

/// Whether it is a flaw of the program, or of what it is built on.
fn is_flaw(result: &ToolResult) -> bool {
    match result.error() {
        Some(error) => error.is_internal() || error.is_serialisation() || error.is_unwritten(),
        None => true,
    }
}

/// What the model does not read of a failure.
fn said(result: &ToolResult) -> String {
    let Some(error) = result.error() else {
        return result.panic_message().unwrap_or_default().to_owned();
    };
    let mut said = causes(error);
    if !error.is_internal() {
        said.insert(0, error.to_string());
    }
    said.join("; ")
}
