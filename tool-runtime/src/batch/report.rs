//! Puts what the ledger knows into results and a report.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use super::Dispatch;
use super::core::Core;
use super::ledger::Ledger;
use super::plan::Plan;
use super::record::{Failed, Obstacle, Outcome, Waited};
use super::slot::drop_quietly;
use crate::outcome::ErrorDetail;
use crate::report::{FailedAttempt, Results, Span, Timing, Told, Wait, WaitedFor};
use crate::tool::{Access, CallEffects, Changes, Touches};
use crate::{Report, ToolResult};

impl Core {
    /// The report, once every call has its result.
    pub(super) fn poll_report(&self, context: &mut Context<'_>) -> Poll<Report> {
        let mut ledger = self.ledger();
        if !ledger.is_over() {
            let stale = match &ledger.caller {
                Some(waker) if waker.will_wake(context.waker()) => None,
                _ => ledger.caller.replace(context.waker().clone()),
            };
            drop(ledger);
            drop(stale);
            return Poll::Pending;
        }
        let ended = ledger.ended.unwrap_or(self.begun);
        let calls = 0..ledger.records.len();
        // Who reads events may be slower than who waits for the report.
        let results = match ledger.feed.is_none() && ledger.nobody_was_told() {
            true => {
                let told = calls.filter_map(|index| self.tell(&mut ledger, index));
                Results::all(Arc::clone(&self.calls), told.collect())
            }
            false => calls
                .filter_map(|index| self.told(&mut ledger, index))
                .collect(),
        };
        let released = ledger.release();
        drop(ledger);
        // The last of the tools' state may go here, and its `Drop` may panic.
        drop_quietly(released);
        let undeclared = self.undeclared();
        let report = Report::new(results, self.since(ended), undeclared);
        self.spans.end_with(&report);
        Poll::Ready(report)
    }

    /// Tells whoever wants to know of these results; true if a task was woken.
    pub(super) fn tell_of(
        self: &Arc<Self>,
        calls: &[usize],
        dispatch: Option<Arc<dyn Dispatch>>,
    ) -> bool {
        let mut ledger = self.ledger();
        let results: Vec<_> = calls
            .iter()
            .filter_map(|&index| Some((index, self.told(&mut ledger, index)?)))
            .collect();
        drop(ledger);
        for (index, result) in &results {
            let _within = self.told_within(result);
            self.log(*index, result);
            if let Some(dispatch) = &dispatch {
                dispatch.finished(self.entries[*index].tool, result);
            }
        }
        drop_quietly(dispatch);
        drop_quietly(results);
        let mut ledger = self.ledger();
        ledger.telling -= calls.len();
        for &index in calls {
            if let Some(done) = &mut ledger.records[index].done {
                done.is_told = true;
            }
            if let Some(feed) = &mut ledger.feed {
                feed.finished(index);
            }
        }
        self.unlock(ledger)
    }

    /// The result of a call in words, if it has one; it stays with the call.
    pub(super) fn told(&self, ledger: &mut Ledger, index: usize) -> Option<ToolResult> {
        if let Outcome::Told(result) = &ledger.records[index].done.as_ref()?.result {
            return Some(result.clone());
        }
        let told = self.tell(ledger, index)?;
        let result = Results::one(Arc::clone(&self.calls), index, told);
        if let Some(done) = &mut ledger.records[index].done {
            done.result = Outcome::Told(result.clone());
        }
        Some(result)
    }

