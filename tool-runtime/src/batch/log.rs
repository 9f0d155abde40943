//! What the log is told of a batch, with the feature `tracing`: calls whose failure the model does not read, calls that could not be
//! stopped. The caller has no result that the log was not told of.

use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use super::core::Core;
use super::ledger::Ledger;
use crate::ToolResult;
use crate::outcome::Settled;

/// Whether the log is told of a call that ended so.
pub(super) fn is_told_of(settled: &Settled) -> bool {
    cfg!(feature = "tracing") && (settled.error_id().is_some() || settled.is_still_running())
}

#[cfg(not(feature = "tracing"))]
impl Core {
    pub(super) fn log(&self, _: &[(usize, ToolResult)]) {}

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
        /// Tells the log of results, with the ledger unlocked.
        pub(in crate::batch) fn log(&self, results: &[(usize, ToolResult)]) {
            for (index, result) in results {
                let Some(call) = self.in_log(*index) else {
                    continue;
                };
                let outcome = result.outcome();
                if result.error_id().is_some() {
                    let leaving = self.rules.log_sources.then(|| self.leaving(*index));
                    call.failed(result, leaving.as_ref());
                } else if outcome.still_running {
                    let ledger = self.ledger();
                    let (holds, gone) = (self.holds(&ledger, *index), ledger.records[*index].gone);
                    drop(ledger);
                    if !gone {
                        call.goes_on(outcome.ending, holds);
                    }
                }
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
