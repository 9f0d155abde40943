//! Taking calls: which comes next, what it needs, when its time is over.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Dispatch;
use super::agenda::Event;
use super::core::Core;
use super::ledger::Ledger;
use super::permits::{Needs, Permit, Refused, Resource};
use super::plan::Start;
use super::record::{Cause, Obstacle, Phase, Started};
use crate::outcome::CancelledBy;
use crate::report::ConcurrencyLimit;

/// What a starter has taken.
pub(super) enum Claim {
    /// A call to prepare, and to poll if nothing makes it wait.
    Call(Taken),
    /// A prepared call to poll; whether the timekeeper was woken for it.
    Poll { index: usize, woke: bool },
    /// A prepared call to run on a thread.
    Thread(usize),
}

/// A call that was started and not prepared yet.
pub(super) struct Taken {
    pub(super) index: usize,
    pub(super) tool: usize,
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// Whether it may run at once, whatever it touches.
    pub(super) free: bool,
    /// Whether it was taken before: an attempt of it has failed, or it has followed another.
    pub(super) again: bool,
    /// Whether the timekeeper was woken, since the call ends before what it waits for.
    pub(super) woke: bool,
}

impl Core {
    /// Takes the next call that may start, and since when its starter does nothing else; a starter that gets none is none any more.
    pub(super) fn claim(self: &Arc<Self>) -> Option<(Claim, Instant)> {
        if self.is_cancelled() {
            self.end_all(Cause::Cancelled(CancelledBy::Batch));
        }
        let now = Instant::now();
        let mut ledger = self.ledger();
        let (mut refused, mut left) = (Vec::new(), false);
        let mut claim = loop {
            let Some(start) = ledger.plan.start() else {
                ledger.full = ledger.plan.is_full();
                ledger.starters -= 1;
                break None;
            };
            match start {
                Start::Prepare { call, free } => {
                    if let Some(taken) = self.take(&mut ledger, call, free, now) {
                        break Some(Claim::Call(taken));
                    }
                }
                // It was told to end and is about to be dropped: it is not to begin.
                Start::Run(call) if ledger.wanted(call).is_none() => ledger.plan.park(call),
                Start::Run(call) => match self.permits_for(&mut ledger, call) {
                    Ok(permit) => {
                        left = permit.is_some();
                        break Some(self.resume_at(&mut ledger, call, permit, now));
                    }
                    Err(refusal) => {
                        ledger.plan.park(call);
                        match refusal {
                            Refused::Waits(resource) => waits(&mut ledger, call, resource),
                            Refused::QueueFull if self.holds_for_others() => {
                                refused.push((call, Cause::NotLent));
                            }
                            Refused::QueueFull => refused.push((call, Cause::QueueFull)),
                        }
                    }
                },
            }
        };
        // Whoever finds more to start than it can wakes the next.
        let to_look = claim.is_some() && self.watch(&mut ledger, now);
        let more = claim.is_some() && ledger.starters < self.workers && ledger.plan.is_ready();
        ledger.starters += usize::from(more);
        let mut woke = self.unlock(ledger);
        let mut began = now;
        if !refused.is_empty() {
            self.end(refused);
            // Whoever is told of them took their time, and not the call's.
            began = Instant::now();
        }
        if left {
            // Whoever stands in line behind the call may be able to go too.
            woke |= self.permits.wake_next();
        }
        if more {
            self.spawn_starter();
            woke = true;
        }
        if let Some(Claim::Call(Taken { woke: early, .. }) | Claim::Poll { woke: early, .. }) =
            &mut claim
        {
            *early |= to_look;
            if *early {
                self.alarm.notify_one();
            }
            *early |= woke;
        }
        claim.map(|claim| (claim, began))
    }

    /// Whether the program has cancelled the batch.
    pub(super) fn is_cancelled(&self) -> bool {
        let token = self.cancellation.as_ref();
        token.is_some_and(CancellationToken::is_cancelled)
    }

    /// Begins with a call. Its clock runs from here.
    fn take(
        self: &Arc<Self>,
        ledger: &mut Ledger,
        index: usize,
        free: bool,
        now: Instant,
    ) -> Option<Taken> {
        let dispatch = Arc::clone(ledger.dispatch.as_ref()?);
        let tool = self.entries[index].tool?;
        let alone = self.held.is_empty() && ledger.place(index).is_none() && !self.is_covered();
        let free = free && alone && !self.is_limited(tool);
        let deadline = self.deadline_from(index, now);
        self.calls.set_deadline(index, deadline);
        ledger.alive += 1;
        let phase = match free {
            true => Phase::Running {
                since: now,
                deadline,
            },
            false => Phase::Preparing {
                since: now,
                deadline,
            },
        };
        let full = ledger.full;
        let record = &mut ledger.records[index];
        if full {
            record.waited(Obstacle::Limit(ConcurrencyLimit::Batch), record.queued, now);
        }
        record.started = Some(Started {
            phase,
            over: None,
            permit: None,
            in_line: false,
            alone: false,
        });
        let woke = self.keep_deadline(ledger, index, deadline);
        Some(Taken {
            index,
            tool,
            dispatch,
            free,
            again: false,
            woke,
        })
    }

