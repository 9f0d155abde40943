//! What is stored into a report. A text is not to be trusted: whatever it says of other calls has to be there.

use std::borrow::Cow;
use std::mem;
use std::sync::{Arc, OnceLock};

use super::{Answered, Attempt, Call, File, Link, Ns, Part, Repair, Stored, Waited, ending};
use crate::base64::bytes;
use crate::outcome::{Ending, Outcome};
use crate::report::result::{Failure, Told};
use crate::report::results::alone;
use crate::report::{
    ConcurrencyLimit, FailedAttempt, Report, Results, Span, Timing, ToolResult, Wait, WaitedFor,
};
use crate::tool::{
    Answer, ArgumentErrors, ArgumentProblem, Calls, Content, RepairKind, Repaired,
    RepairedArguments, ResourceLink,
};
use crate::{ToolCall, ToolError};

impl TryFrom<Stored<'_>> for Report {
    type Error = String;

    fn try_from(mut stored: Stored<'_>) -> Result<Self, String> {
        let calls = stored
            .results
            .iter_mut()
            .map(|result| call(&mut result.call));
        let all = alone(calls.collect());
        let count = stored.results.len();
        let results = stored.results.into_iter().enumerate();
        let results = results.map(|(index, result)| {
            told(Arc::clone(&all), index, Some(count), result)
                .map_err(|problem| format!("result {index} of this report: {problem}"))
        });
        let undeclared = stored.undeclared.into_iter().map(Into::into);
        Ok(Self::new(
            results.collect::<Result<_, _>>()?,
            stored.wall_ns.0,
            undeclared.collect(),
        ))
    }
}

/// The call, whose texts are taken.
pub(super) fn call(stored: &mut Call<'_>) -> ToolCall {
    let take = |text: &mut Cow<'_, str>| mem::take(text).into_owned();
    let id = take(&mut stored.id);
    let name = take(&mut stored.name);
    let arguments = take(&mut stored.arguments);
    let call = match stored.is_text {
        true => ToolCall::with_text(id, name, arguments),
        false => ToolCall::new(id, name, arguments),
    };
    let call = match stored.is_cut_off {
        true => call.cut_off(),
        false => call,
    };
    let call = call.with_echo(take(&mut stored.echo));
    match stored.key.take() {
        Some(key) => call.with_idempotency_key(key),
        None => call,
    }
}

/// The result of the call with this index. `count` says how many calls its batch has here; none if it is here without them, and
/// what it says of others is as its batch knew it.
pub(super) fn told(
    calls: Arc<Calls>,
    index: usize,
    count: Option<usize>,
    stored: Answered<'_>,
) -> Result<ToolResult, String> {
    let ending = ending::ending(&stored.outcome, stored.detail.as_deref(), stored.because)?;
    if let Some(count) = count {
        if let Ending::Skipped { because } = ending {
            is_there(because, count)?;
        }
        if let Some(same) = stored.same_as {
            is_there(same, count)?;
        }
    }
    if let Some(repaired) = stored.repaired {
        let repairs = repaired.repairs.into_iter().map(repair);
        let repairs: Vec<_> = repairs.collect::<Result<_, _>>()?;
        if repairs.is_empty() {
            return Err("its arguments were repaired, and nothing says what of them".to_owned());
        }
        let text = repaired.arguments.into();
        calls.set_repaired(index, RepairedArguments { repairs, text });
    }
    let parts = stored.parts.into_iter().map(part);
    let attempts = stored.failed_attempts.into_iter().map(attempt);
    let before = count.map_or(usize::MAX, |_| index);
    let waits = stored.waits.into_iter();
    let waits = waits.map(|stored| wait(stored, before));
    let problems = stored.argument_errors.and_then(|problems| {
        let problems = problems.into_iter();
        let problems = problems.map(|one| ArgumentProblem::new(one.path, one.expected, one.found));
        ArgumentErrors::of(problems.collect())
    });
    if let Some(arguments) = stored.edited_arguments {
        calls.edit(index, arguments.into());
    }
    let failure = Failure {
        argument_errors: problems,
        error: stored.error.map(Into::into),
        error_id: stored.error_id.map(Into::into),
        panic_message: None,
    };
    let told = Told {
        outcome: Outcome {
            ending,
            effects: ending::effects(&stored.effects)?,
            late: stored.late,
            still_running: stored.still_running,
            same_as: stored.same_as,
            truncated: stored.truncated,
        },
        answer: answer(parts.collect::<Result<_, _>>()?)?,
        joined: OnceLock::new(),
        failure: Some(Box::new(failure)),
        timing: Timing {
            queued: stored.queued_ns.0,
            span: Option::zip(stored.started_ns, stored.finished_ns).map(span),
            waits: waits.collect::<Result<_, _>>()?,
            failed_attempts: attempts.collect(),
            same_as: stored.same_as,
            longest_poll: stored.longest_poll_ns.map(|time| time.0),
        },
    };
    Ok(Results::one(calls, index, told))
}

