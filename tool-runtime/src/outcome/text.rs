//! What the model reads of a call that was not answered: what happened, what may have changed, what to do.

use std::time::Duration;

use super::{CallLimit, CancelledBy, Effects, ErrorDetail, Settled, TimeLimit};
use crate::ToolError;
use crate::quota::Exhausted;
use crate::text::{listed, listed_or, shortened};
use crate::tool::Changes;
use crate::tool::error::Kind;

/// What a text is made from, beside how the call ended.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    /// What the model calls the tool.
    pub(crate) tool: &'a str,
    pub(crate) effects: Effects,
    pub(crate) declared: Changes,
    /// How many attempts came before the last one.
    pub(crate) failed: usize,
    /// Whether the tool was called in any of them.
    pub(crate) called: bool,
    pub(crate) detail: ErrorDetail,
}

impl Settled {
    /// The text; empty if the tool answered.
    pub(crate) fn text(&self, told: Told<'_>) -> String {
        let Told { tool, effects, .. } = told;
        let changed = changed(effects);
        match self {
            Self::Answered { result: Ok(_), .. } => String::new(),
            Self::Answered {
                result: Err(error), ..
            } if error.is_serialisation() => told.not_written(error),
            Self::Answered {
                result: Err(error), ..
            } => match error.kind() {
                Kind::Failure | Kind::Uncalled => told.failure(error),
                Kind::TimedOut => {
                    let advice = told.if_unchanged(AS_LONG_AGAIN);
                    format!("`{tool}` did not finish in time and was stopped.{changed}{advice}")
                }
                Kind::Overloaded => told.overloaded(error),
                Kind::Denied => told.denied(error),
                Kind::Unwritten => told.unwritten(error),
                Kind::Steps => error.message().to_owned(),
            },
            Self::InvalidArguments(errors) => format!(
                "`{tool}` was not called, because its arguments are not valid:\n{errors}\nCall it again with correct arguments."
            ),
            Self::UnknownTool {
                nearest,
                searches: Some(finder),
                ..
            } => not_found(tool, nearest, finder),
            Self::UnknownTool { nearest, names, .. } => unknown_tool(tool, nearest, names),
            Self::TimedOut {
                limit,
                time,
                started: false,
                ..
            } => told.not_started(*limit, *time),
            Self::TimedOut {
                limit,
                time,
                still_running,
                ..
            } => told.timed_out(*limit, *time, *still_running),
            Self::Panicked { panic, .. } => {
                let why = match (told.detail, &panic.message) {
                    (ErrorDetail::Sources, Some(message)) => sentence(&format!(": {message}")),
                    _ => ".".to_owned(),
                };
                let advice = told.if_unchanged(ONCE_MORE);
                let id = &panic.error_id;
                format!(
                    "`{tool}` broke off with an internal error (error id `{id}`){why}{changed}{advice}"
                )
            }
            Self::Cancelled {
                by,
                started,
                still_running,
            } => {
                let cancelled = match started {
                    true => "cancelled",
                    false => "cancelled before it was called",
                };
                let why = match by {
                    CancelledBy::Call | CancelledBy::Batch => "",
                    CancelledBy::Shutdown => ", because the program is shutting down",
                };
                let stopped = stopped(*still_running, "");
                let advice = told.if_unchanged(IF_NEEDED);
                format!("`{tool}` was {cancelled}{why}{stopped}.{changed}{advice}")
            }
            Self::Skipped { tool: first, .. } => format!(
                "`{tool}` was not called, because an earlier call of this turn, of `{first}`, did not succeed.{changed} See to that first; then call it again if it is still needed."
            ),
            Self::OverLimit { limit, most } => told.over_limit(*limit, *most),
            Self::OverQuota(exhausted) => told.over_quota(exhausted),
        }
    }
}

/// For what may be a flaw of the program, or a backend's that passes.
const ONCE_MORE: &str = " Try it once more at most.";
const AS_LONG_AGAIN: &str = " The same call may take as long again.";
pub(super) const IF_NEEDED: &str = " Call it again if it is still needed.";
const LATER: &str = " Call it again later.";

