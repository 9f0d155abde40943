//! What is stored into an explanation; what follows from the calls is found anew.

use super::{Call, Ms, Stored, Waited};
use crate::explain::{ExplainedAttempt, ExplainedCall, Explanation};
use crate::report::{ConcurrencyLimit, CriticalPath, Span, Wait, WaitedFor};

impl TryFrom<Stored> for Explanation {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let calls = stored.calls.into_iter().map(read);
        let critical_path = CriticalPath {
            calls: stored.critical_path.calls,
            duration: stored.critical_path.duration_ms.0,
        };
        let calls = calls.collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(calls, stored.wall_ms.0, critical_path))
    }
}

fn read(call: Call) -> Result<ExplainedCall, String> {
    let attempts = call.failed_attempts.into_iter();
    let attempts = attempts.map(|attempt| ExplainedAttempt {
        span: span(attempt.started_ms, attempt.finished_ms),
        error: attempt.error,
        back_off: attempt.back_off_ms.0,
    });
    Ok(ExplainedCall {
        name: call.name,
        id: call.id,
        queued: call.queued_ms.0,
        span: Option::zip(call.started_ms, call.finished_ms).map(|(from, to)| span(from, to)),
        waits: call.waits.into_iter().map(wait).collect::<Result<_, _>>()?,
        failed_attempts: attempts.collect(),
        outcome: call.outcome,
        detail: call.detail,
        because: call.because,
        late: call.late,
        still_running: call.still_running,
        same_as: call.same_as,
        longest_poll: call.longest_poll_ms.map(|time| time.0),
    })
}

fn span(started: Ms, finished: Ms) -> Span {
    Span {
        started: started.0,
        finished: finished.0,
    }
}

fn wait(stored: Waited) -> Result<Wait, String> {
    let (last, key) = (stored.call, stored.key);
    let what = match stored.what.as_str() {
        "calls" => WaitedFor::Calls { last, key },
        "approval" => WaitedFor::Approval,
        "batch" => WaitedFor::Limit(ConcurrencyLimit::Batch),
        "threads" => WaitedFor::Limit(ConcurrencyLimit::Threads),
        "tool" => WaitedFor::Limit(ConcurrencyLimit::PerTool),
        "group" => WaitedFor::Limit(ConcurrencyLimit::Group(
            stored.group.unwrap_or_default().into(),
        )),
        "tenant_tool" => WaitedFor::Limit(ConcurrencyLimit::TenantTool),
        "tenant_group" => WaitedFor::Limit(ConcurrencyLimit::TenantGroup(
            stored.group.unwrap_or_default().into(),
        )),
        other => return Err(format!("a call waited for `{other}`, which is not known")),
    };
    Ok(Wait {
        what,
        from: stored.from_ms.0,
        to: stored.to_ms.0,
    })
}
