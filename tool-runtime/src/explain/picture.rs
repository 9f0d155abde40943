//! Explanations under each other, drawn on one time scale.

use std::time::Duration;

use super::life::Doing;
use super::words::shown;
use super::{ExplainedCall, Explanation};

/// Explanations under each other, drawn on one time scale: a batch one by one and in parallel, before and after a change.
///
/// ```
/// # use std::time::Duration;
/// # use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};
/// use tool_runtime::explain::Picture;
/// # /// Looks something up.
/// # #[tool(pure)]
/// # async fn look_up() { tokio::time::sleep(Duration::from_millis(10)).await }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let calls = [ToolCall::new("1", "look_up", "{}"), ToolCall::new("2", "look_up", "{}")];
/// # let desk = Toolbox::new(tools![look_up])?.bind(());
/// let parallel = desk.run(calls.clone()).await.explain();
/// let one_by_one = desk.with(Policy::default().max_concurrency(1))?.run(calls).await.explain();
/// let picture = Picture::new([("one by one", &one_by_one), ("in parallel", &parallel)]);
/// println!("{}", picture.timeline(80));
/// let svg = picture.svg();
/// # assert!(svg.contains("one by one: "));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    pub(super) parts: Vec<(String, &'a Explanation)>,
}

impl<'a> Picture<'a> {
    /// A picture of these, each with the words that stand above it.
    pub fn new(parts: impl IntoIterator<Item = (&'a str, &'a Explanation)>) -> Self {
        let parts = parts.into_iter();
        Self {
            parts: parts
                .map(|(title, part)| (shown(title, 60), part))
                .collect(),
        }
    }

    /// The time that the whole width stands for.
    pub(super) fn whole(&self) -> Duration {
        let walls = self.parts.iter().map(|(_, part)| part.wall);
        walls.max().unwrap_or_default()
    }

    pub(super) fn calls(&self) -> impl Iterator<Item = &'a ExplainedCall> {
        self.parts.iter().flat_map(|(_, part)| &part.calls)
    }

    /// The marks that occur in it, in the order of [`Mark`].
    pub(super) fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = self.calls().flat_map(marks_of).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

/// What can be seen of a call, in the order of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Ran,
    Failed,
    WaitedForCalls,
    WaitedForLimit,
    WaitedForApproval,
    BackedOff,
    NotStarted,
    StillRuns,
}

impl Mark {
    pub(super) fn of(doing: Doing<'_>) -> Option<Self> {
        match doing {
            Doing::Runs { failed: false } => Some(Self::Ran),
            Doing::Runs { failed: true } => Some(Self::Failed),
            Doing::WaitsForCalls(_) => Some(Self::WaitedForCalls),
            Doing::WaitsForLimit(_) => Some(Self::WaitedForLimit),
            Doing::WaitsForApproval => Some(Self::WaitedForApproval),
            Doing::BacksOff => Some(Self::BackedOff),
            Doing::Idle => None,
        }
    }

    pub(super) fn legend(self) -> &'static str {
        match self {
            Self::Ran => "ran",
            Self::Failed => "failed",
            Self::WaitedForCalls => "waited for calls",
            Self::WaitedForLimit => "waited for a permit",
            Self::WaitedForApproval => "waited for approval",
            Self::BackedOff => "between attempts",
            Self::NotStarted => "not started",
            Self::StillRuns => "could not be stopped",
        }
    }
}

fn marks_of(call: &ExplainedCall) -> Vec<Mark> {
    let life = call.life();
    let mut marks: Vec<Mark> = life
        .iter()
        .filter_map(|part| Mark::of(part.doing))
        .collect();
    if call.span.is_none() {
        marks.push(Mark::NotStarted);
    }
    if call.still_running {
        marks.push(Mark::StillRuns);
    }
    marks
}