    /// What the call needs of what batches share, if anything.
    fn permits_for(
        self: &Arc<Self>,
        ledger: &mut Ledger,
        index: usize,
    ) -> Result<Option<Permit>, Refused> {
        let needs = &*self.needs_of(index);
        if needs.is_empty() {
            return Ok(None);
        }
        let permit = self.permits.take(self, index, needs)?;
        if let Some(started) = &mut ledger.records[index].started
            && std::mem::take(&mut started.in_line)
        {
            ledger.in_line -= 1;
        }
        Ok(Some(permit))
    }

    /// What a prepared call needs of what batches share.
    pub(super) fn needs_of(&self, index: usize) -> Cow<'_, Needs> {
        static NOTHING: LazyLock<Needs> = LazyLock::new(|| [].into());
        let rules = self.entries[index].tool.map(|tool| &self.rules.tools[tool]);
        let needs = match rules {
            None => &*NOTHING,
            Some(rules) if self.entries[index].slot.is_on_thread() => &rules.needs_on_thread,
            Some(rules) => &rules.needs,
        };
        let needs = match (rules, &self.realm.tenant) {
            (Some(rules), Some(tenant)) => rules.needs_of(tenant, needs),
            _ => Cow::Borrowed(needs),
        };
        match &self.inside {
            Some(inside) => Cow::Owned(inside.needs(&needs)),
            None => needs,
        }
    }

    /// Whether calls of the tool with this index need permits of what batches share, wherever they run.
    fn is_limited(&self, tool: usize) -> bool {
        let rules = &self.rules.tools[tool];
        !rules.needs.is_empty()
            || (self.realm.tenant.is_some() && !rules.needs_per_tenant.is_empty())
    }

    /// A call that has waited goes on. Its clock starts anew.
    fn resume_at(
        &self,
        ledger: &mut Ledger,
        index: usize,
        permit: Option<Permit>,
        now: Instant,
    ) -> Claim {
        let deadline = self.deadline_from(index, now);
        let on_thread = self.entries[index].slot.is_on_thread();
        let full = ledger.full;
        let record = &mut ledger.records[index];
        record.end_wait(now, full);
        let alone = record.started.as_ref().is_some_and(|started| started.alone);
        let again = alone || record.again.is_some();
        if let Some(started) = &mut record.started {
            started.permit = permit;
            if on_thread {
                started.phase = Phase::Queued;
            } else {
                started.phase = Phase::Running {
                    since: now,
                    deadline,
                };
                self.calls.set_deadline(index, deadline);
            }
        }
        let mut woke = false;
        if !on_thread {
            woke = self.keep_deadline(ledger, index, deadline);
            woke |= ledger.run_with_leader(index, now, deadline);
        }
        let dispatch = match again {
            true => ledger.dispatch.clone(),
            false => None,
        };
        match (self.entries[index].tool, dispatch) {
            (Some(tool), Some(dispatch)) => Claim::Call(Taken {
                index,
                tool,
                dispatch,
                free: true,
                again,
                woke,
            }),
            _ if on_thread => Claim::Thread(index),
            _ => Claim::Poll { index, woke },
        }
    }

    /// Starts the clock of a call that has its thread; false if it is not wanted any more.
    pub(super) fn begin_on_thread(&self, index: usize) -> bool {
        let now = Instant::now();
        let deadline = self.deadline_from(index, now);
        let mut ledger = self.ledger();
        let Some(started) = ledger.wanted(index) else {
            return false;
        };
        started.phase = Phase::Running {
            since: now,
            deadline,
        };
        self.calls.set_deadline(index, deadline);
        let mut early = self.keep_deadline(&mut ledger, index, deadline);
        early |= ledger.run_with_leader(index, now, deadline);
        drop(ledger);
        if early {
            self.alarm.notify_one();
        }
        true
    }

    pub(super) fn deadline_from(&self, index: usize, now: Instant) -> Instant {
        let timeout = self.entries[index]
            .tool
            .map(|tool| self.rules.tools[tool].timeout);
        timeout.map_or(self.deadline, |timeout| (now + timeout).min(self.deadline))
    }

    /// Sees to it that a call is told when its time is over; true if the timekeeper is to be woken for that. At the batch's
    /// own deadline all calls are told at once.
    pub(super) fn keep_deadline(
        &self,
        ledger: &mut Ledger,
        index: usize,
        deadline: Instant,
    ) -> bool {
        deadline < self.deadline && ledger.agenda.add(deadline, Event::Cancel(index))
    }
}

/// A ready call waits for what is limited.
fn waits(ledger: &mut Ledger, index: usize, resource: Resource) {
    let Some(started) = ledger.wanted(index) else {
        return;
    };
    if let Phase::Waiting { limit, .. } = &mut started.phase {
        *limit = Some(match resource.origin() {
            Resource::Tool(_) => ConcurrencyLimit::PerTool,
            Resource::Group(name) => ConcurrencyLimit::Group(Arc::clone(name)),
            Resource::Tenant(_, of) => match &**of {
                Resource::Group(name) => ConcurrencyLimit::TenantGroup(Arc::clone(name)),
                _ => ConcurrencyLimit::TenantTool,
            },
            Resource::Threads | Resource::Lent(..) => ConcurrencyLimit::Threads,
        });
    }
    if !std::mem::replace(&mut started.in_line, true) {
        ledger.in_line += 1;
    }
}