    /// What is told of a call, if it has a result of which nobody was told.
    #[inline]
    fn tell(&self, ledger: &mut Ledger, index: usize) -> Option<Told> {
        let Ledger { records, plan, .. } = ledger;
        let record = &mut records[index];
        let began = record.began();
        let done = record.done.as_mut()?;
        let Outcome::Settled(settled) = std::mem::replace(&mut done.result, Outcome::Taken) else {
            return None;
        };
        let waits = std::mem::take(&mut record.waits);
        let failed = match record.again.take() {
            Some(again) => {
                let failed = again.failed.into_iter();
                failed
                    .map(|failed| self.failed_attempt(index, failed))
                    .collect()
            }
            None => Vec::new(),
        };
        let timing = Timing {
            queued: self.since(record.queued),
            span: began.map(|began| Span {
                started: self.since(began),
                finished: self.since(done.at),
            }),
            waits: match waits.is_empty() {
                true => Vec::new(),
                false => self.waits(plan, index, waits),
            },
            same_as: record.same.as_ref().and_then(|same| same.result_of),
            failed_attempts: failed,
            longest_poll: record.longest_poll,
        };
        let rules = self.entries[index].tool.map(|tool| &self.rules.tools[tool]);
        let effects = match rules {
            Some(rules) => rules.changes(plan.effects(index)),
            None => Changes::Unsaid,
        };
        Some(Told::new(
            &self.calls,
            index,
            effects,
            settled,
            timing,
            self.error_detail(index),
            || self.leaving(index),
        ))
    }

    /// How much of an error of this call the model reads.
    pub(super) fn error_detail(&self, index: usize) -> ErrorDetail {
        let rules = self.entries[index].tool.map(|tool| &self.rules.tools[tool]);
        rules.map_or(ErrorDetail::Message, |rules| rules.error_detail)
    }

    fn failed_attempt(&self, index: usize, failed: Failed) -> FailedAttempt {
        FailedAttempt {
            span: Span {
                started: self.since(failed.from),
                finished: self.since(failed.to),
            },
            text: self.leaving(index).text(&failed.error.to_string()).0,
            error: failed.error,
            back_off: failed.back_off,
        }
    }

    #[cold]
    fn waits(&self, plan: &Plan, index: usize, waits: Vec<Waited>) -> Vec<Wait> {
        let waits = waits.into_iter();
        waits.map(|waited| self.wait(plan, index, waited)).collect()
    }

    fn wait(&self, plan: &Plan, index: usize, waited: Waited) -> Wait {
        let Waited { what, from, to } = waited;
        Wait {
            what: match what {
                Obstacle::Limit(limit) => WaitedFor::Limit(limit),
                Obstacle::Decision => WaitedFor::Approval,
                Obstacle::Calls(last) => WaitedFor::Calls {
                    last,
                    key: last
                        .and_then(|last| Some((plan.effects(last)?, plan.effects(index)?)))
                        .and_then(|(earlier, later)| in_common(earlier, later)),
                },
            },
            from: self.since(from),
            to: self.since(to),
        }
    }

    /// How long after its beginning the batch was there; while it was suspended it was not.
    pub(super) fn since(&self, at: Instant) -> Duration {
        if at == self.begun {
            return self.before;
        }
        self.before + at.saturating_duration_since(self.begun)
    }

    /// The names of the tools that were called and declare no effects, each once.
    fn undeclared(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for entry in self.entries.iter() {
            let rules = entry.tool.map(|tool| &self.rules.tools[tool]);
            if let Some(tool) = rules.filter(|rules| rules.undeclared)
                && !names.contains(&tool.name)
            {
                names.push(tool.name.clone());
            }
        }
        names
    }
}

/// What both calls use, because of which the later one waits for the earlier: the longer of two keys that overlap.
fn in_common(earlier: &CallEffects, later: &CallEffects) -> Option<String> {
    let (Touches::Keys(earlier), Touches::Keys(later)) = (&earlier.0, &later.0) else {
        return None;
    };
    for one in earlier {
        for other in later {
            let writes = one.access == Access::Write || other.access == Access::Write;
            if writes && one.key.overlaps(&other.key) {
                let longer = match one.key.segments().count() <= other.key.segments().count() {
                    true => &other.key,
                    false => &one.key,
                };
                return Some(longer.to_string());
            }
        }
    }
    None
}
