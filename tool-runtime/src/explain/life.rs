//! What a call did from the moment it was queued until it ended, without gaps: what is walked and drawn.

use std::time::Duration;

use super::ExplainedCall;
use crate::report::{ConcurrencyLimit, Wait, WaitedFor};

/// What a call did for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) from: Duration,
    pub(super) to: Duration,
    pub(super) doing: Doing<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing<'a> {
    /// Waits for calls; the index is that of the last.
    WaitsForCalls(Option<usize>),
    WaitsForLimit(&'a ConcurrencyLimit),
    WaitsForApproval,
    /// One attempt.
    Runs {
        failed: bool,
    },
    BacksOff,
    /// Nothing that is known.
    Idle,
}

impl ExplainedCall {
    /// Its segments, each of which begins where the one before it ends. Only work may take no time.
    ///
    /// Whatever the times are, which a stored explanation may have wrong: of two segments that overlap, the one that begins
    /// first stands.
    pub(super) fn life(&self) -> Vec<Segment<'_>> {
        let mut parts: Vec<Segment<'_>> =
            self.waits.iter().map(|wait| self.waiting(wait)).collect();
        self.push_attempts(&mut parts);
        parts.sort_by_key(|part| part.from);
        let mut life = Vec::with_capacity(parts.len());
        let mut at = self.queued;
        for Segment { from, to, doing } in parts {
            let (from, to) = (from.max(at), to.max(at));
            let work = matches!(doing, Doing::Runs { .. });
            if to < from || (to == from && !work) {
                continue;
            }
            if at < from {
                life.push(segment(at, from, Doing::Idle));
            }
            life.push(segment(from, to, doing));
            at = to;
        }
        life
    }

    fn waiting<'a>(&self, wait: &'a Wait) -> Segment<'a> {
        let doing = match &wait.what {
            // One that was skipped did not wait until all had ended, but until it was known that it is in vain.
            WaitedFor::Calls { last, .. } => Doing::WaitsForCalls(last.or(self.because)),
            WaitedFor::Limit(limit) => Doing::WaitsForLimit(limit),
            WaitedFor::Approval => Doing::WaitsForApproval,
        };
        segment(wait.from, wait.to, doing)
    }

    /// Pushes its attempts, and the back-off after each that failed.
    fn push_attempts<'a>(&self, parts: &mut Vec<Segment<'a>>) {
        let Some(span) = self.span else { return };
        let mut from = span.started;
        let failed = &self.failed_attempts;
        for (index, attempt) in failed.iter().enumerate() {
            let (began, ended) = (attempt.span.started, attempt.span.finished);
            parts.push(segment(began, ended, Doing::Runs { failed: true }));
            let next = failed.get(index + 1).map(|next| next.span.started);
            from = ended
                .saturating_add(attempt.back_off)
                .min(next.unwrap_or(span.finished));
            parts.push(segment(ended, from, Doing::BacksOff));
        }
        // The last attempt begins when nothing is waited for any more. If the call ended before that, there was none.
        let waits = self.waits.iter().filter(|wait| wait.from >= from);
        let from = waits.map(|wait| wait.to).fold(from, Duration::max);
        if failed.is_empty() || from < span.finished {
            let failed = self.is_error();
            parts.push(segment(from, span.finished, Doing::Runs { failed }));
        }
    }
}

fn segment(from: Duration, to: Duration, doing: Doing<'_>) -> Segment<'_> {
    Segment { from, to, doing }
}
