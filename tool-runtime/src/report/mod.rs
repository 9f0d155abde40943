//! What happened to a batch: one result per call.

mod result;
mod results;
pub(crate) mod stored;
mod suspended;
mod waits;

use std::time::Duration;

pub use result::ToolResult;
pub(crate) use result::{Timing, Told};
pub(crate) use results::Results;
pub(crate) use suspended::{OpenCall, SuspendedCall, hex};
pub use suspended::{PendingCall, SuspendedBatch};
pub use waits::{ConcurrencyLimit, FailedAttempt, Span, Wait, WaitedFor};

/// One result per call of a batch, in the order of the calls.
///
/// It can be stored: with serde it is JSON of a format that has a number, and another number is refused when it is read. What was
/// read says all that this one does, and every dialect's `encode` gives the same messages for it, to the byte. Of a
/// [`ToolError`](crate::ToolError) its text and what was said of it are kept, not its [source](std::error::Error::source). (A number
/// in its details with a fraction of more than 15 digits may come back another in the last one, as serde_json reads it.) It holds
/// arguments, results and errors, the last as the program has them, also what [`Redaction`](crate::Redaction) takes out for the
/// model: so it belongs where conversations are kept, and not where logs are.
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
