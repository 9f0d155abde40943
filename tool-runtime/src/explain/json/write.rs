//! An explanation into what is stored.

use super::{Attempt, Call, FORMAT, Ms, Part, Path, Reason, Waited, Written};
use crate::explain::path::limit_code;
use crate::explain::{Cause, ExplainedCall, Explanation, Limited, Stretch};
use crate::report::{ConcurrencyLimit, Wait, WaitedFor};

impl From<Explanation> for Written {
    fn from(explanation: Explanation) -> Self {
        let calls = explanation.calls.iter().enumerate();
        Self {
            format: FORMAT,
            wall_ms: Ms(explanation.wall),
            one_by_one_ms: Ms(explanation.one_by_one),
            speed_up: explanation.speed_up(),
            critical_path: Path {
                calls: explanation.critical_path.calls.clone(),
                duration_ms: Ms(explanation.critical_path.duration),
            },
            limited: reason(&explanation.limited),
            path: explanation.path.iter().map(part).collect(),
            calls: calls.map(|(index, call)| written(index, call)).collect(),
        }
    }
}

fn reason(limited: &Limited) -> Reason {
    Reason {
        by: limited.code(),
        time_ms: Ms(limited.time()),
        calls: match limited {
            Limited::OneCall { call, .. } => vec![*call],
            Limited::Chain { calls, .. } => calls.clone(),
            _ => Vec::new(),
        },
        group: match limited {
            Limited::Limit { limit, .. } => group(limit),
            _ => None,
        },
    }
}

fn part(stretch: &Stretch) -> Part {
    Part {
        cause: stretch.cause.code(),
        call: stretch.call,
        group: match &stretch.cause {
            Cause::Limit(limit) => group(limit),
            _ => None,
        },
        from_ms: Ms(stretch.from),
        to_ms: Ms(stretch.to),
        duration_ms: Ms(stretch.to - stretch.from),
    }
}

fn group(limit: &ConcurrencyLimit) -> Option<String> {
    match limit {
        ConcurrencyLimit::Group(name) | ConcurrencyLimit::TenantGroup(name) => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn written(index: usize, call: &ExplainedCall) -> Call {
    let attempts = call.failed_attempts.iter().map(|attempt| Attempt {
        started_ms: Ms(attempt.span.started),
        finished_ms: Ms(attempt.span.finished),
        error: attempt.error.clone(),
        back_off_ms: Ms(attempt.back_off),
    });
    Call {
        index,
        name: call.name.clone(),
        id: call.id.clone(),
        outcome: call.outcome.clone(),
        detail: call.detail.clone(),
        because: call.because,
        late: call.late,
        still_running: call.still_running,
        same_as: call.same_as,
        longest_poll_ms: call.longest_poll.map(Ms),
        queued_ms: Ms(call.queued),
        started_ms: call.span.map(|span| Ms(span.started)),
        finished_ms: call.span.map(|span| Ms(span.finished)),
        duration_ms: Ms(call.duration()),
        attempts: call.attempts(),
        waits: call.waits.iter().map(waited).collect(),
        failed_attempts: attempts.collect(),
    }
}

fn waited(wait: &Wait) -> Waited {
    let (what, call, key, group) = match &wait.what {
        WaitedFor::Calls { last, key } => ("calls", *last, key.clone(), None),
        WaitedFor::Approval => ("approval", None, None, None),
        WaitedFor::Limit(limit) => (limit_code(limit), None, None, group(limit)),
    };
    Waited {
        what: what.to_owned(),
        call,
        key,
        group,
        from_ms: Ms(wait.from),
        to_ms: Ms(wait.to),
        duration_ms: Ms(wait.to.saturating_sub(wait.from)),
    }
}
