//! Trying a call again: whether, when, and what it keeps meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::agenda::Event;
use super::core::Core;
use super::ledger::Ledger;
use super::permits::Permit;
use super::record::{Again, Failed, Phase};
use crate::ToolError;

/// What is to be done once the ledger is unlocked, for a call that will be tried again.
pub(super) struct Pause {
    /// What it held of what batches share.
    pub(super) permit: Option<Permit>,
    /// Whether the timekeeper is to be woken.
    pub(super) early: bool,
}

impl Ledger {
    /// Whether an attempt of the call has failed and it was to be tried again.
    pub(super) fn is_tried_again(&self, index: usize) -> bool {
        let record = self.records.get(index);
        record.is_some_and(|record| record.again.is_some())
    }

    /// What the last attempt of a call failed with that is not tried again after all.
    pub(super) fn take_last_failure(&mut self, index: usize) -> Option<ToolError> {
        let again = self.records.get_mut(index)?.again.as_mut()?;
        again.failed.pop().map(|failed| failed.error)
    }
}

impl Core {
    /// Notes that an attempt has failed and when the next one starts; hands the error back if there is to be none.
    pub(super) fn back_off(
        &self,
        ledger: &mut Ledger,
        index: usize,
        error: ToolError,
        now: Instant,
    ) -> Result<Pause, ToolError> {
        let Some(back_off) = self.next_delay(ledger, index, &error, now) else {
            return Err(error);
        };
        let record = &mut ledger.records[index];
        let (Some(started), Some(again)) = (&mut record.started, &mut record.again) else {
            return Err(error);
        };
        let until = now + back_off;
        let give_up = now + self.rules.limits.max_wait;
        again.failed.push(Failed {
            from: started.since().unwrap_or(now),
            to: now,
            error,
            back_off,
        });
        started.phase = Phase::BackOff { until, give_up };
        let permit = started.permit.take();
        ledger.pause_with_leader(index, now, give_up);
        ledger.plan.back_off(index);
        let early = ledger.agenda.add(until, Event::Retry(index));
        Ok(Pause { permit, early })
    }

    /// How long the call waits before it is tried again; `None` if it is not.
    fn next_delay(
        &self,
        ledger: &mut Ledger,
        index: usize,
        error: &ToolError,
        now: Instant,
    ) -> Option<Duration> {
        ledger.wanted(index)?;
        let rules = &self.rules.tools[self.entries[index].tool?];
        if ledger.plan.is_closed() || !rules.may_repeat(ledger.plan.effects(index)) {
            return None;
        }
        let record = &mut ledger.records[index];
        let mut delays = match record.again.take() {
            Some(again) => again,
            None => Box::new(Again {
                failed: Vec::new(),
                delays: rules.retry.delays(),
            }),
        };
        let delay = delays.delays.next();
        // Doubled as a float of 32 bits it is a few nanoseconds off, which a timer makes a millisecond of.
        let delay = delay.map(|delay| Duration::from_millis(delay.as_millis() as u64));
        let delay = delay.map(|delay| delay.max(error.retry_delay().unwrap_or_default()));
        let possible = |delay: &Duration| {
            let in_time = now.checked_add(*delay).is_some_and(|at| at < self.deadline);
            in_time && *delay <= self.rules.limits.max_wait
        };
        let delay = delay.filter(possible);
        // One that was never followed by another is no call that is tried again.
        if delay.is_some() || !delays.failed.is_empty() {
            record.again = Some(delays);
        }
        delay
    }

    /// The pause after an attempt is over: the call waits for permits.
    pub(super) fn start_again(self: &Arc<Self>, index: usize) {
        let mut ledger = self.ledger();
        let Some(started) = ledger.wanted(index) else {
            return;
        };
        let Phase::BackOff { until, give_up } = started.phase else {
            return;
        };
        started.phase = Phase::Waiting {
            for_calls: false,
            limit: None,
            from: until,
            until: give_up,
        };
        self.calls.count_attempt(index);
        ledger.plan.start_again(index);
        ledger.agenda.add(give_up, Event::Wait(index));
        self.unlock(ledger);
    }
}
