//! How a call ended, and what the model reads about it.

use std::fmt;
use std::time::Duration;

use crate::ToolError;
use crate::text::listed;
use crate::tool::{Answer, ArgumentErrors, DeclaredEffects};

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
        result: Result<Answer, ToolError>,
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

impl Settled {
    pub(crate) fn ending(&self) -> Ending {
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

    pub(crate) fn started(&self) -> bool {
        match self {
            Self::Answered { .. } => true,
            Self::InvalidArguments(_) | Self::UnknownTool { .. } => false,
            Self::TimedOut { started, .. }
            | Self::Panicked { started }
            | Self::Cancelled { started, .. } => *started,
        }
    }

    pub(crate) fn effects(&self, ending: Ending, declared: &DeclaredEffects) -> Effects {
        match ending {
            _ if declared.changes_nothing() || !self.started() || self.says_no_effects() => {
                Effects::None
            }
            Ending::Ok | Ending::NotSerialisable => Effects::Done,
            _ => Effects::Unknown,
        }
    }

    /// Whether the tool failed and says that nothing was changed.
    fn says_no_effects(&self) -> bool {
        matches!(self, Self::Answered { result: Err(error), .. } if error.has_no_effects())
    }

    /// What the model reads, unless the tool answered: what happened, what may have changed, what to do.
    pub(crate) fn text(&self, tool: &str, effects: Effects, declared: &DeclaredEffects) -> String {
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
                    _ if error.is_internal() => format!("`{tool}` failed with an internal error."),
                    empty if empty.trim().is_empty() => {
                        format!("`{tool}` failed without saying why.")
                    }
                    message => message,
                };
                let message = match declared {
                    // An error is no reason to suspect a change where nobody spoke of one.
                    DeclaredEffects::Undeclared if !error.has_no_effects() => message,
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
