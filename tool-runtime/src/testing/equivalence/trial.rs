//! One batch: its run one by one, and those that are held against it.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::Equivalence;
use super::checked::Checked;
use super::difference::Difference;
use super::drive::{Stuck, interleaved, one_by_one};
use super::observed::{Divergence, Observed};
use super::schedule::Schedule;
use super::turnstile::Turnstile;
use crate::ToolCall;
use crate::batch::OnFailure;
use crate::tool::State;

/// A run that is not as the one by one.
pub(super) struct Found {
    /// That of the schedule.
    pub(super) number: u64,
    pub(super) serial: Observed,
    pub(super) divergence: Divergence,
}

impl<S: State> Equivalence<S> {
    /// Runs one batch one by one and in all interleavings.
    pub(super) async fn check_batch(
        &self,
        calls: &[ToolCall],
        checked: &mut Checked,
    ) -> Result<(), Difference> {
        let serial = self.steady(calls).await?;
        let (mut orders, mut found) = (HashSet::new(), None);
        for number in self.seed..self.seed.saturating_add(self.interleavings) {
            let schedule = Schedule::numbered(number, calls.len());
            let run = self.once(calls, Some(schedule)).await;
            let (parallel, order) = run.map_err(|Stuck| Difference::stuck(calls, Some(number)))?;
            self.report_undeclared(calls, &parallel)?;
            checked.note(&parallel);
            orders.insert(order);
            if let Some(divergence) = serial.first_difference(&parallel) {
                found = Some((number, divergence));
                break;
            }
        }
        checked.batches += 1;
        checked.interleavings += self.interleavings;
        checked.distinct += orders.len() as u64;
        checked.note(&serial);
        match found {
            None => Ok(()),
            Some((number, divergence)) => Err(self
                .explain(
                    calls,
                    Found {
                        number,
                        serial,
                        divergence,
                    },
                )
                .await),
        }
    }

    /// What the calls come to one by one, each time.
    async fn steady(&self, calls: &[ToolCall]) -> Result<Observed, Difference> {
        let stuck = |Stuck| Difference::stuck(calls, None);
        let (serial, _) = self.once(calls, None).await.map_err(stuck)?;
        self.report_undeclared(calls, &serial)?;
        let (again, _) = self.once(calls, None).await.map_err(stuck)?;
        match serial.first_difference(&again) {
            None => Ok(serial),
            Some(divergence) => Err(Difference::unsteady(calls, divergence)),
        }
    }

    /// The first run of these calls, of those with these numbers, that is not as theirs one by one. What cannot be run is none.
    pub(super) async fn find(
        &self,
        calls: &[ToolCall],
        numbers: impl Iterator<Item = u64>,
        ordered: Option<(usize, usize)>,
    ) -> Option<Found> {
        let (serial, _) = self.once(calls, None).await.ok()?;
        for number in numbers {
            let mut schedule = Schedule::numbered(number, calls.len());
            if let Some((first, second)) = ordered {
                schedule = schedule.ordered(first, second);
            }
            let (parallel, _) = self.once(calls, Some(schedule)).await.ok()?;
            if let Some(divergence) = serial.first_difference(&parallel) {
                return Some(Found {
                    number,
                    serial,
                    divergence,
                });
            }
        }
        None
    }

    /// What the state is after these calls, one by one.
    pub(super) async fn state_after(&self, calls: &[ToolCall]) -> Option<Value> {
        let (observed, _) = self.once(calls, None).await.ok()?;
        Some(observed.state)
    }

    /// Runs the calls once from a fresh state: one by one, or as a schedule says. Also who had the turn, in order.
    async fn once(
        &self,
        calls: &[ToolCall],
        schedule: Option<Schedule>,
    ) -> Result<(Observed, Vec<usize>), Stuck> {
        let turnstile = Arc::new(Turnstile::default());
        let (desk, state) = self.desk(&turnstile);
        let report = match schedule {
            None => one_by_one(&desk, &turnstile, calls).await?,
            Some(schedule) => interleaved(&desk, &turnstile, calls, schedule).await?,
        };
        let state = (self.observe)(state).await;
        let mut observed = Observed::new(&report, state, &*self.normalise);
        observed.stops_all = desk.on_failure() == OnFailure::StopAll;
        Ok((observed, turnstile.turns()))
    }

    /// Says what calls have touched and do not declare.
    fn report_undeclared(&self, calls: &[ToolCall], run: &Observed) -> Result<(), Difference> {
        if run.calls.iter().all(|call| call.undeclared.is_empty()) {
            return Ok(());
        }
        Err(Difference::undeclared(calls, self.undeclared(run)))
    }
}
