//! How a call ended. What the model reads about it, `text` says.

mod detail;
mod error_id;
mod interrupted;
pub(crate) mod text;

use std::fmt;
use std::time::Duration;

pub use detail::ErrorDetail;
pub(crate) use error_id::error_id;
pub(crate) use interrupted::Interrupted;

use crate::ToolError;
use crate::quota::Exhausted;
use crate::tool::error::Kind;
use crate::tool::{Answer, ArgumentErrors, Changes};

/// How a call ended and what it may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// What it may have changed.
    pub effects: Effects,
    /// It ended by itself after its deadline or its cancellation, within the grace period.
    pub late: bool,
    /// It could not be stopped: a poll, a decoder or a `Drop` that does not return. `Toolbox::idle` waits for it.
    pub still_running: bool,
    /// The index of the call of which it shares the result, see [`Policy::coalesce`](crate::Policy::coalesce).
    pub same_as: Option<usize>,
    /// The model does not read all of what was to be said: it was too long, see
    /// [`Policy::max_result_bytes`](crate::Policy::max_result_bytes), or its files were too large.
    pub truncated: bool,
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
    /// It was not allowed; it was not called.
    Denied,
    /// It took too long.
    TimedOut(TimeLimit),
    /// The tool panicked.
    Panicked,
    /// It was not wanted any more.
    Cancelled(CancelledBy),
    /// An earlier call that it depends on did not succeed; it was not called.
    Skipped {
        /// The index of the call with which it began.
        because: usize,
    },
    /// There were too many calls; it was not called.
    OverLimit(CallLimit),
    /// The tool did its work, but what it returned cannot be written as JSON.
    NotSerialisable,
}

/// Which time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeLimit {
    /// That for waiting for earlier calls, while it waited.
    Predecessor,
    /// That for waiting for a permit, while it waited.
    Limit,
    /// That for its approval.
    Approval,
    /// That between two attempts.
    BackOff,
    /// The call's own, while it was running.
    Work,
    /// The batch's.
    Batch,
}

/// Who cancelled a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelledBy {
    /// The program, this call.
    Call,
    /// The program, the whole batch.
    Batch,
    /// The runtime, which was shut down.
    Shutdown,
}

/// Of what there were too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallLimit {
    /// Calls in the batch.
    BatchSize,
    /// Calls of all batches that wait for a permit.
    Queue,
    /// What a [layer](crate::layer::Layer) lets through.
    Layer,
    /// Calls of a tool, of a group or on threads, for a batch inside a call that holds a place among such and cannot wait for
    /// another.
    Inside,
    /// Calls that are counted together by a [`Quota`](crate::Quota).
    Quota,
}

impl Ending {
    /// A name for logs and metrics that stays the same from release to release.
    ///
    /// ```
    /// use tool_runtime::{Ending, TimeLimit};
    ///
    /// let ending = Ending::TimedOut(TimeLimit::Work);
    /// assert_eq!((ending.code(), ending.detail()), ("timed_out", Some("work")));
    /// ```
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::InvalidArguments => "invalid_arguments",
            Self::UnknownTool => "unknown_tool",
            Self::Denied => "denied",
            Self::TimedOut(_) => "timed_out",
            Self::Panicked => "panicked",
            Self::Cancelled(_) => "cancelled",
            Self::Skipped { .. } => "skipped",
            Self::OverLimit(_) => "over_limit",
            Self::NotSerialisable => "not_serialisable",
        }
    }

    /// What distinguishes endings of one code, as stable as that: which time ran out, who cancelled, what there was too
    /// much of.
    pub fn detail(self) -> Option<&'static str> {
        let detail = match self {
            Self::TimedOut(limit) => match limit {
                TimeLimit::Predecessor => "predecessor",
                TimeLimit::Limit => "limit",
                TimeLimit::Approval => "approval",
                TimeLimit::BackOff => "back_off",
                TimeLimit::Work => "work",
                TimeLimit::Batch => "batch",
            },
            Self::Cancelled(by) => match by {
                CancelledBy::Call => "call",
                CancelledBy::Batch => "batch",
                CancelledBy::Shutdown => "shutdown",
            },
            Self::OverLimit(limit) => match limit {
                CallLimit::BatchSize => "batch_size",
                CallLimit::Queue => "queue",
                CallLimit::Layer => "layer",
                CallLimit::Inside => "inside",
                CallLimit::Quota => "quota",
            },
            _ => return None,
        };
        Some(detail)
    }
}

/// The code, and the detail if there is one: `timed_out (work)`.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self.detail() {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
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

impl Effects {
    /// A name for logs and metrics that stays the same from release to release: `none`, `done` or `unknown`.
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Done => "done",
            Self::Unknown => "unknown",
        }
    }
}

