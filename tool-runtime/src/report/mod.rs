//! What happened to a batch: one result per call.

mod stored;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;

use crate::outcome::{CancelledBy, Effects, Ending, Outcome, Settled, interrupted};
use crate::redact::Redaction;
use crate::tool::{Answer, ArgumentErrors, Calls, Changes, Content};
use crate::{ToolCall, ToolError};

/// One result per call of a batch, in the order of the calls.
///
/// It can be stored: with serde it is JSON of a format that has a number, and another number is refused when it is read. What was
/// read says all that this one does, and every dialect's `encode` gives the same messages for it, to the byte. Of a
/// [`ToolError`] its text and what was said of it are kept, not its [source](std::error::Error::source). (A number in its details
/// with a fraction of more than 15 digits may come back another in the last one, as serde_json reads it.) It holds arguments, results
/// and errors, so it belongs where conversations are kept, and not where logs are.
///
/// ```
/// use tool_runtime::dialect::Anthropic;
/// use tool_runtime::{Report, ToolCall, Toolbox, tool, tools};
///
/// /// Adds two numbers.
/// #[tool(pure)]
/// async fn add(/** One. */ a: i64, /** The other. */ b: i64) -> i64 { a + b }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let toolbox = Toolbox::new(tools![add])?;
/// let report = toolbox.run([ToolCall::new("toolu_1", "add", r#"{"a": 1, "b": 2}"#)]).await;
///
/// let stored = serde_json::to_string(&report)?;
/// assert!(stored.starts_with(r#"{"format":1,"#));
/// let read: Report = serde_json::from_str(&stored)?;
/// assert_eq!(Anthropic.encode(&read), Anthropic.encode(&report));
/// assert_eq!(read.wall(), report.wall());
///
/// let error = serde_json::from_str::<Report>(r#"{"format": 7}"#).unwrap_err();
/// assert!(error.to_string().starts_with("this report has format 7, and only format 1 is known"));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Report {
    results: Vec<ToolResult>,
    wall: Duration,
    critical_path: CriticalPath,
    undeclared: Vec<String>,
}

impl Report {
    pub(crate) fn new(results: Vec<ToolResult>, wall: Duration, undeclared: Vec<String>) -> Self {
        Self {
            critical_path: CriticalPath::of(&results),
            results,
            wall,
            undeclared,
        }
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
        self.results.iter().map(ToolResult::duration).sum()
    }

    /// [`one_by_one`](Self::one_by_one) by [`wall`](Self::wall): 1.0 if nothing took time.
    pub fn speed_up(&self) -> f64 {
        if self.wall.is_zero() || self.results.is_empty() {
            1.0
        } else {
            self.one_by_one().as_secs_f64() / self.wall.as_secs_f64()
        }
    }

    /// The calls that waited for one another for the longest time: what the batch takes with all the permits and threads
    /// there could be.
    pub fn critical_path(&self) -> &CriticalPath {
        &self.critical_path
    }

    /// The names of the tools that were called and declare no effects: their calls are in no order, so that one which reads
    /// what another writes may come too early or too late.
    pub fn undeclared(&self) -> impl Iterator<Item = &str> {
        self.undeclared.iter().map(String::as_str)
    }
}

/// Calls of which each waited for the one before it, see [`Report::critical_path`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CriticalPath {
    /// The indices of the calls, in order.
    pub calls: Vec<usize>,
    /// How long they took together.
    pub duration: Duration,
}

impl CriticalPath {
    fn of(results: &[ToolResult]) -> Self {
        let mut longest: Vec<Duration> = Vec::with_capacity(results.len());
        for result in results {
            let before = result.last_predecessor().map(|index| longest[index]);
            longest.push(before.unwrap_or_default() + result.duration());
        }
        let last = (0..results.len()).rev().max_by_key(|index| longest[*index]);
        let mut calls: Vec<usize> =
            std::iter::successors(last, |index| results[*index].last_predecessor()).collect();
        calls.reverse();
        Self {
            calls,
            duration: last.map(|last| longest[last]).unwrap_or_default(),
        }
    }
}

/// What goes back for one call. A clone is the same result, not a copy.
#[derive(Clone)]
pub struct ToolResult(Arc<Told>);

struct Told {
    calls: Arc<Calls>,
    index: usize,
    outcome: Outcome,
    answer: Answer,
    /// All parts in one text, made when it is first asked for; a part that is text already is not copied.
    joined: OnceLock<String>,
    argument_errors: Option<ArgumentErrors>,
    error: Option<ToolError>,
    timing: Timing,
}

/// When things happened to a call.
#[derive(Debug, Default)]
pub(crate) struct Timing {
    pub(crate) queued: Duration,
    pub(crate) span: Option<Span>,
    pub(crate) waits: Vec<Wait>,
    pub(crate) failed_attempts: Vec<FailedAttempt>,
    pub(crate) same_as: Option<usize>,
}

impl ToolResult {
    /// The call that this is the result of, as the model made it.
    pub fn call(&self) -> &ToolCall {
        self.0.calls.get(self.0.index)
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
        self.0.outcome
    }

    /// Whether the result is marked as an error for the model: every outcome but ok is.
    pub fn is_error(&self) -> bool {
        self.0.outcome.ending != Ending::Ok
    }

