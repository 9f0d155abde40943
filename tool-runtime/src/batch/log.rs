//! What the log is told of a batch, with the feature `tracing`: calls whose failure the model does not read, calls that could not be
//! stopped. The caller has no result that the log was not told of.

use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use super::core::Core;
use super::ledger::Ledger;
use crate::ToolResult;
use crate::outcome::Settled;

/// What there is to tell of an attempt.
pub(super) struct FailedAttempt {
    #[cfg(feature = "tracing")]
    attempt: u32,
    #[cfg(feature = "tracing")]
    back_off: Duration,
}

/// Whether the log is told of a call that ended so.
pub(super) fn is_told_of(settled: &Settled) -> bool {
    cfg!(feature = "tracing") && (settled.error_id().is_some() || settled.is_still_running())
}

#[cfg(not(feature = "tracing"))]
impl Core {
    pub(super) fn log(&self, _: usize, _: &ToolResult) {}

    pub(super) fn failed_attempt_of(&self, _: &Ledger, _: usize) -> FailedAttempt {
        FailedAttempt {}
    }

    pub(super) fn log_attempt(&self, _: usize, _: FailedAttempt) {}

    pub(super) fn log_abandoned(&self, _: &[usize]) {}

    pub(super) fn log_busy(&self, _: usize, _: Duration, _: bool) {}

    pub(super) fn log_end<'a>(
        self: &'a Arc<Self>,
        ledger: MutexGuard<'a, Ledger>,
        _: usize,
    ) -> MutexGuard<'a, Ledger> {
        ledger
    }
}

#[cfg(feature = "tracing")]
mod told {
    use tokio::time::Instant;

    use super::*;
    use crate::outcome::{CancelledBy, Ending};
    use crate::tool::{Access, Touches};
    use crate::trace::{Call, Holds};

    impl Core {
        /// Tells the log of a result, with the ledger unlocked.
        pub(in crate::batch) fn log(&self, index: usize, result: &ToolResult) {
            let Some(call) = self.in_log(index) else {
                return;
            };
            let outcome = result.outcome();
            if result.error_id().is_some() {
                let leaving = self.rules.log_sources.then(|| self.leaving(index));
                call.failed(result, leaving.as_ref());
            } else if outcome.still_running {
                let ledger = self.ledger();
                let (holds, gone) = (self.holds(&ledger, index), ledger.records[index].gone);
                drop(ledger);
                if !gone {
                    call.goes_on(outcome.ending, holds);
                }
            }
        }

        /// What there is to tell of an attempt that has just failed and is followed by another. With the span of its call, which may
        /// have ended when it is told.
        pub(in crate::batch) fn failed_attempt_of(
            &self,
            ledger: &Ledger,
            index: usize,
        ) -> FailedAttempt {
            let again = ledger.records[index].again.as_ref();
            let failed = again.and_then(|again| again.failed.last());
            FailedAttempt {
                attempt: self.calls.attempt(index),
                back_off: failed.map(|failed| failed.back_off).unwrap_or_default(),
            }
        }

        /// Tells the log of it, with the ledger unlocked.
        pub(in crate::batch) fn log_attempt(&self, index: usize, failed: FailedAttempt) {
            if let Some(call) = self.in_log(index) {
                let _within = self.within_call(index);
                call.attempt_failed(failed.attempt, failed.back_off);
            }
        }

        /// Tells the log of calls that could not be stopped when their batch was dropped, where they have no result.
        pub(in crate::batch) fn log_abandoned(&self, calls: &[usize]) {
            for &index in calls {
                let mut ledger = self.ledger();
                let holds = self.holds(&ledger, index);
                let record = &mut ledger.records[index];
                let is_news = record.done.is_none() && !record.gone;
                if is_news {
                    record.outlived = Some(Instant::now());
                }
                drop(ledger);
                if let Some(call) = self.in_log(index).filter(|_| is_news) {
                    call.goes_on(Ending::Cancelled(CancelledBy::Batch), holds);
                }
            }
        }

        /// Tells the log of a call whose poll has taken so long, and whether it goes on. Once for each call.
        pub(in crate::batch) fn log_busy(&self, index: usize, took: Duration, goes_on: bool) {
            if let Some(call) = self.in_log(index) {
                let _within = self.within_call(index);
                call.busy(took, goes_on);
            }
        }

        /// Tells the log that a call has ended which could not be stopped, if it is one. Its batch is not idle before that.
        pub(in crate::batch) fn log_end<'a>(
            self: &'a Arc<Self>,
            mut ledger: MutexGuard<'a, Ledger>,
            index: usize,
        ) -> MutexGuard<'a, Ledger> {
            let record = ledger.records.get_mut(index);
            let Some(since) = record.and_then(|record| record.outlived.take()) else {
                return ledger;
            };
            let held = self.holds(&ledger, index);
            drop(ledger);
            if let Some(call) = self.in_log(index) {
                let _within = self.within_call(index);
                call.ended(Instant::now().saturating_duration_since(since), held);
            }
            self.ledger()
        }

        fn in_log(&self, index: usize) -> Option<Call<'_>> {
            let tool = self.entries[index].tool?;
            Some(Call {
                tool: &self.rules.tools[tool].name,
                call: self.calls.get(index),
            })
        }

        /// What a call keeps from others until it ends.
        fn holds(&self, ledger: &Ledger, index: usize) -> Holds {
            let effects = ledger.plan.effects(index).map(|effects| &effects.0);
            let begun = ledger.has_begun(index);
            Holds {
                keys: match effects {
                    Some(Touches::Keys(keys)) if begun => {
                        let written = keys.iter().filter(|touch| touch.access == Access::Write);
                        written.count()
                    }
                    _ => 0,
                },
                everything: begun && matches!(effects, Some(Touches::Exclusive)),
                thread: self.entries[index].slot.is_on_thread(),
            }
        }
    }
}
