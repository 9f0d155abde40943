//! Why a batch took as long as it did: in words, as JSON, as a timeline for the terminal and as a picture.
//!
//! An [`Explanation`] is made of what a [`Report`] says and of nothing else. It can be stored and drawn later, by another
//! process. It names tools, ids, keys and the errors of attempts, so it belongs where logs do.
//!
//! # What limited it
//!
//! [`Explanation::path`] is the way to the last result, walked backwards from it. It begins with the call that ended last
//! (of several that did, one that ran, and of those the first). What that call did last comes last, and so on: its work,
//! its waits for permits, its back-off between attempts. Where it waited for a call of the same batch (one that was
//! skipped: for the one because of which it was), the walk goes on with that call, at the moment it ended; a call waits only
//! for earlier ones, so the walk ends. Before its first call was
//! queued lies the time in which the batch waited for its caller. Time that is none of these is [`Cause::Other`]. So each
//! moment of the batch stands in one stretch, and the stretches add up to [`Explanation::wall`].
//!
//! [`Explanation::limited`] is read off that path: the cause other than work with the most time in it, if that is at least a
//! quarter of the wall time; otherwise the calls whose work makes up the rest. What a cause takes is the most that removing it
//! could save, and below a quarter the calls themselves are what there is to look at. The path may leave the
//! [critical path](Report::critical_path), which is what the batch would take with all the permits there could be.

mod axis;
mod json;
mod life;
mod limited;
mod path;
mod picture;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod words;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use limited::Limited;
pub use path::{Cause, Stretch};
pub use picture::Picture;
pub(crate) use words::{shown, time};

use crate::report::{CriticalPath, Report, Span, ToolResult, Wait};

/// Why a batch took as long as it did, from [`Report::explain`].
///
/// Its `Display` is the text form, one line a call; [`timeline`](Self::timeline) and [`svg`](Self::svg) draw it. With serde it
/// is JSON of a format that has a number, times in milliseconds; another number is refused when it is read:
///
/// ```
/// use tool_runtime::{Explanation, ToolCall, Toolbox, tool, tools};
///
/// /// Adds two numbers.
/// #[tool(pure)]
/// async fn add(/** One. */ a: i64, /** The other. */ b: i64) -> i64 { a + b }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let toolbox = Toolbox::new(tools![add])?;
/// let explanation = toolbox.run([ToolCall::new("1", "add", r#"{"a": 1, "b": 2}"#)]).await.explain();
///
/// let stored = serde_json::to_string(&explanation)?;
/// assert!(stored.starts_with(r#"{"format":1,"#));
/// let read: Explanation = serde_json::from_str(&stored)?;
/// assert_eq!(read, explanation);
///
/// let error = serde_json::from_str::<Explanation>(r#"{"format": 7}"#).unwrap_err();
/// assert!(error.to_string().starts_with("this explanation has format 7, and only format 1 is known"));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "json::Written", try_from = "json::Stored")]
#[non_exhaustive]
pub struct Explanation {
    /// The calls, in their order.
    pub calls: Vec<ExplainedCall>,
    /// How long the batch took, as [`Report::wall`] says.
    pub wall: Duration,
    /// How long the calls took together, as [`Report::one_by_one`] says.
    pub one_by_one: Duration,
    /// What the batch would take with all the permits there could be, as [`Report::critical_path`] says.
    pub critical_path: CriticalPath,
    /// The way to the last result, from the start of the batch to its end, without gaps. See the [module](self).
    pub path: Vec<Stretch>,
    /// What limited the batch. See the [module](self).
    pub limited: Limited,
}

/// What happened to one call of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedCall {
    /// The tool's name as the model wrote it.
    pub name: String,
    /// The call's id.
    pub id: String,
    /// When it was handed to the batch.
    pub queued: Duration,
    /// When it ran; `None` if it was not started.
    pub span: Option<Span>,
    /// What it waited for, in the order in which it did.
    pub waits: Vec<Wait>,
    /// The attempts that failed and were followed by another or were to be.
    pub failed_attempts: Vec<ExplainedAttempt>,
    /// How it ended: the stable [code](crate::Ending::code).
    pub outcome: String,
    /// What distinguishes endings of one code: the stable [detail](crate::Ending::detail).
    pub detail: Option<String>,
    /// The index of the call because of which it was skipped.
    pub because: Option<usize>,
    /// It ended by itself after its deadline or its cancellation.
    pub late: bool,
    /// It could not be stopped.
    pub still_running: bool,
    /// The index of the call of which it shares the result.
    pub same_as: Option<usize>,
    /// How long its longest poll took, if it kept a worker busy: see [`ToolResult::longest_poll`].
    pub longest_poll: Option<Duration>,
}