/// How a call ended, before it is put into words.
#[derive(Clone, Debug)]
pub(crate) enum Settled {
    Answered {
        result: Result<Answer, ToolError>,
        late: bool,
    },
    InvalidArguments(ArgumentErrors),
    UnknownTool {
        nearest: Vec<String>,
        names: Vec<String>,
        /// The tool with which others are found, if there is one.
        searches: Option<&'static str>,
    },
    TimedOut {
        limit: TimeLimit,
        time: Duration,
        started: bool,
        still_running: bool,
    },
    Panicked {
        started: bool,
        panic: Box<Panic>,
    },
    Cancelled {
        by: CancelledBy,
        started: bool,
        still_running: bool,
    },
    Skipped {
        because: usize,
        /// What the model calls the tool of that call.
        tool: String,
    },
    OverLimit {
        limit: CallLimit,
        most: usize,
    },
    OverQuota(Box<Exhausted>),
}

/// A panic, of which the model reads that there was one.
#[derive(Clone, Debug)]
pub(crate) struct Panic {
    pub(crate) error_id: String,
    /// What was said, if that is a text.
    pub(crate) message: Option<String>,
}

impl Settled {
    pub(crate) fn panicked(started: bool, message: Option<String>) -> Self {
        let error_id = error_id();
        Self::Panicked {
            started,
            panic: Box::new(Panic { error_id, message }),
        }
    }

    /// The same, made ready to be told as a policy says.
    pub(crate) fn made_ready(self, detail: ErrorDetail) -> Self {
        match self {
            Self::Answered {
                result: Err(error),
                late,
            } => Self::Answered {
                result: Err(error.made_ready(detail)),
                late,
            },
            other => other,
        }
    }

    /// The id under which the log has it.
    pub(crate) fn error_id(&self) -> Option<&str> {
        match self {
            Self::Answered {
                result: Err(error), ..
            } => error.id(),
            Self::Panicked { panic, .. } => Some(&panic.error_id),
            _ => None,
        }
    }

    /// Whether the call could not be stopped.
    pub(crate) fn is_still_running(&self) -> bool {
        match self {
            Self::TimedOut { still_running, .. } | Self::Cancelled { still_running, .. } => {
                *still_running
            }
            _ => false,
        }
    }

    /// What was done for a call that was ended could not be stopped.
    pub(crate) fn goes_on(&mut self) {
        if let Self::TimedOut { still_running, .. } | Self::Cancelled { still_running, .. } = self {
            *still_running = true;
        }
    }

    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Answered { result, .. } => match result {
                Ok(_) => Ending::Ok,
                Err(error) if error.is_serialisation() => Ending::NotSerialisable,
                Err(error) => match error.kind() {
                    Kind::Failure | Kind::Unwritten | Kind::Steps | Kind::Uncalled => {
                        Ending::Failed
                    }
                    Kind::Denied => Ending::Denied,
                    Kind::Overloaded => Ending::OverLimit(CallLimit::Layer),
                    Kind::TimedOut => Ending::TimedOut(TimeLimit::Work),
                },
            },
            Self::InvalidArguments(_) => Ending::InvalidArguments,
            Self::UnknownTool { .. } => Ending::UnknownTool,
            Self::TimedOut { limit, .. } => Ending::TimedOut(*limit),
            Self::Panicked { .. } => Ending::Panicked,
            Self::Cancelled { by, .. } => Ending::Cancelled(*by),
            Self::Skipped { because, .. } => Ending::Skipped { because: *because },
            Self::OverLimit { limit, .. } => Ending::OverLimit(*limit),
            Self::OverQuota(_) => Ending::OverLimit(CallLimit::Quota),
        }
    }

    pub(crate) fn started(&self) -> bool {
        match self {
            Self::Answered { .. } => true,
            Self::InvalidArguments(_)
            | Self::UnknownTool { .. }
            | Self::Skipped { .. }
            | Self::OverLimit { .. }
            | Self::OverQuota(_) => false,
            Self::TimedOut { started, .. }
            | Self::Panicked { started, .. }
            | Self::Cancelled { started, .. } => *started,
        }
    }

    /// Whether the tool was called in the last attempt, as far as is known: a layer may have had it not be.
    pub(crate) fn was_called(&self) -> bool {
        self.started() && self.error().is_none_or(ToolError::was_called)
    }

    /// What it may have changed; `clean` says that no attempt before the last one did.
    pub(crate) fn effects(&self, ending: Ending, declared: Changes, clean: bool) -> Effects {
        match ending {
            _ if declared == Changes::Nothing || !self.started() => Effects::None,
            _ if clean && self.says_no_effects() => Effects::None,
            Ending::Ok | Ending::NotSerialisable => Effects::Done,
            _ => Effects::Unknown,
        }
    }

    /// The error of the tool, if it failed.
    pub(crate) fn error(&self) -> Option<&ToolError> {
        match self {
            Self::Answered { result, .. } => result.as_ref().err(),
            _ => None,
        }
    }

    /// Whether the tool failed and says that nothing was changed.
    fn says_no_effects(&self) -> bool {
        matches!(self, Self::Answered { result: Err(error), .. } if error.has_no_effects())
    }
}
