//! What happened to a batch: one result per call, and the text each sends to the model.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::text::listed;
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

/// How a call ended and what it may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// What it may have changed.
    pub effects: Effects,
    /// It ended by itself after its deadline, within the grace period.
    pub late: bool,
    /// It could not be stopped: a poll, a decoder or a `Drop` that does not return. `Toolbox::idle` waits for it.
    pub still_running: bool,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// The tool answered.
    Ok,
    /// The tool answered with an error.
    Failed,
    /// The arguments are not what the tool takes; it was not called.
    InvalidArguments,
    /// The toolbox has no tool of that name.
    UnknownTool,
    /// It took too long.
    TimedOut(Limit),
    /// The tool panicked.
    Panicked,
    /// The runtime it ran on was shut down.
    Cancelled,
    /// The tool did its work, but what it returned cannot be written as JSON.
    NotSerialisable,
}

/// Which time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// The call's own, while it was running.
    Call,
    /// The batch's.
    Batch,
}

impl Ending {
    /// A name for logs and metrics that stays the same from release to release.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::InvalidArguments => "invalid_arguments",
            Self::UnknownTool => "unknown_tool",
            Self::TimedOut(_) => "timed_out",
            Self::Panicked => "panicked",
            Self::Cancelled => "cancelled",
            Self::NotSerialisable => "not_serialisable",
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What a call may have changed outside the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effects {
    /// Nothing.
    None,
    /// What it was called for.
    Done,
    /// Perhaps something: it began and did not come to its end.
    Unknown,
}

/// How a call ended, before it is put into words.
#[derive(Debug)]
pub(crate) enum Settled {
    Answered {
        result: Result<Content, ToolError>,
        late: bool,
    },
    InvalidArguments(ArgumentErrors),
    UnknownTool {
        nearest: Option<String>,
        names: Vec<String>,
    },
    TimedOut {
        limit: Limit,
        time: Duration,
        started: bool,
        still_running: bool,
    },
    Panicked {
        started: bool,
    },
    Cancelled {
        started: bool,
        still_running: bool,
    },
}

impl ToolResult {
    pub(crate) fn new(
        calls: Arc<[ToolCall]>,
        index: usize,
        declared: DeclaredEffects,
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

impl Settled {
    fn ending(&self) -> Ending {
        match self {
            Self::Answered { result, .. } => match result {
                Ok(_) => Ending::Ok,
                Err(error) if error.is_serialisation() => Ending::NotSerialisable,
                Err(_) => Ending::Failed,
            },
            Self::InvalidArguments(_) => Ending::InvalidArguments,
            Self::UnknownTool { .. } => Ending::UnknownTool,
            Self::TimedOut { limit, .. } => Ending::TimedOut(*limit),
            Self::Panicked { .. } => Ending::Panicked,
            Self::Cancelled { .. } => Ending::Cancelled,
        }
    }

    fn started(&self) -> bool {
        match self {
            Self::Answered { .. } => true,
            Self::InvalidArguments(_) | Self::UnknownTool { .. } => false,
            Self::TimedOut { started, .. }
            | Self::Panicked { started }
            | Self::Cancelled { started, .. } => *started,
        }
    }

    fn effects(&self, ending: Ending, declared: DeclaredEffects) -> Effects {
        match ending {
            _ if declared.changes_nothing() || !self.started() => Effects::None,
            Ending::Ok | Ending::NotSerialisable => Effects::Done,
            _ => Effects::Unknown,
        }
    }

    /// What the model reads, unless the tool answered: what happened, what may have changed, what to do.
    fn text(&self, tool: &str, effects: Effects, declared: DeclaredEffects) -> String {
        let changed = match effects {
            Effects::None => " Nothing was changed.",
            Effects::Done => " It has taken effect; do not repeat it.",
            Effects::Unknown => " It may have taken effect; check before repeating.",
        };
        match self {
            Self::Answered { result: Ok(_), .. } => String::new(),
            Self::Answered {
                result: Err(error), ..
            } if error.is_serialisation() => {
                format!(
                    "`{tool}` did its work, but its result cannot be written: {error}.{changed}"
                )
            }
            Self::Answered {
                result: Err(error), ..
            } => {
                let message = match error.to_string() {
                    empty if empty.trim().is_empty() => {
                        format!("`{tool}` failed without saying why.")
                    }
                    message => message,
                };
                match declared {
                    // An error is no reason to suspect a change where nobody spoke of one.
                    DeclaredEffects::Undeclared => message,
                    _ => format!("{}{changed}", sentence(&message)),
                }
            }
            Self::InvalidArguments(errors) => format!(
                "`{tool}` was not called, because its arguments are not valid:\n{errors}\nCall it again with correct arguments."
            ),
            Self::UnknownTool { nearest, names } => unknown_tool(tool, nearest.as_deref(), names),
            Self::TimedOut {
                limit,
                time,
                started: false,
                ..
            } => match limit {
                Limit::Batch => format!(
                    "`{tool}` was not started: the {time:?} for all calls of this turn were over.{changed} Call it again if it is still needed."
                ),
                Limit::Call => {
                    format!("`{tool}` was stopped after {time:?}, before it was called.{changed}")
                }
            },
            Self::TimedOut {
                limit,
                time,
                still_running,
                ..
            } => {
                let within = match limit {
                    Limit::Call => format!("{time:?}"),
                    Limit::Batch => format!("the {time:?} for all calls of this turn"),
                };
                let stopped = if *still_running {
                    "; it could not be stopped and may still be running"
                } else {
                    " and was stopped"
                };
                format!("`{tool}` did not finish within {within}{stopped}.{changed}")
            }
            Self::Panicked { .. } => format!("`{tool}` broke off with an internal error.{changed}"),
            Self::Cancelled { .. } => {
                format!("`{tool}` was cancelled, because the program is shutting down.{changed}")
            }
        }
    }
}

/// At most so many names are listed for a model that called one that is not there.
const MAX_NAMES: usize = 20;

fn unknown_tool(tool: &str, nearest: Option<&str>, names: &[String]) -> String {
    let mut text = format!("There is no tool named `{tool}`, so nothing was called.");
    if let Some(near) = nearest {
        text += &format!(" Did you mean `{near}`?");
    }
    match names.len() {
        0 => text += " There are no tools.",
        1..=MAX_NAMES => {
            let names = listed(names.iter().map(String::as_str));
            text += &format!(" The tools are {names}.");
        }
        _ => {}
    }
    text
}

/// `text` with the full stop that lets another sentence follow.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', ':', ';', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
