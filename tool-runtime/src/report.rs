//! What happened to a batch: one result per call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::outcome::{Ending, Outcome, Settled};
use crate::tool::{ArgumentErrors, Content, DeclaredEffects};
use crate::{ToolCall, ToolError};

/// One result per call of a batch, in the order of the calls.
#[derive(Debug)]
pub struct Report {
    results: Vec<ToolResult>,
    wall: Duration,
}

impl Report {
    pub(crate) fn new(results: Vec<ToolResult>, wall: Duration) -> Self {
        Self { results, wall }
    }

    /// The results, in the order of the calls.
    pub fn results(&self) -> &[ToolResult] {
        &self.results
    }

    /// How long the batch took, from its start to its last result.
    pub fn wall(&self) -> Duration {
        self.wall
    }

    /// How long the calls took together: what the batch takes one by one, if nothing but its calls takes time.
    pub fn one_by_one(&self) -> Duration {
        let spans = self.results.iter().filter_map(ToolResult::span);
        spans.map(|span| span.finished - span.started).sum()
    }

    /// [`one_by_one`](Self::one_by_one) by [`wall`](Self::wall): 1.0 if nothing took time.
    pub fn speed_up(&self) -> f64 {
        if self.wall.is_zero() || self.results.is_empty() {
            1.0
        } else {
            self.one_by_one().as_secs_f64() / self.wall.as_secs_f64()
        }
    }
}

/// What goes back for one call.
pub struct ToolResult {
    calls: Arc<[ToolCall]>,
    index: usize,
    outcome: Outcome,
    content: Content,
    argument_errors: Option<ArgumentErrors>,
    error: Option<ToolError>,
    span: Option<Span>,
}

impl ToolResult {
    /// The call that this is the result of, as the model made it.
    pub fn call(&self) -> &ToolCall {
        &self.calls[self.index]
    }

    /// The call's id.
    pub fn id(&self) -> &str {
        self.call().id()
    }

    /// The tool's name as the model wrote it.
    pub fn name(&self) -> &str {
        self.call().name()
    }

    /// How the call ended.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether the result is marked as an error for the model: every outcome but ok is.
    pub fn is_error(&self) -> bool {
        self.outcome.ending != Ending::Ok
    }

    /// The text the model reads.
    pub fn text(&self) -> &str {
        self.content.as_text()
    }

    /// What the model gets: the tool's own content if the outcome is ok, a text otherwise.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// What was wrong with the arguments, if that is the outcome.
    pub fn argument_errors(&self) -> Option<&ArgumentErrors> {
        self.argument_errors.as_ref()
    }

    /// The error of the tool, with its sources, if it failed.
    pub fn error(&self) -> Option<&ToolError> {
        self.error.as_ref()
    }

    /// When the call ran; `None` if it was not started.
    pub fn span(&self) -> Option<Span> {
        self.span
    }
}

impl fmt::Debug for ToolResult {
    /// Its own call, not its siblings'.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolResult")
            .field("call", self.call())
            .field("outcome", &self.outcome)
            .field("content", &self.content)
            .field("error", &self.error)
            .field("span", &self.span)
            .finish()
    }
}

/// When a call ran, counted from the start of its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it was started.
    pub started: Duration,
    /// When its result was there.
    pub finished: Duration,
}

impl ToolResult {
    pub(crate) fn new(
        calls: Arc<[ToolCall]>,
        index: usize,
        declared: &DeclaredEffects,
        settled: Settled,
        span: Option<Span>,
    ) -> Self {
        let ending = settled.ending();
        let outcome = Outcome {
            ending,
            effects: settled.effects(ending, declared),
            late: matches!(settled, Settled::Answered { late: true, .. }),
            still_running: matches!(
                settled,
                Settled::TimedOut {
                    still_running: true,
                    ..
                } | Settled::Cancelled {
                    still_running: true,
                    ..
                }
            ),
        };
        let text = settled.text(calls[index].name(), outcome.effects, declared);
        let mut argument_errors = None;
        let mut error = None;
        let content = match settled {
            Settled::Answered {
                result: Ok(content),
                ..
            } => content,
            Settled::Answered {
                result: Err(source),
                ..
            } => {
                error = Some(source);
                Content::Text(text)
            }
            Settled::InvalidArguments(errors) => {
                argument_errors = Some(errors);
                Content::Text(text)
            }
            _ => Content::Text(text),
        };
        Self {
            calls,
            index,
            outcome,
            content,
            argument_errors,
            error,
            span,
        }
    }
}