impl Told<'_> {
    /// What to do about a call that changed nothing; of another, its effects say that.
    fn if_unchanged(&self, advice: &'static str) -> &'static str {
        match self.effects {
            Effects::None => advice,
            Effects::Done | Effects::Unknown => "",
        }
    }

    /// The tool did its work.
    fn not_written(&self, error: &ToolError) -> String {
        let (tool, changed, id) = (self.tool, changed(self.effects), id_of(error));
        let why = match self.detail {
            ErrorDetail::Sources => sentence(&format!(": {}", said(error, true))),
            _ => ".".to_owned(),
        };
        let advice = self.if_unchanged(" The same call may end the same way.");
        format!(
            "`{tool}` did its work, but its result cannot be written as JSON{id}{why}{changed}{advice}"
        )
    }

    /// The tool was not called, since nobody would have known of it after a crash.
    fn unwritten(&self, error: &ToolError) -> String {
        let (tool, not_called, id) = (self.tool, self.not_called(), id_of(error));
        let why = match self.detail {
            ErrorDetail::Sources if !error.told_causes().is_empty() => {
                sentence(&format!(": {}", error.told_causes().join("; ")))
            }
            _ => ".".to_owned(),
        };
        let changed = changed(self.effects);
        let advice = self.if_unchanged(ONCE_MORE);
        format!(
            "`{tool}` {not_called}, because the call could not be written down first{id}{why}{changed}{advice}"
        )
    }

    /// The tool failed.
    fn failure(&self, error: &ToolError) -> String {
        let tool = self.tool;
        let id = id_of(error);
        let sources = self.detail == ErrorDetail::Sources;
        let message = match (error.is_internal(), self.detail) {
            (true, ErrorDetail::Sources) => {
                let causes = error.told_causes().join("; ");
                sentence(&format!(
                    "`{tool}` failed with an internal error{id}: {causes}"
                ))
            }
            (true, _) => format!("`{tool}` failed with an internal error{id}."),
            (false, ErrorDetail::Kind) => format!("`{tool}` failed{id}."),
            (false, ErrorDetail::Message | ErrorDetail::Sources) => match said(error, sources) {
                empty if empty.is_empty() => format!("`{tool}` failed without saying why."),
                said => said,
            },
        };
        let mut text = message;
        let mut go_on = |more: &str| {
            if !more.is_empty() {
                text = format!("{}{more}", sentence(&text));
            }
        };
        if self.failed > 0 {
            go_on(&format!(" It was tried {} times.", self.failed + 1));
        }
        // An error is no reason to suspect a change where nobody spoke of one.
        if self.declared != Changes::Unsaid || error.has_no_effects() {
            go_on(changed(self.effects));
        }
        go_on(&self.prospects(error));
        match error.details() {
            Some(details) if !error.is_hidden_at(self.detail) || sources => {
                format!("{text}\n{details}")
            }
            _ => text,
        }
    }

    /// Whether the same call may succeed.
    fn prospects(&self, error: &ToolError) -> String {
        match foreseeable(error.retry_delay()) {
            Some(delay) => format!(" The same call may succeed after {}.", words(delay)),
            None if error.is_retryable() => " The same call may succeed later.".to_owned(),
            None if error.is_permanent() => " The same call would fail again.".to_owned(),
            None if error.is_internal() => self.if_unchanged(ONCE_MORE).to_owned(),
            None => String::new(),
        }
    }

    /// A layer had no room for the call.
    fn overloaded(&self, error: &ToolError) -> String {
        let when = match foreseeable(error.retry_delay()) {
            Some(delay) => format!(" Call it again after {}.", words(delay)),
            None => LATER.to_owned(),
        };
        let tried = match self.failed {
            0 => String::new(),
            failed => format!(" It was tried {} times.", failed + 1),
        };
        let why = self.reason(error, ": ", " for want of room");
        let (tool, not_called, changed) = (self.tool, self.not_called(), changed(self.effects));
        format!("`{tool}` {not_called}{why}{tried}{changed}{when}")
    }

    /// A layer did not allow the call.
    fn denied(&self, error: &ToolError) -> String {
        let why = self.reason(
            error,
            ", since it is not allowed: ",
            ", since it is not allowed",
        );
        let (tool, not_called, changed) = (self.tool, self.not_called(), changed(self.effects));
        let advice = match error.is_retryable() {
            true => IF_NEEDED,
            false => " Do not repeat the call.",
        };
        let advice = self.if_unchanged(advice);
        let changed = match why.ends_with('\n') {
            true => changed.trim_start(),
            false => changed,
        };
        format!("`{tool}` {not_called}{why}{changed}{advice}")
    }

    fn not_called(&self) -> &'static str {
        match self.called {
            true => "failed and was not called again",
            false => "was not called",
        }
    }

    /// What a layer gives as the reason, or that it is not told.
    fn reason(&self, error: &ToolError, given: &str, hidden: &str) -> String {
        if self.detail == ErrorDetail::Kind {
            return format!("{hidden}{}.", id_of(error));
        }
        let reason = match said(error, self.detail == ErrorDetail::Sources) {
            empty if empty.is_empty() => "no reason was given".to_owned(),
            // What has lines of its own is no sentence.
            lines if lines.contains('\n') => return format!("{given}{}\n", lines.trim_end()),
            reason => reason,
        };
        format!("{given}{}", sentence(&reason))
    }

    /// Its time was over before it was called.
    fn not_started(&self, limit: TimeLimit, time: Duration) -> String {
        let (tool, changed, time) = (self.tool, changed(self.effects), words(time));
        match limit {
            TimeLimit::Batch => format!(
                "`{tool}` was not started: the {time} for all calls of this turn were over.{changed}{IF_NEEDED}"
            ),
            TimeLimit::Predecessor => format!(
                "`{tool}` was not started: the calls before it that use the same data took longer than {time}.{changed}{IF_NEEDED}"
            ),
            TimeLimit::Limit => format!(
                "`{tool}` was not started: too many calls are running, and it waited for {time}.{changed}{LATER}"
            ),
            TimeLimit::Work => format!(
                "`{tool}` was not called: preparing the call took longer than {time}.{changed}{AS_LONG_AGAIN}"
            ),
            TimeLimit::Approval => format!(
                "`{tool}` was not called: it needs approval, and nobody decided within {time}.{changed} Call it again only if it is asked for."
            ),
            TimeLimit::BackOff => {
                format!("`{tool}` was not called within {time}.{changed}{IF_NEEDED}")
            }
        }
    }

    /// Its time was over.
    fn timed_out(&self, limit: TimeLimit, time: Duration, still_running: bool) -> String {
        let (tool, changed, time) = (self.tool, changed(self.effects), words(time));
        if limit == TimeLimit::BackOff {
            let advice = self.if_unchanged(LATER);
            return format!(
                "`{tool}` failed, and its next attempt could not begin within {time}.{changed}{advice}"
            );
        }
        let (within, advice) = match limit {
            TimeLimit::Batch => (format!("the {time} for all calls of this turn"), IF_NEEDED),
            _ => (time, AS_LONG_AGAIN),
        };
        let stopped = stopped(still_running, " and was stopped");
        let advice = self.if_unchanged(advice);
        format!("`{tool}` did not finish within {within}{stopped}.{changed}{advice}")
    }

    /// There were too many calls.
    fn over_limit(&self, limit: CallLimit, most: usize) -> String {
        let (tool, changed) = (self.tool, changed(self.effects));
        let calls = match most {
            1 => "1 call is".to_owned(),
            most => format!("{most} calls are"),
        };
        match limit {
            CallLimit::BatchSize => format!(
                "`{tool}` was not called, because at most {calls} run in one turn.{changed} Call it again in the next turn."
            ),
            CallLimit::Inside => format!(
                "`{tool}` was not called, because too many calls are running and the one that it is part of cannot wait.{changed}{LATER}"
            ),
            // What a quota has to say is told by `over_quota`.
            CallLimit::Queue | CallLimit::Layer | CallLimit::Quota => {
                format!("`{tool}` was not called, because {calls} waiting already.{changed}{LATER}")
            }
        }
    }

    /// It may be called no more.
    fn over_quota(&self, exhausted: &Exhausted) -> String {
        let (tool, changed) = (self.tool, changed(self.effects));
        let advice = exhausted.advice();
        format!("`{tool}` was not called: {exhausted}.{changed}{advice}")
    }
}

