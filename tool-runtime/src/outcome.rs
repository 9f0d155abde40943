//! How a call ended, and what the model reads about it.

use std::fmt;
use std::time::Duration;

use crate::ToolError;
use crate::text::listed;
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
        nearest: Option<String>,
        names: Vec<String>,
    },
    TimedOut {
        limit: TimeLimit,
        time: Duration,
        started: bool,
        still_running: bool,
    },
    Panicked {
        started: bool,
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
}

impl Settled {
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Answered { result, .. } => match result {
                Ok(_) => Ending::Ok,
                Err(error) if error.is_serialisation() => Ending::NotSerialisable,
                Err(error) => match error.kind() {
                    Kind::Failure => Ending::Failed,
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
        }
    }

    pub(crate) fn started(&self) -> bool {
        match self {
            Self::Answered { .. } => true,
            Self::InvalidArguments(_)
            | Self::UnknownTool { .. }
            | Self::Skipped { .. }
            | Self::OverLimit { .. } => false,
            Self::TimedOut { started, .. }
            | Self::Panicked { started }
            | Self::Cancelled { started, .. } => *started,
        }
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

    /// What the model reads, unless the tool answered: what happened, what may have changed, what to do.
    ///
    /// `failed` is how many attempts came before the last one, `called` whether the tool was called in any of them.
    pub(crate) fn text(
        &self,
        tool: &str,
        effects: Effects,
        declared: Changes,
        failed: usize,
        called: bool,
    ) -> String {
        let changed = changed(effects);
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
            } if error.kind() != Kind::Failure => {
                let message = match error.to_string() {
                    empty if empty.trim().is_empty() => "no reason was given".to_owned(),
                    message => message,
                };
                let message = sentence(&message);
                let not_called = match called {
                    true => "failed and was not called again",
                    false => "was not called",
                };
                let tried = match failed {
                    0 => String::new(),
                    failed => format!(" It was tried {} times.", failed + 1),
                };
                match error.kind() {
                    Kind::TimedOut => {
                        format!("`{tool}` did not finish in time and was stopped.{changed}")
                    }
                    Kind::Overloaded => {
                        format!(
                            "`{tool}` {not_called}: {message}{tried}{changed} Call it again later."
                        )
                    }
                    Kind::Denied | Kind::Failure => format!(
                        "`{tool}` {not_called}, since it is not allowed: {message}{changed}"
                    ),
                }
            }
            Self::Answered {
                result: Err(error), ..
            } => {
                let message = match error.to_string() {
                    _ if error.is_internal() => format!("`{tool}` failed with an internal error."),
                    empty if empty.trim().is_empty() => {
                        format!("`{tool}` failed without saying why.")
                    }
                    message => message,
                };
                let message = match failed {
                    0 => message,
                    failed => format!("{} It was tried {} times.", sentence(&message), failed + 1),
                };
                let message = match declared {
                    // An error is no reason to suspect a change where nobody spoke of one.
                    Changes::Unsaid if !error.has_no_effects() => message,
                    _ => format!("{}{changed}", sentence(&message)),
                };
                match error.details() {
                    Some(details) if !error.is_internal() => format!("{message}\n{details}"),
                    _ => message,
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
                TimeLimit::Batch => format!(
                    "`{tool}` was not started: the {time:?} for all calls of this turn were over.{changed} Call it again if it is still needed."
                ),
                TimeLimit::Predecessor => format!(
                    "`{tool}` was not started: the calls before it that use the same data took longer than {time:?}.{changed} Call it again if it is still needed."
                ),
                TimeLimit::Limit => format!(
                    "`{tool}` was not started: too many calls are running, and it waited for {time:?}.{changed} Call it again later."
                ),
                _ => {
                    format!("`{tool}` was stopped after {time:?}, before it was called.{changed}")
                }
            },
            Self::TimedOut {
                limit,
                time,
                still_running,
                ..
            } => {
                if *limit == TimeLimit::BackOff {
                    return format!(
                        "`{tool}` failed, was to be tried again and did not get to it within {time:?}.{changed}"
                    );
                }
                let within = match limit {
                    TimeLimit::Batch => format!("the {time:?} for all calls of this turn"),
                    _ => format!("{time:?}"),
                };
                let stopped = stopped(*still_running, " and was stopped");
                format!("`{tool}` did not finish within {within}{stopped}.{changed}")
            }
            Self::Panicked { .. } => format!("`{tool}` broke off with an internal error.{changed}"),
            Self::Cancelled {
                by,
                started,
                still_running,
            } => {
                let cancelled = if *started {
                    "cancelled"
                } else {
                    "cancelled before it was called"
                };
                let why = match by {
                    CancelledBy::Call | CancelledBy::Batch => "",
                    CancelledBy::Shutdown => ", because the program is shutting down",
                };
                let stopped = stopped(*still_running, "");
                format!("`{tool}` was {cancelled}{why}{stopped}.{changed}")
            }
            Self::Skipped { tool: first, .. } => format!(
                "`{tool}` was not called, because `{first}`, which came before it in this turn, did not succeed.{changed} See to that first; then call it again if it is still needed."
            ),
            Self::OverLimit { limit, most } => {
                let calls = match most {
                    1 => "1 call is".to_owned(),
                    most => format!("{most} calls are"),
                };
                match limit {
                    CallLimit::BatchSize => format!(
                        "`{tool}` was not called, because at most {calls} run in one turn.{changed} Call it again in the next."
                    ),
                    CallLimit::Inside => format!(
                        "`{tool}` was not called, because too many calls are running and the one that it is part of cannot wait.{changed} Call it again later."
                    ),
                    CallLimit::Queue | CallLimit::Layer => format!(
                        "`{tool}` was not called, because {calls} waiting already.{changed} Call it again later."
                    ),
                }
            }
        }
    }
}

/// What the model reads of a call whose result was lost with the program that made it.
pub(crate) fn interrupted(tool: &str) -> String {
    let changed = changed(Effects::Unknown);
    format!("`{tool}` was interrupted, and its result is lost.{changed}")
}

/// What a call may have changed, and what to do.
fn changed(effects: Effects) -> &'static str {
    match effects {
        Effects::None => " Nothing was changed.",
        Effects::Done => " It has taken effect; do not repeat it.",
        Effects::Unknown => " It may have taken effect; check before repeating.",
    }
}

/// What became of a call whose time was over.
fn stopped(still_running: bool, otherwise: &str) -> &str {
    match still_running {
        true => "; it could not be stopped and may still be running",
        false => otherwise,
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
