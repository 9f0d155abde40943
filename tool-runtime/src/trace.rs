//! What a program's traces and its log get of batches. Feature `tracing`.
//!
//! A batch has a span, in the one in which it begins: at the first poll of [`Bound::run`](crate::Bound::run), at
//! [`Bound::start`](crate::Bound::start). Each of its calls has one inside of that. What a tool and the [layers](crate::layer) round it
//! trace is inside of their call's span, on whatever task or thread they run, and so is a batch that a tool begins. (A task that a tool
//! spawns is in the span that the tool puts it into.)
//!
//! ```
//! # use tool_runtime::{ToolCall, Toolbox, tool, tools};
//! use tracing::{Instrument as _, info, info_span};
//!
//! /// Look up a customer.
//! #[tool(reads("customer:{id}"))]
//! async fn get_customer(/** The number. */ id: u64) -> &'static str {
//!     info!("not in the cache"); // in `execute_tool`, in `run_tools`, in `turn`
//! #   let _ = id;
//!     "Ada Lovelace"
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), tool_runtime::BuildError> {
//! # let toolbox = Toolbox::new(tools![get_customer])?;
//! # let calls = [ToolCall::new("call_1", "get_customer", r#"{"id": 7}"#)];
//! let report = toolbox.run(calls).instrument(info_span!("turn")).await;
//! # assert!(!report.results()[0].is_error());
//! # Ok(()) }
//! ```
//!
//! They are for any subscriber, and named for OpenTelemetry, to which `tracing-opentelemetry` hands them on: the example `otlp` sends them to
//! a collector. All are of level `INFO` and target `tool_runtime`; where a filter drops the batch's span, those of its calls are not made.
//!
//! # The span of a call
//!
//! `execute_tool`, to OpenTelemetry `execute_tool get_customer`. It is as long as [`ToolResult::span`](crate::ToolResult::span): from where
//! the work begins, after all that the call waits for, to its result, over all its attempts. Until then the call is in its batch's span: its
//! arguments are read there, and an [approver](crate::approval) is asked. A call that never began has a span without length, where it got its
//! result. Names are of the [conventions] for generative AI, which are in development and may change; the revision is the one at the link.
//!
//! | attribute | is |
//! |---|---|
//! | `gen_ai.operation.name` | `execute_tool` |
//! | `gen_ai.tool.name` | the tool's name; `_OTHER` if the model called one that is not there |
//! | `gen_ai.tool.type` | `function` |
//! | `gen_ai.tool.description` | the tool's description, its first 256 characters |
//! | `gen_ai.tool.call.id` | the call's id, if it has one |
//! | `gen_ai.tool.call.arguments` | the arguments, with [`Policy::trace_arguments`](crate::Policy::trace_arguments) |
//! | `gen_ai.tool.call.result` | what the tool answered, with [`Policy::trace_results`](crate::Policy::trace_results) |
//! | `error.type` | of a call that did not succeed, the [code](crate::Ending::code) of its ending: `failed`, `invalid_arguments`, `unknown_tool`, `denied`, `timed_out`, `panicked`, `cancelled`, `skipped`, `over_limit` or `not_serialisable`; then the status is an error |
//! | `tool_runtime.error.detail` | the [detail](crate::Ending::detail) of that, such as `work` |
//! | `tool_runtime.error.id` | its [error id](crate::ToolResult::error_id), if it has one |
//! | `tool_runtime.wait.duration` | how long it waited before its work began, in seconds |
//! | `tool_runtime.wait.for` | what it waited for, in words: `call 0`; with `trace_arguments` the key too |
//! | `tool_runtime.call.index` | its place in the batch |
//! | `tool_runtime.call.attempts` | how often it was tried, if it was |
//! | `tool_runtime.call.effects` | what it may have changed: `none`, `done` or `unknown` |
//! | `tool_runtime.call.same_as` | the place of the call whose result it shares |
//! | `tool_runtime.call.still_running` | `true` if it could not be stopped; its span ends when it does |
//! | `tool_runtime.call.name` | with `trace_arguments`, how the model called a tool that is not there |
//!
//! # The span of a batch
//!
//! `run_tools`, from the batch's start until its caller has the report. `tool_runtime.batch.calls` and `tool_runtime.batch.failed` count its
//! calls and those that did not succeed; `tool_runtime.batch.end` is `finished`, `dropped` or `suspended`.
//!
//! # Events
//!
//! An event is told of what the model does not read of a failure, of a call that could not be stopped, of one that keeps its worker busy, of
//! an attempt that failed and is followed by another.
//!
//! # What is said
//!
//! Spans and events say which call they are about and what became of it, never what the program, the model or a backend said: no argument, no
//! state, no result, no text of an error or a panic, unless [`Policy::log_sources`](crate::Policy::log_sources),
//! [`trace_arguments`](crate::Policy::trace_arguments) or [`trace_results`](crate::Policy::trace_results) says so. A subscriber that panics
//! changes nothing for a call.
//!
//! # What it costs
//!
//! Where no subscriber takes the spans (there is none, or it takes only warnings), they cost a call less than measurements differ by (1 %). A
//! registry that takes them costs 6,000 instructions, beside the 9,000 of a call that does nothing, and more with each layer that writes them somewhere.
//!
//! [conventions]: https://github.com/open-telemetry/semantic-conventions-genai/blob/9430220eb6f3f8a0e41d2e0e548aeb5cb9ca5f14/docs/gen-ai/gen-ai-spans.md#execute-tool-span

// Whoever makes an event or a span holds no lock that others take: a subscriber is the program's code.

mod conventions;
pub(crate) mod spans;

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

    /// An attempt of the call has failed, and so long after it another is to follow.
    pub(crate) fn attempt_failed(&self, attempt: u32, back_off: Duration) {
        quietly(|| {
            tracing::info!(
                target: "tool_runtime",
                tool = self.tool, call_id = &*self.id(), attempt, back_off_ms = milliseconds(back_off),
                "an attempt of a call failed, and another is to follow"
            );
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
        let busy_ms = milliseconds(took);
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
                after_ms = milliseconds(after),
                keys = held.keys, everything = held.everything, on_thread = held.thread,
                "a call that could not be stopped has ended"
            );
        });
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A subscriber that panics does so for itself.
fn quietly<T>(tell: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(tell))
        .map_err(drop_quietly)
        .ok()
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