/// What a call may have changed, and what to do.
pub(super) fn changed(effects: Effects) -> &'static str {
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

fn id_of(error: &ToolError) -> String {
    match error.id() {
        Some(id) => format!(" (error id `{id}`)"),
        None => String::new(),
    }
}

/// What an error says, and what its sources say if that is wanted; empty if that is nothing.
fn said(error: &ToolError, sources: bool) -> String {
    let mut message = error.to_string();
    if message.trim().is_empty() {
        message.clear();
    }
    match error.told_causes() {
        causes if sources && !causes.is_empty() => {
            let causes = causes.join("; ");
            match message.is_empty() {
                true => causes,
                false => format!("{} Caused by: {causes}", sentence(&message)),
            }
        }
        _ => message,
    }
}

/// A delay, if it is one that a conversation may live to see.
fn foreseeable(delay: Option<Duration>) -> Option<Duration> {
    delay.filter(|delay| *delay <= Duration::from_secs(24 * 60 * 60))
}

/// A time to the millisecond, as a policy says it.
fn words(time: Duration) -> String {
    let whole = Duration::from_millis(time.as_millis().try_into().unwrap_or(u64::MAX));
    match whole.is_zero() {
        true => format!("{time:?}"),
        false => format!("{whole:?}"),
    }
}