/// An attempt of a call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedAttempt {
    /// When it ran.
    pub span: Span,
    /// What it failed with.
    pub error: String,
    /// How long the call was to wait before the next.
    pub back_off: Duration,
}

impl Report {
    /// Why the batch took as long as it did.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};
    /// /// Looks something up.
    /// #[tool(pure)]
    /// async fn look_up() { tokio::time::sleep(Duration::from_millis(10)).await }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let desk = Toolbox::new(tools![look_up])?.bind(()).with(Policy::default().max_concurrency(1))?;
    /// let report = desk.run([ToolCall::new("1", "look_up", "{}"), ToolCall::new("2", "look_up", "{}")]).await;
    /// let explanation = report.explain();
    /// println!("{explanation}");
    /// println!("{}", explanation.timeline(80));
    /// assert_eq!(explanation.limited.code(), "batch"); // the second waited for a permit of the batch
    /// # Ok(()) }
    /// ```
    pub fn explain(&self) -> Explanation {
        let calls = self.results().iter().map(ExplainedCall::of).collect();
        Explanation::new(calls, self.wall(), self.critical_path().clone())
    }
}

impl Explanation {
    fn new(calls: Vec<ExplainedCall>, wall: Duration, critical_path: CriticalPath) -> Self {
        let path = path::walk(&calls, wall);
        Self {
            one_by_one: calls.iter().fold(Duration::ZERO, |sum, call| {
                sum.saturating_add(call.duration())
            }),
            limited: Limited::of(&path, wall),
            calls,
            wall,
            critical_path,
            path,
        }
    }

    /// [`one_by_one`](Self::one_by_one) by [`wall`](Self::wall): 1.0 if nothing took time.
    pub fn speed_up(&self) -> f64 {
        if self.wall.is_zero() || self.calls.is_empty() {
            1.0
        } else {
            self.one_by_one.as_secs_f64() / self.wall.as_secs_f64()
        }
    }

    /// The calls as bars of a timeline `width` columns wide, at least 40 and at most 400; with a legend of what is in it.
    ///
    /// It has no colours. A column is one character, or two for those of East Asia and for emoji.
    pub fn timeline(&self, width: usize) -> String {
        Picture::new([("", self)]).timeline(width)
    }

    /// The calls as bars of a timeline, as an SVG that stands for itself: no script, no font, light and dark.
    ///
    /// What a bar means is said by its form and in words, never by colour alone. Of more than 1,000 calls the first 1,000
    /// are drawn.
    pub fn svg(&self) -> String {
        Picture::new([("", self)]).svg()
    }
}

impl ExplainedCall {
    fn of(result: &ToolResult) -> Self {
        let outcome = result.outcome();
        Self {
            name: result.name().to_owned(),
            id: result.id().to_owned(),
            queued: result.queued(),
            span: result.span(),
            waits: result.waits().to_vec(),
            failed_attempts: result
                .failed_attempts()
                .iter()
                .map(|attempt| ExplainedAttempt {
                    span: attempt.span,
                    error: attempt.text.clone(),
                    back_off: attempt.back_off,
                })
                .collect(),
            outcome: outcome.ending.code().to_owned(),
            detail: outcome.ending.detail().map(str::to_owned),
            because: match outcome.ending {
                crate::Ending::Skipped { because } => Some(because),
                _ => None,
            },
            late: outcome.late,
            still_running: outcome.still_running,
            same_as: outcome.same_as,
            longest_poll: result.longest_poll(),
        }
    }

    /// How long it ran, with its waits between attempts; zero if it was not started.
    pub fn duration(&self) -> Duration {
        self.span
            .map(|span| span.finished.saturating_sub(span.started))
            .unwrap_or_default()
    }

    /// How often it was tried; zero if it was not started.
    pub fn attempts(&self) -> usize {
        let life = self.life();
        let runs = life
            .iter()
            .filter(|part| matches!(part.doing, life::Doing::Runs { .. }));
        runs.count()
    }

    /// Whether its result is marked as an error for the model.
    pub fn is_error(&self) -> bool {
        self.outcome != "ok"
    }
}
