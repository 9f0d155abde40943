//! What happened to a batch: one result per call.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::outcome::{Ending, Outcome, Settled};
use crate::tool::{Answer, ArgumentErrors, Content, DeclaredEffects};
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
    answer: Answer,
    /// All parts in one text, made when it is first asked for; a part that is text already is not copied.
    joined: OnceLock<String>,
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

    /// The text the model reads: that of all [`parts`](Self::parts), each on a line of its own.
    pub fn text(&self) -> &str {
        match self.parts() {
            [Content::Text(text) | Content::Json(text)] => text,
            parts => self.joined.get_or_init(|| {
                let texts: Vec<_> = parts.iter().map(Content::as_text).collect();
                texts.join("\n")
            }),
        }
    }

    /// What the model gets, at least one part: the tool's own answer if the outcome is ok, a text otherwise.
    ///
    /// ```
    /// # use tool_runtime::{Content, Toolbox, ToolCall, tool, tools};
    /// /// Draws a point.
    /// #[tool(pure)]
    /// async fn draw() -> Vec<Content> {
    ///     vec![Content::text("A point:"), Content::image("image/gif", [0; 35])]
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let toolbox = Toolbox::new(tools![draw]).unwrap();
    /// let report = toolbox.run([ToolCall::new("1", "draw", "{}")]).await;
    /// let result = &report.results()[0];
    /// assert!(matches!(result.parts(), [Content::Text(_), Content::Image(_)]));
    /// assert_eq!(result.text(), "A point:\n[image/gif, 35 bytes, not shown]");
    /// # }
    /// ```
    pub fn parts(&self) -> &[Content] {
        self.answer.parts()
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
            .field("parts", &self.parts())
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
        let answer = match settled {
            Settled::Answered {
                result: Ok(answer), ..
            } => answer,
            Settled::Answered {
                result: Err(source),
                ..
            } => {
                error = Some(source);
                Content::Text(text).into()
            }
            Settled::InvalidArguments(errors) => {
                argument_errors = Some(errors);
                Content::Text(text).into()
            }
            _ => Content::Text(text).into(),
        };
        Self {
            calls,
            index,
            outcome,
            answer,
            joined: OnceLock::new(),
            argument_errors,
            error,
            span,
        }
    }
}