    /// The text the model reads: that of all [`parts`](Self::parts), each on a line of its own.
    pub fn text(&self) -> &str {
        match self.parts() {
            [Content::Text(text) | Content::Json(text)] => text,
            parts => self.0.joined.get_or_init(|| {
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
        self.0.answer.parts()
    }

    /// What was wrong with the arguments, if that is the outcome.
    pub fn argument_errors(&self) -> Option<&ArgumentErrors> {
        self.0.argument_errors.as_ref()
    }

    /// The error of the tool, with its sources, if it failed.
    pub fn error(&self) -> Option<&ToolError> {
        self.0.error.as_ref()
    }

    /// When the call was handed to the batch, counted from its start: zero unless it was pushed later.
    pub fn queued(&self) -> Duration {
        self.0.timing.queued
    }

    /// When the call ran, from the start of its first attempt to its result; `None` if it was not started.
    pub fn span(&self) -> Option<Span> {
        self.0.timing.span
    }

    /// What the call waited for, in the order in which it did.
    pub fn waits(&self) -> &[Wait] {
        &self.0.timing.waits
    }

    /// The attempts that failed and were followed by another or were to be, in their order.
    pub fn failed_attempts(&self) -> &[FailedAttempt] {
        &self.0.timing.failed_attempts
    }

    fn duration(&self) -> Duration {
        let span = self.span();
        span.map(|span| span.finished.saturating_sub(span.started))
            .unwrap_or_default()
    }

    /// The call of this batch that it waited for, the last if there were several.
    fn last_predecessor(&self) -> Option<usize> {
        self.waits().iter().find_map(|wait| match wait.what {
            WaitedFor::Calls { last, .. } => last,
            WaitedFor::Limit(_) => None,
        })
    }
}

impl fmt::Debug for ToolResult {
    /// Its own call, not its siblings'.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolResult")
            .field("call", self.call())
            .field("outcome", &self.outcome())
            .field("parts", &self.parts())
            .field("error", &self.error())
            .field("timing", &self.0.timing)
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

/// An attempt of a call that failed, after which the call was to be tried again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// When it ran.
    pub span: Span,
    /// What it failed with.
    pub error: ToolError,
    /// How long the call was to wait before the next.
    pub back_off: Duration,
}

/// What a call waited for, and when, counted from the start of its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// What it waited for.
    pub what: WaitedFor,
    /// When it began to wait.
    pub from: Duration,
    /// When it waited no more.
    pub to: Duration,
}

/// What a call can wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitedFor {
    /// Calls before it that use the same data.
    Calls {
        /// The index of the one that ended last. None if that was a call of an earlier batch which could not be stopped, or if
        /// they had not all ended when the call got its result.
        last: Option<usize>,
        /// What both use, as in `customer:7`; none if one of the two is exclusive.
        key: Option<String>,
    },
    /// A permit.
    Limit(ConcurrencyLimit),
}

/// `call 1, for account:2`
impl fmt::Display for WaitedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calls { last: None, .. } => f.write_str("calls before it"),
            Self::Calls {
                last: Some(last),
                key: None,
            } => write!(f, "call {last}"),
            Self::Calls {
                last: Some(last),
                key: Some(key),
            } => write!(f, "call {last}, for {key}"),
            Self::Limit(limit) => match limit {
                ConcurrencyLimit::Batch => f.write_str("a permit of the batch"),
                ConcurrencyLimit::Threads => f.write_str("a thread"),
                ConcurrencyLimit::PerTool => f.write_str("a permit of the tool"),
                ConcurrencyLimit::Group(name) => write!(f, "a permit of the group `{name}`"),
            },
        }
    }
}

/// What limits how many calls run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConcurrencyLimit {
    /// [`Policy::max_concurrency`](crate::Policy::max_concurrency).
    Batch,
    /// [`Policy::max_blocking_threads`](crate::Policy::max_blocking_threads).
    Threads,
    /// [`Policy::tool_concurrency`](crate::Policy::tool_concurrency), or the attribute's `max_concurrency`.
    PerTool,
    /// [`Policy::group_concurrency`](crate::Policy::group_concurrency), of the group with this name.
    Group(Arc<str>),
}

impl ToolResult {
    /// What a call gets whose result was lost with the program that made it.
    pub(crate) fn interrupted(call: ToolCall) -> Self {
        let text = interrupted(call.name());
        Self(Arc::new(Told {
            calls: alone(vec![call]),
            index: 0,
            outcome: Outcome {
                ending: Ending::Cancelled(CancelledBy::Shutdown),
                effects: Effects::Unknown,
                late: false,
                still_running: false,
                same_as: None,
            },
            answer: Content::Text(text).into(),
            joined: OnceLock::new(),
            argument_errors: None,
            error: None,
            timing: Timing::default(),
        }))
    }

    pub(crate) fn new(
        calls: Arc<Calls>,
        index: usize,
        declared: Changes,
        settled: Settled,
        timing: Timing,
        redaction: &Redaction,
    ) -> Self {
        let ending = settled.ending();
        let failed = &timing.failed_attempts;
        let clean = failed.iter().all(|failed| failed.error.has_no_effects());
        let outcome = Outcome {
            ending,
            effects: settled.effects(ending, declared, clean),
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
            same_as: timing.same_as,
        };
        let name = calls.get(index).name();
        let called = failed.iter().any(|failed| failed.error.was_called());
        let text = settled.text(name, outcome.effects, declared, failed.len(), called);
        let text = redaction.apply_quietly(text);
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
        Self(Arc::new(Told {
            calls,
            index,
            outcome,
            answer,
            joined: OnceLock::new(),
            argument_errors,
            error,
            timing,
        }))
    }
}

/// Calls that no batch runs any more.
fn alone(calls: Vec<ToolCall>) -> Arc<Calls> {
    Arc::new(Calls::new(Instant::now(), calls))
}