fn is_there(call: usize, count: usize) -> Result<(), String> {
    match call < count {
        true => Ok(()),
        false => Err(format!("it names call {call}, and there are {count}")),
    }
}

fn answer(mut parts: Vec<Content>) -> Result<Answer, String> {
    match parts.len() {
        0 => Err("it has no parts".to_owned()),
        1 => Ok(parts.remove(0).into()),
        _ => Ok(parts.into()),
    }
}

fn part(stored: Part<'_>) -> Result<Content, String> {
    Ok(match stored {
        Part::Text(text) => Content::Text(text.into()),
        Part::Json(json) => Content::Json(json.into()),
        Part::Image(file) => Content::image(file.mime_type.clone(), data(&file)?),
        Part::Audio(file) => Content::audio(file.mime_type.clone(), data(&file)?),
        Part::ResourceLink(stored) => link(stored).into(),
        Part::ToolReference(name) => Content::ToolReference(name.into()),
    })
}

fn data(file: &File<'_>) -> Result<Vec<u8>, String> {
    bytes(&file.base64).ok_or_else(|| "the data of a part is not base64".to_owned())
}

fn link(stored: Link<'_>) -> ResourceLink {
    let mut link = ResourceLink::new(stored.uri, stored.name);
    link.title = stored.title.map(Into::into);
    link.description = stored.description.map(Into::into);
    link.mime_type = stored.mime_type.map(Into::into);
    link.size = stored.size;
    link
}

fn repair(stored: Repair<'_>) -> Result<Repaired, String> {
    match RepairKind::of(&stored.kind) {
        Some(kind) => Ok(Repaired::new(stored.path, kind)),
        None => Err(format!("a repair is `{}`, which is not known", stored.kind)),
    }
}

fn span((started, finished): (Ns, Ns)) -> Span {
    Span {
        started: started.0,
        finished: finished.0,
    }
}

/// A wait of the call with this index, which can only be for an earlier one.
fn wait(stored: Waited<'_>, index: usize) -> Result<Wait, String> {
    if let Some(last) = stored.call.filter(|last| *last >= index) {
        return Err(format!("it waited for call {last}, which is not before it"));
    }
    let what = match &*stored.what {
        "calls" => WaitedFor::Calls {
            last: stored.call,
            key: stored.key.map(Into::into),
        },
        "approval" => WaitedFor::Approval,
        "batch" => WaitedFor::Limit(ConcurrencyLimit::Batch),
        "threads" => WaitedFor::Limit(ConcurrencyLimit::Threads),
        "tool" => WaitedFor::Limit(ConcurrencyLimit::PerTool),
        "group" => {
            let group = stored.group.unwrap_or_default();
            WaitedFor::Limit(ConcurrencyLimit::Group((&*group).into()))
        }
        "tenant_tool" => WaitedFor::Limit(ConcurrencyLimit::TenantTool),
        "tenant_group" => {
            let group = stored.group.unwrap_or_default();
            WaitedFor::Limit(ConcurrencyLimit::TenantGroup((&*group).into()))
        }
        other => return Err(format!("it waited for `{other}`, which is not known")),
    };
    Ok(Wait {
        what,
        from: stored.from_ns.0,
        to: stored.to_ns.0,
    })
}

fn attempt(stored: Attempt<'_>) -> FailedAttempt {
    let error = ToolError::from(stored.error);
    FailedAttempt {
        span: span((stored.started_ns, stored.finished_ns)),
        text: match stored.text {
            Some(text) => text.into(),
            None => error.to_string(),
        },
        error,
        back_off: stored.back_off_ns.0,
    }
}