/// So much is told of arguments that somebody has changed, in characters.
const MAX_EDITED: usize = 400;

/// What the model reads of a call that was made otherwise than it meant.
pub(crate) fn changed_call(tool: &str, arguments: &str) -> String {
    let arguments = shortened(arguments, MAX_EDITED);
    format!(
        "The arguments were changed before the call was approved: `{tool}` was called with {arguments}"
    )
}

/// At most so many names are listed for a model that called one that is not there, of so many characters in all.
const MAX_NAMES: usize = 20;
const MAX_NAMES_LENGTH: usize = 600;

/// A name that nobody gave a tool may be as long as the model likes.
const MAX_NAME_LENGTH: usize = 100;

fn unknown_tool(tool: &str, nearest: &[String], names: &[String]) -> String {
    let tool = shortened(tool, MAX_NAME_LENGTH);
    let mut text = format!("There is no tool named `{tool}`, so nothing was called.");
    if !nearest.is_empty() {
        let nearest = listed_or(nearest.iter().map(String::as_str));
        text += &format!(" Did you mean {nearest}?");
    }
    let length: usize = names.iter().map(String::len).sum();
    match names {
        [] => text += " There are no tools.",
        [only] => text += &format!(" The tool is `{only}`."),
        _ if names.len() <= MAX_NAMES && length <= MAX_NAMES_LENGTH => {
            let names = listed(names.iter().map(String::as_str));
            text += &format!(" The tools are {names}.");
        }
        _ => text += " Call one of the tools that you were given, by its exact name.",
    }
    text
}

/// Of a tool that a conversation does not have, though it may find it.
fn not_found(tool: &str, nearest: &[String], finder: &str) -> String {
    let tool = shortened(tool, MAX_NAME_LENGTH);
    let mut text = format!("You have no tool named `{tool}`, so nothing was called.");
    if !nearest.is_empty() {
        let nearest = listed_or(nearest.iter().map(String::as_str));
        text += &format!(" Did you mean {nearest}?");
    }
    text + &format!(
        " Search with `{finder}` for what you want to do, and call what is found in your next turn, by the name that it has there."
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_listed_where_they_are_few_and_their_names_short() {
        let names = |count: usize, length: usize| vec!["n".repeat(length); count];
        for (count, length, is_listed) in [
            (20, 30, true),
            (21, 1, false),
            (2, 300, true),
            (2, 301, false),
        ] {
            let text = unknown_tool("x", &[], &names(count, length));
            assert_eq!(text.contains("The tools are"), is_listed, "{text}");
            assert_ne!(text.contains("by its exact name."), is_listed, "{text}");
        }
    }

    #[test]
    fn a_name_of_the_model_is_no_longer_than_any_tools() {
        let text = unknown_tool(&"é".repeat(1_000_000), &[], &[]);
        assert!(text.chars().count() < 200, "{text}");
    }

    #[test]
    fn times_are_told_as_people_say_them() {
        for (time, told) in [
            (Duration::from_nanos(1), "1ns"),
            (Duration::from_micros(1_500_001), "1.5s"),
            (Duration::from_millis(20), "20ms"),
            (Duration::from_secs(300), "300s"),
        ] {
            assert_eq!(words(time), told);
        }
    }
}
