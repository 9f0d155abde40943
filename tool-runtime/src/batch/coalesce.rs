//! Calls of a batch that are the same, and run once: one *leads* and runs, the others *follow* and have its result.
//!
//! Each keeps its own deadline and can be cancelled alone. A leader that ends before its execution leaves it running for those that
//! follow, and the last of them that goes stops it. Where an execution ends without a result, those that follow run by themselves.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Dispatch;
use super::agenda::Event;
use super::core::Core;
use super::ledger::Ledger;
use super::record::{Outcome, Phase, Record};
use super::slot::{Stop, drop_quietly};
use crate::outcome::Settled;
use crate::tool::CallContext;

/// What a call has to do with others that are the same.
#[derive(Default)]
pub(super) struct Same {
    /// Whether it runs for all of them.
    executes: bool,
    /// The calls that follow it.
    followers: Vec<usize>,
    /// The call that it follows.
    follows: Option<usize>,
    /// The call whose result it has.
    pub(super) result_of: Option<usize>,
}

/// What becomes of a call that is about to be prepared.
pub(super) enum Joined {
    /// It runs by itself, and others may follow it.
    Leads(Arc<dyn Dispatch>),
    /// It follows another.
    Follows,
    /// Another has run already.
    Has(Settled),
    /// Somebody has ended it meanwhile.
    Ended,
}

/// The same, as the ledger says it.
enum Joins {
    Leads,
    Follows,
    Has(Settled),
}

impl Core {
    /// Lets a call follow one that is the same, if there is one.
    pub(super) fn join(
        self: &Arc<Self>,
        index: usize,
        tool: usize,
        dispatch: Arc<dyn Dispatch>,
    ) -> Joined {
        let canonical = self.rules.tools[tool].canonical.as_ref();
        // One decision is good for one call.
        let is_decided = self.was_pending(index);
        let call = Some(self.calls.get(index)).filter(|call| !call.is_text() && !is_decided);
        let form = canonical.zip(call).and_then(|(canonical, call)| {
            let context = CallContext::in_batch(Arc::clone(&self.calls), index);
            if dispatch.awaits_calls(&context) {
                return None;
            }
            // What was meant is the same, too.
            dispatch.repair(tool, call, context);
            canonical.form(self.calls.arguments(index))
        });
        let Some(form) = form else {
            return Joined::Leads(dispatch);
        };
        let slot = &self.entries[index].slot;
        // Before anybody can be told that it follows.
        slot.pause();
        let mut ledger = self.ledger();
        let joined = match ledger.wanted(index).is_some() && !ledger.plan.is_closed() {
            true => ledger.join(index, (tool, form), self.rules.limits.max_wait),
            false => Joins::Leads,
        };
        if let (Joins::Follows, Some(_)) = (&joined, &ledger.dispatch) {
            // While the batch has it too, so that this is not the last: once it is unlocked the call may have its result, and with
            // that the caller its report, and nothing of the state is to be left here.
            drop(dispatch);
            self.unlock(ledger);
            return Joined::Follows;
        }
        self.unlock(ledger);
        let joined = match joined {
            Joins::Leads => Joined::Leads(dispatch),
            Joins::Has(settled) => {
                drop_quietly(dispatch);
                Joined::Has(settled)
            }
            Joins::Follows => return Joined::Follows,
        };
        match slot.leave_pause() {
            true => joined,
            false => Joined::Ended,
        }
    }

    /// An execution has ended with this: all who follow the call have it too.
    pub(super) fn share(self: &Arc<Self>, leader: usize, followers: Vec<usize>, settled: &Settled) {
        for index in followers {
            // Who has stopped it has ended it.
            if self.entries[index].slot.leave_pause() {
                self.ledger().same(index).result_of = Some(leader);
                self.settle(index, settled.clone(), true);
            }
        }
    }

    /// Stops a call that runs for nobody any more; false if it could not be.
    pub(super) fn stop_unwanted(self: &Arc<Self>, leader: usize) -> bool {
        let stop = self.entries[leader].slot.stop();
        if let Stop::Dropped | Stop::NeverRan = stop {
            self.ended(leader);
        }
        stop != Stop::InProgress
    }
}

impl Ledger {
    fn same(&mut self, index: usize) -> &mut Same {
        self.records[index].same.get_or_insert_default()
    }

    fn join(&mut self, index: usize, form: (usize, String), max_wait: Duration) -> Joins {
        if let Some(&leader) = self.leaders.get(&form) {
            if self.same(leader).executes {
                self.follow(leader, index, max_wait);
                return Joins::Follows;
            }
            if let Some(settled) = self.records[leader].answer() {
                self.same(index).result_of = Some(leader);
                return Joins::Has(settled);
            }
        }
        // What another came to was no answer: the same again is worth a try.
        self.leaders.insert(form, index);
        self.same(index).executes = true;
        Joins::Leads
    }

