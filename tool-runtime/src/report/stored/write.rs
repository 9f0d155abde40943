//! A report into what is stored.

use super::{
    Answered, Attempt, Call, FORMAT, File, Link, Ns, Part, Problem, Repair, RepairedCall, Stored,
    Waited,
};
use crate::ToolCall;
use crate::base64::base64;
use crate::outcome::Ending;
use crate::report::{ConcurrencyLimit, FailedAttempt, Report, ToolResult, Wait, WaitedFor};
use crate::tool::{ArgumentProblem, Content, Media, Repaired, ResourceLink};

impl<'a> From<&'a Report> for Stored<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            format: FORMAT,
            wall_ns: Ns(report.wall),
            undeclared: report.undeclared().map(Into::into).collect(),
            results: report.results.iter().map(answered).collect(),
        }
    }
}

pub(super) fn answered(result: &ToolResult) -> Answered<'_> {
    let outcome = result.outcome();
    let problems = result.argument_errors().map(|errors| errors.problems());
    let span = result.span();
    Answered {
        call: call(result.call()),
        edited_arguments: result.edited_arguments().map(Into::into),
        outcome: outcome.ending.code().into(),
        detail: outcome.ending.detail().map(Into::into),
        because: match outcome.ending {
            Ending::Skipped { because } => Some(because),
            _ => None,
        },
        effects: outcome.effects.code().into(),
        late: outcome.late,
        still_running: outcome.still_running,
        same_as: outcome.same_as,
        truncated: outcome.truncated,
        parts: result.parts().iter().map(part).collect(),
        argument_errors: problems.map(|problems| problems.iter().map(problem).collect()),
        repaired: repaired(result),
        error: result.error().map(Into::into),
        error_id: result.error_id().map(Into::into),
        queued_ns: Ns(result.queued()),
        started_ns: span.map(|span| Ns(span.started)),
        finished_ns: span.map(|span| Ns(span.finished)),
        waits: result.waits().iter().map(waited).collect(),
        failed_attempts: result.failed_attempts().iter().map(attempt).collect(),
        longest_poll_ns: result.longest_poll().map(Ns),
    }
}

pub(super) fn call(call: &ToolCall) -> Call<'_> {
    Call {
        id: call.id().into(),
        name: call.name().into(),
        arguments: call.arguments().into(),
        is_text: call.is_text(),
        is_cut_off: call.is_cut_off(),
        echo: call.echo().into(),
        key: call.idempotency_key().map(Into::into),
    }
}

fn part(part: &Content) -> Part<'_> {
    match part {
        Content::Text(text) => Part::Text(text.into()),
        Content::Json(json) => Part::Json(json.into()),
        Content::Image(media) => Part::Image(file(media)),
        Content::Audio(media) => Part::Audio(file(media)),
        Content::ResourceLink(resource) => Part::ResourceLink(link(resource)),
        Content::ToolReference(name) => Part::ToolReference(name.into()),
    }
}

fn file(media: &Media) -> File<'_> {
    File {
        mime_type: media.mime_type.as_str().into(),
        base64: base64(&media.data),
    }
}

fn link(link: &ResourceLink) -> Link<'_> {
    Link {
        uri: link.uri.as_str().into(),
        name: link.name.as_str().into(),
        title: link.title.as_deref().map(Into::into),
        description: link.description.as_deref().map(Into::into),
        mime_type: link.mime_type.as_deref().map(Into::into),
        size: link.size,
    }
}

fn problem(problem: &ArgumentProblem) -> Problem<'_> {
    Problem {
        path: problem.path().into(),
        expected: problem.expected().into(),
        found: problem.found().into(),
    }
}

fn repaired(result: &ToolResult) -> Option<RepairedCall<'_>> {
    let repairs = result.repairs();
    (!repairs.is_empty()).then(|| RepairedCall {
        arguments: result.arguments().into(),
        repairs: repairs.iter().map(repair).collect(),
    })
}

fn repair(repaired: &Repaired) -> Repair<'_> {
    Repair {
        path: repaired.path().into(),
        kind: repaired.kind().code().into(),
    }
}

fn waited(wait: &Wait) -> Waited<'_> {
    let (what, call, key, group) = match &wait.what {
        WaitedFor::Calls { last, key } => ("calls", *last, key.as_deref(), None),
        WaitedFor::Approval => ("approval", None, None, None),
        WaitedFor::Limit(ConcurrencyLimit::Batch) => ("batch", None, None, None),
        WaitedFor::Limit(ConcurrencyLimit::Threads) => ("threads", None, None, None),
        WaitedFor::Limit(ConcurrencyLimit::PerTool) => ("tool", None, None, None),
        WaitedFor::Limit(ConcurrencyLimit::Group(name)) => ("group", None, None, Some(&**name)),
        WaitedFor::Limit(ConcurrencyLimit::TenantTool) => ("tenant_tool", None, None, None),
        WaitedFor::Limit(ConcurrencyLimit::TenantGroup(name)) => {
            ("tenant_group", None, None, Some(&**name))
        }
    };
    Waited {
        what: what.into(),
        call,
        key: key.map(Into::into),
        group: group.map(Into::into),
        from_ns: Ns(wait.from),
        to_ns: Ns(wait.to),
    }
}

fn attempt(attempt: &FailedAttempt) -> Attempt<'_> {
    Attempt {
        started_ns: Ns(attempt.span.started),
        finished_ns: Ns(attempt.span.finished),
        error: (&attempt.error).into(),
        text: (attempt.error.to_string() != attempt.text).then(|| attempt.text.as_str().into()),
        back_off_ns: Ns(attempt.back_off),
    }
}
