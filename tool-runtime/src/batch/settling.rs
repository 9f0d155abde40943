//! The end of a call: its result is published, then nothing is left of it, mostly both at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard};

use tokio::time::Instant;

use super::busy::Since;
use super::core::Core;
use super::ledger::Ledger;
use super::record::Started;
use super::slot::{drop_quietly, said};
use crate::outcome::Settled;

impl Core {
    /// Publishes a call's result, unless it has one. With `ended`, its future is dropped. True if a task was woken.
    pub(super) fn settle(self: &Arc<Self>, index: usize, settled: Settled, ended: bool) -> bool {
        self.settle_after(index, settled, ended, None)
    }

    /// The same for a call that ended in a poll, since then unless it was on a thread.
    #[inline]
    pub(super) fn settle_polled(
        self: &Arc<Self>,
        index: usize,
        settled: Settled,
        since: Option<&Since>,
    ) -> bool {
        self.settle_after(index, settled, true, since)
    }

    fn settle_after(
        self: &Arc<Self>,
        index: usize,
        settled: Settled,
        ended: bool,
        since: Option<&Since>,
    ) -> bool {
        self.withdraw(index);
        let mut settled = self.leaves(index, settled);
        let now = Instant::now();
        if let Some(since) = since {
            self.has_polled(index, since, now);
        }
        let mut ledger = self.ledger();
        if let Some(unwanted) = ledger.leave(index, ended) {
            drop(ledger);
            if !self.stop_unwanted(unwanted) {
                // What was run for this call is in the middle of a poll.
                settled.goes_on();
            }
            ledger = self.ledger();
        }
        let shared = match ended {
            true => ledger.take_followers(index, &settled),
            false => None,
        };
        let unwanted = ledger.publish(index, settled, now);
        let left = self.leave_line(&mut ledger, index);
        let mut woke = match ended {
            true => self.finish(ledger, index),
            false => {
                self.keep_keys(&mut ledger, index);
                self.note_poll(&mut ledger, index, now);
                self.unlock(ledger)
            }
        };
        if left {
            woke |= self.permits.wake_next();
        }
        drop_quietly(unwanted);
        if let Some((followers, settled)) = shared {
            self.share(index, followers, &settled);
            woke = true;
        }
        woke
    }

    /// An answer as it leaves: not under the lock, since it may be long. What the program takes out may fail, and then nothing of it
    /// leaves.
    fn leaves(&self, index: usize, settled: Settled) -> Settled {
        match settled {
            Settled::Answered {
                result: Ok(answer),
                late,
            } => {
                let leaving = AssertUnwindSafe(|| match self.calls.edited(index) {
                    None => self.leaving(index).answer(answer),
                    Some(edited) => self.leaving(index).answer_after(edited, answer),
                });
                match catch_unwind(leaving) {
                    Ok(answer) => Settled::Answered {
                        result: Ok(answer),
                        late,
                    },
                    Err(payload) => Settled::panicked(true, said(payload)),
                }
            }
            Settled::Answered {
                result: Err(error), ..
            } if error.is_uncalled() => self.settled_uncalled(index, error),
            other => other.made_ready(self.error_detail(index)),
        }
    }

    /// The future of a call that has its result already, or needs none, is dropped. True if a task was woken.
    pub(super) fn ended(self: &Arc<Self>, index: usize) -> bool {
        let ledger = self.ledger();
        self.finish(ledger, index)
    }

    /// Nothing is left of a call but its result.
    fn finish(self: &Arc<Self>, ledger: MutexGuard<'_, Ledger>, index: usize) -> bool {
        let mut ledger = self.log_end(ledger, index);
        let _span = self.nothing_goes_on(index);
        ledger.alive -= 1;
        if let Some(record) = ledger.records.get_mut(index) {
            record.gone = true;
        }
        for follower in ledger.part(index, self.rules.limits.max_wait) {
            let on_thread = self.entries[index].slot.is_on_thread();
            self.entries[follower].slot.set_on_thread(on_thread);
        }
        ledger.plan.settle(index);
        let record = ledger.records.get_mut(index);
        let started = record.and_then(|record| record.started.as_mut());
        let permit = started.and_then(|started| started.permit.take());
        let mut woke = self.unlock(ledger);
        if let Some(permit) = permit {
            woke |= permit.give_back();
        }
        self.held.release(self.ticket, index);
        woke
    }

    /// A call that is answered without having ended keeps what it writes, for later batches too.
    pub(super) fn keep_keys(&self, ledger: &mut Ledger, index: usize) {
        if ledger.has_begun(index)
            && let Some(effects) = ledger.plan.written(index)
        {
            self.held.keep(self, index, effects.clone());
        }
    }

    /// A call that has its result waits for no permit; true if it did, and then whoever is next is to be told.
    pub(super) fn leave_line(&self, ledger: &mut Ledger, index: usize) -> bool {
        let record = ledger.records.get_mut(index);
        let Some(Started { in_line, .. }) = record.and_then(|record| record.started.as_mut())
        else {
            return false;
        };
        if !std::mem::take(in_line) {
            return false;
        }
        ledger.in_line -= 1;
        self.permits
            .leave(self.ticket, index, &self.needs_of(index));
        true
    }
}