    fn follow(&mut self, leader: usize, index: usize, max_wait: Duration) {
        self.same(leader).followers.push(index);
        self.same(index).follows = Some(leader);
        let leader = self.records[leader].started.as_ref();
        let runs = leader.is_some_and(|leader| matches!(leader.phase, Phase::Running { .. }));
        if let Some(started) = &mut self.records[index].started
            && let Phase::Preparing { since, deadline } | Phase::Running { since, deadline } =
                started.phase
        {
            match runs {
                true => started.phase = Phase::Following { since, deadline },
                false => self.wait_with_leader(index, since, since + max_wait),
            }
        }
        // It needs no permit to wait for the leader.
        self.plan.back_off(index);
    }

    /// A call that others follow goes on, and so do their clocks, which begin anew as its own; true if the timekeeper is to be woken.
    pub(super) fn run_with_leader(
        &mut self,
        leader: usize,
        since: Instant,
        deadline: Instant,
    ) -> bool {
        let mut early = false;
        for follower in self.followers(leader) {
            if let Some(started) = self.wanted(follower) {
                started.phase = Phase::Following { since, deadline };
                early |= self.agenda.add(deadline, Event::Cancel(follower));
            }
        }
        early
    }

    /// A call that others follow waits until then at most, and they with it.
    pub(super) fn pause_with_leader(&mut self, leader: usize, from: Instant, until: Instant) {
        for follower in self.followers(leader) {
            self.wait_with_leader(follower, from, until);
        }
    }

    fn wait_with_leader(&mut self, follower: usize, from: Instant, until: Instant) {
        if let Some(started) = self.wanted(follower) {
            started.phase = Phase::Waiting {
                for_calls: false,
                limit: None,
                from,
                until,
            };
            self.agenda.add(until, Event::Wait(follower));
        }
    }

    fn followers(&self, leader: usize) -> Vec<usize> {
        let same = self.records[leader].same.as_ref();
        same.map_or_else(Vec::new, |same| same.followers.clone())
    }

    /// Whether somebody beside the call itself waits for what it does.
    pub(super) fn is_followed(&self, index: usize) -> bool {
        let same = self
            .records
            .get(index)
            .and_then(|record| record.same.as_ref());
        same.is_some_and(|same| {
            let mut followers = same.followers.iter();
            same.executes && followers.any(|follower| self.records[*follower].done.is_none())
        })
    }

    /// Those that follow a call whose execution has ended so, with what they get of that; none if that is nothing of theirs.
    pub(super) fn take_followers(
        &mut self,
        index: usize,
        settled: &Settled,
    ) -> Option<(Vec<usize>, Settled)> {
        let same = self.records.get_mut(index)?.same.as_mut()?;
        let is_shared = matches!(
            settled,
            Settled::Answered { .. } | Settled::InvalidArguments(_) | Settled::Panicked { .. }
        );
        let shared = is_shared && !same.followers.is_empty();
        shared.then(|| (std::mem::take(&mut same.followers), settled.clone()))
    }

    /// A call gets its result, and so follows no other any more; `ended` says that nothing is left of it. The call that runs for
    /// nobody then and is to be stopped first, if there is one: when the last has its result, nothing runs.
    pub(super) fn leave(&mut self, index: usize, ended: bool) -> Option<usize> {
        let same = self.records.get_mut(index)?.same.as_mut()?;
        let follows = same.follows.take();
        let leads = same.executes && !ended;
        if let Some(leader) = follows {
            self.same(leader).followers.retain(|other| *other != index);
        }
        let has_result = |leader: &usize| self.records[*leader].done.is_some();
        let unwanted = follows.filter(has_result).or(leads.then_some(index))?;
        let runs = self.same(unwanted).executes;
        (runs && !self.is_followed(unwanted)).then_some(unwanted)
    }

    /// Nothing is left of a call. Those that follow it, whom nobody gave a result, are to run by themselves.
    pub(super) fn part(&mut self, index: usize, max_wait: Duration) -> Vec<usize> {
        let record = self.records.get_mut(index);
        let Some(same) = record.and_then(|record| record.same.as_mut()) else {
            return Vec::new();
        };
        same.executes = false;
        let followers = std::mem::take(&mut same.followers);
        for &follower in &followers {
            self.part_from_leader(follower, max_wait);
        }
        followers
    }

    fn part_from_leader(&mut self, follower: usize, max_wait: Duration) {
        self.same(follower).follows = None;
        if let Some(started) = self.wanted(follower) {
            started.alone = true;
            let now = Instant::now();
            self.wait_with_leader(follower, now, now + max_wait);
            self.plan.start_again(follower);
        }
    }
}

impl Record {
    /// What its tool answered, for a call that is the same.
    fn answer(&self) -> Option<Settled> {
        let answer = match &self.done.as_ref()?.result {
            Outcome::Settled(Settled::Answered {
                result: Ok(answer), ..
            }) => answer.clone(),
            Outcome::Told(result) if !result.is_error() => result.answer().clone(),
            _ => return None,
        };
        Some(Settled::Answered {
            result: Ok(answer),
            late: false,
        })
    }
}
