//! The span of a batch and those of its calls, and what is in them. When each begins and ends, `batch/spans.rs` says.
//!
//! What the model or a tool said stands in none of them unless the policy says so: see `trace.rs`.

use std::pin::Pin;
use std::task::{Context, Poll};

use tracing::field::Empty;
use tracing::span::{self, EnteredSpan};
use tracing::{Span, dispatcher};

use super::conventions as names;
use super::{MAX_ID, quietly};
use crate::report::{Wait, WaitedFor};
use crate::text::shortened;
use crate::tool::{Answer, ToolFuture};
use crate::{ToolError, ToolResult};

/// So many characters of a description tell which tool it is of.
const MAX_DESCRIPTION: usize = 256;

/// What the spans of a tool's calls have in common.
#[derive(Clone, Debug)]
pub(crate) struct Tool {
    span: String,
    name: String,
    description: String,
}

impl Tool {
    pub(crate) fn new(name: &str, description: &str) -> Self {
        Self {
            span: format!("{} {name}", names::EXECUTE_TOOL),
            name: name.to_owned(),
            description: shortened(description, MAX_DESCRIPTION),
        }
    }
}

/// A call that gets a span.
pub(crate) struct Call<'a> {
    /// None if the toolbox has no tool of that name.
    pub(crate) tool: Option<&'a Tool>,
    pub(crate) index: usize,
    pub(crate) id: &'a str,
    /// As they leave, what the model called a tool that is not there, and the arguments; if the policy wants them in the span.
    pub(crate) name: Option<String>,
    pub(crate) arguments: Option<String>,
}

/// The span of a batch that begins here; disabled if nobody wants one.
pub(crate) fn batch() -> Span {
    quietly(|| {
        tracing::info_span!(
            target: "tool_runtime", "run_tools",
            { names::OTEL_KIND } = "internal",
            { names::CALLS } = Empty,
            { names::FAILED } = Empty,
            { names::END } = Empty
        )
    })
    .unwrap_or_else(Span::none)
}

/// The batch has ended so, with so many calls of which so many have failed.
pub(crate) fn batch_ended(span: &Span, end: &str, calls: usize, failed: usize) {
    quietly(|| {
        span.record(names::CALLS, calls as u64);
        span.record(names::FAILED, failed as u64);
        span.record(names::END, end);
    });
}

/// The span of a call that begins here, in that of its batch.
pub(crate) fn call(batch: &Span, call: Call<'_>) -> Span {
    // With the batch's own subscriber: that of this thread may be another, which does not know the parent.
    let made = quietly(|| {
        batch.with_subscriber(|(_, dispatch)| {
            dispatcher::with_default(dispatch, || call_span(batch, &call))
        })
    });
    made.flatten().unwrap_or_else(Span::none)
}

fn call_span(batch: &Span, call: &Call<'_>) -> Span {
    let tool = call.tool;
    let id = (!call.id.is_empty()).then(|| shortened(call.id, MAX_ID));
    tracing::info_span!(
        target: "tool_runtime", parent: batch, "execute_tool",
        { names::OTEL_NAME } = tool.map_or(names::EXECUTE_TOOL, |tool| &tool.span),
        { names::OTEL_KIND } = "internal",
        { names::OTEL_STATUS } = Empty,
        { names::OPERATION } = names::EXECUTE_TOOL,
        { names::TOOL } = tool.map_or(names::OTHER, |tool| &tool.name),
        { names::TOOL_TYPE } = tool.map(|_| names::FUNCTION),
        { names::DESCRIPTION } = tool.map(|tool| &*tool.description),
        { names::CALL_ID } = id.as_deref(),
        { names::ARGUMENTS } = call.arguments.as_deref(),
        { names::RESULT } = Empty,
        { names::ERROR_TYPE } = Empty,
        { names::INDEX } = call.index as u64,
        { names::CALLED } = call.name.as_deref().map(|name| shortened(name, MAX_ID)),
        { names::ATTEMPTS } = Empty,
        { names::EFFECTS } = Empty,
        { names::SAME_AS } = Empty,
        { names::STILL_RUNNING } = Empty,
        { names::WAIT } = Empty,
        { names::WAITED_FOR } = Empty,
        { names::ERROR_DETAIL } = Empty,
        { names::ERROR_ID } = Empty
    )
}

/// What of a result stands in its call's span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) arguments: bool,
    pub(crate) results: bool,
}

/// A call has this result.
pub(crate) fn call_ended(span: &Span, result: &ToolResult, shown: Shown) {
    quietly(|| {
        let outcome = result.outcome();
        span.record(names::EFFECTS, outcome.effects.code());
        if result.is_error() {
            span.record(names::OTEL_STATUS, "ERROR");
            span.record(names::ERROR_TYPE, outcome.ending.code());
            span.record(names::ERROR_DETAIL, outcome.ending.detail());
            span.record(names::ERROR_ID, result.error_id());
        } else if shown.results {
            span.record(names::RESULT, result.text());
        }
        if result.span().is_some() {
            span.record(names::ATTEMPTS, result.failed_attempts().len() as u64 + 1);
        }
        if outcome.still_running {
            span.record(names::STILL_RUNNING, true);
        }
        span.record(names::SAME_AS, outcome.same_as.map(|index| index as u64));
        let started = result.span().map(|span| span.started);
        let waited = started.map(|started| started.saturating_sub(result.queued()));
        span.record(names::WAIT, waited.map(|waited| waited.as_secs_f64()));
        if !result.waits().is_empty() {
            let what = waited_for(result.waits(), shown.arguments);
            span.record(names::WAITED_FOR, &*what);
        }
    });
}

/// What a call has waited for, one after the other. A key is made of arguments.
fn waited_for(waits: &[Wait], with_keys: bool) -> String {
    let what = waits.iter().map(|wait| match &wait.what {
        WaitedFor::Calls { last, .. } if !with_keys => {
            let (last, key) = (*last, None);
            WaitedFor::Calls { last, key }.to_string()
        }
        what => what.to_string(),
    });
    what.collect::<Vec<_>>().join("; ")
}

/// One more handle of a span, which ends with the last.
pub(crate) fn handle(span: &Span) -> Span {
    quietly(|| span.clone()).unwrap_or_else(Span::none)
}

/// While it is there, what this thread tells and begins is inside of a span; then the span's handle goes.
pub(crate) struct Within(Option<EnteredSpan>);

impl Within {
    pub(crate) fn enter(span: Span) -> Self {
        match span.is_disabled() {
            true => Self(None),
            false => Self(quietly(|| span.entered())),
        }
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        quietly(|| drop(self.0.take()));
    }
}

/// A handle of a span that goes, and with the last one the span ends.
pub(crate) struct Closing(Option<Span>);

impl Closing {
    pub(crate) fn of(span: Span) -> Self {
        Self(Some(span))
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        quietly(|| drop(self.0.take()));
    }
}

/// A call's future inside of its span, each poll and its drop.
pub(crate) fn inside(span: Span, future: ToolFuture) -> ToolFuture {
    match span.is_disabled() {
        true => future,
        false => Box::pin(Inside {
            span,
            future: Some(future),
        }),
    }
}

struct Inside {
    span: Span,
    future: Option<ToolFuture>,
}

/// As `Within`, for a span that stays.
struct Entered<'a>(Option<span::Entered<'a>>);

impl<'a> Entered<'a> {
    fn enter(span: &'a Span) -> Self {
        Self(quietly(|| span.enter()))
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        quietly(|| drop(self.0.take()));
    }
}

impl Future for Inside {
    type Output = Result<Answer, ToolError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { span, future } = &mut *self;
        let _entered = Entered::enter(span);
        match future {
            Some(future) => future.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let entered = Entered::enter(&self.span);
        drop(self.future.take());
        drop(entered);
        drop(Closing::of(std::mem::replace(&mut self.span, Span::none())));
    }
}
