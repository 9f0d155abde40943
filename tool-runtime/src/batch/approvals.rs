//! Calls that somebody else decides on. A call that needs approval is prepared and has its place in the order, so that later calls
//! which conflict with it wait; to the plan the decision is one more thing that it waits for. Whatever goes wrong, it is denied.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Context;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::Dispatch;
use super::agenda::Event;
use super::core::Core;
use super::ledger::Ledger;
use super::plan::Last;
use super::record::{Cause, Obstacle, Phase};
use super::slot::{Held, Slot, Step, Stop, drop_quietly, said};
use crate::ToolError;
use crate::outcome::Settled;
use crate::tool::{CallContext, CallEffects, Content, Preparation, Touching};

/// Why a call is denied that nobody could be asked about.
pub(crate) const NOT_ASKED: &str = "it needs approval, and nobody could be asked.";

/// Why a call is denied whose arguments were changed though calls behind it have run that what they touch now may concern.
const MAY_NOT_EDIT: &str = "its arguments were changed after later calls had been made.";

/// What somebody says of a call.
#[derive(Debug)]
pub(crate) enum Verdict {
    Approved,
    /// With other arguments.
    Edited(String),
    /// For this reason.
    Denied(String),
    /// Its arguments, which nobody knew before the call with this index had its result.
    Known {
        arguments: String,
        last: usize,
    },
    /// It is skipped because of the call with this index.
    Skipped(usize),
    /// It ends so.
    Ends(Box<Settled>),
}

/// What a decision on a call is made of: no other call has it, in any process.
pub(crate) type RequestId = [u8; 32];

/// Somebody who was asked about a call.
pub(crate) struct Asked {
    pub(crate) verdict: Pin<Box<dyn Future<Output = Verdict> + Send>>,
    /// Whether the call may be made with other arguments.
    pub(crate) edits: bool,
    /// Whether it is not somebody who decides but earlier calls whose results are arguments of this one.
    pub(crate) awaits_calls: bool,
}

/// What is known once somebody can be asked about a call.
#[derive(Clone, Copy, Default)]
pub(super) struct Asking {
    /// Whether the call may get other arguments.
    pub(super) edits: bool,
    /// Whether it waits for other calls of its batch, and nobody is asked.
    pub(super) awaits_calls: bool,
}

/// A call that somebody was asked about.
pub(super) struct Approval {
    /// Owns who was asked, as a call's slot owns the call.
    slot: Slot,
    verdict: Arc<Mutex<Option<Verdict>>>,
}

impl Approval {
    fn new(verdict: Pin<Box<dyn Future<Output = Verdict> + Send>>) -> Self {
        let (slot, cell) = (Slot::default(), Arc::default());
        let decided: Arc<Mutex<Option<Verdict>>> = Arc::clone(&cell);
        let future = Box::pin(async move {
            let verdict = verdict.await;
            *decided.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
            Ok(Content::Text(String::new()).into())
        });
        slot.hold(Held::Future(future));
        Self {
            slot,
            verdict: cell,
        }
    }

    /// Polls who was asked.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Step {
        self.slot.resume(|future| future, context)
    }

    /// Keeps the handle of the task that does.
    pub(super) fn set_task(&self, task: AbortHandle) {
        self.slot.set_task(1, task);
    }

    fn take_verdict(&self) -> Option<Verdict> {
        let mut verdict = self.verdict.lock().unwrap_or_else(PoisonError::into_inner);
        verdict.take()
    }
}

impl Core {
    /// Prepares to ask about a call, before anything is known of it. `None` if there is nobody to be asked.
    pub(super) fn prepare_to_ask(self: &Arc<Self>, index: usize, tool: usize) -> Option<Asking> {
        let dispatch = self.ledger().dispatch.clone()?;
        let context = CallContext::in_batch(Arc::clone(&self.calls), index);
        let decided = self.decided_before(&*dispatch, tool, &context);
        if decided.is_none() && self.suspends {
            drop_quietly(dispatch);
            return Some(Asking {
                edits: self.edits,
                awaits_calls: false,
            });
        }
        let ask = || decided.or_else(|| dispatch.ask(tool, context));
        let asked = {
            let _within = self.within_batch();
            catch_unwind(AssertUnwindSafe(ask))
        };
        drop_quietly(dispatch);
        let Asked {
            verdict,
            edits,
            awaits_calls,
        } = match asked {
            Ok(asked) => asked?,
            Err(payload) => {
                drop_quietly(payload);
                return None;
            }
        };
        let approval = Box::new(Approval::new(verdict));
        self.entries[index].approval.set(approval).ok()?;
        Some(Asking {
            edits: edits && self.edits,
            awaits_calls,
        })
    }

    /// What was decided on a call before its batch was resumed.
    fn decided_before(
        &self,
        dispatch: &dyn Dispatch,
        tool: usize,
        context: &CallContext,
    ) -> Option<Asked> {
        if self.ledger().decisions.is_empty() {
            return None;
        }
        let id = dispatch.request_id(tool, context);
        let verdict = self.ledger().decisions.remove(&id)?;
        Some(Asked {
            verdict: Box::pin(std::future::ready(verdict)),
            // Also where he has changed none: it touches what it did before.
            edits: self.edits,
            awaits_calls: false,
        })
    }

    /// Denies a call that waits; nothing of it is left.
    pub(super) fn deny(self: &Arc<Self>, index: usize, reason: String) {
        if let Stop::NeverRan = self.entries[index].slot.stop() {
            self.settle(index, denied(reason), true);
        }
    }

    /// Who was asked about a call that has its result is not asked any more.
    pub(super) fn withdraw(&self, index: usize) {
        if let Some(approval) = self.entries[index].approval.get() {
            approval.slot.stop();
        }
    }

    /// Somebody has decided, or has panicked.
    pub(super) fn decided(self: &Arc<Self>, index: usize) {
        let approval = self.entries[index].approval.get();
        match approval.and_then(|approval| approval.take_verdict()) {
            Some(Verdict::Approved) => self.approve(index, Last::Decision),
            Some(Verdict::Edited(_)) if !self.edits => self.deny(index, MAY_NOT_EDIT.to_owned()),
            Some(Verdict::Edited(arguments)) => {
                self.calls.edit(index, arguments);
                self.approve_anew(index, Last::Decision);
            }
            Some(Verdict::Known { arguments, last }) => {
                self.calls.know(index, arguments);
                self.approve_anew(index, Last::Call(last));
            }
            Some(Verdict::Skipped(because)) => self.end([(index, Cause::Skipped { because })]),
            Some(Verdict::Ends(settled)) => {
                if let Stop::NeverRan = self.entries[index].slot.stop() {
                    self.settle(index, *settled, true);
                }
            }
            Some(Verdict::Denied(reason)) => self.deny(index, reason),
            None => self.deny(index, NOT_ASKED.to_owned()),
        }
        self.start_more();
    }

    /// The call waits for others at most.
    fn approve(self: &Arc<Self>, index: usize, last: Last) {
        let mut ledger = self.ledger();
        if let Some(cause) = ledger.over(index) {
            drop(ledger);
            let stop = self.entries[index].slot.stop();
            return self.give_up(index, cause, Some(stop));
        }
        let until = Instant::now() + self.rules.limits.max_wait;
        if !ledger.wait_on(index, until) {
            return;
        }
        ledger.records[index].pending = None;
        ledger.agenda.add(until, Event::Wait(index));
        ledger.plan.release(index, last);
        self.unlock(ledger);
    }

    /// A call is to be made with other arguments: they are read as the model's were, and so is the call while it lasts.
    fn approve_anew(self: &Arc<Self>, index: usize, last: Last) {
        let (Some(tool), Some(dispatch)) = (self.entries[index].tool, self.prepare_again(index))
        else {
            return;
        };
        let slot = &self.entries[index].slot;
        let Some(before) = slot.vacate() else {
            return drop_quietly(dispatch);
        };
        drop_quietly(before);
        let context = CallContext::in_batch(Arc::clone(&self.calls), index);
        let call = self.calls.get(index);
        let prepared = {
            let _within = self.while_read(index);
            catch_unwind(AssertUnwindSafe(|| dispatch.prepare(tool, call, context)))
        };
        drop_quietly(dispatch);
        let held = match prepared.map(|prepared| prepared.work) {
            Ok(Preparation::Future(future)) => Held::Future(future),
            Ok(Preparation::Blocking(closure)) => Held::Closure(closure),
            Ok(Preparation::Rejected(errors)) if last == Last::Decision => {
                let reason =
                    format!("the arguments that it was approved with are not valid:\n{errors}");
                return self.end_unread(index, denied(reason));
            }
            Ok(Preparation::Rejected(errors)) => {
                return self.end_unread(index, Settled::InvalidArguments(errors));
            }
            Err(payload) if last == Last::Decision => {
                drop_quietly(payload);
                return self.end_unread(index, denied(NOT_ASKED.to_owned()));
            }
            Err(payload) => {
                return self.end_unread(index, Settled::panicked(false, said(payload)));
            }
        };
        match slot.hold(held) {
            Step::Pending => self.approve(index, last),
            // It was stopped meanwhile.
            step => {
                self.step(index, step, None);
            }
        }
    }

    /// Ends a call whose new arguments cannot be read: all that it did was to wait.
    fn end_unread(self: &Arc<Self>, index: usize, settled: Settled) {
        let now = Instant::now();
        self.ledger().wait_on(index, now);
        self.settle(index, settled, true);
    }

    /// A call that waits for a decision is about to be prepared again, and its clock runs; what prepares it, if it is still wanted.
    fn prepare_again(&self, index: usize) -> Option<Arc<dyn Dispatch>> {
        let now = Instant::now();
        let deadline = self.deadline_from(index, now);
        let mut ledger = self.ledger();
        ledger.pending_since(index)?;
        let dispatch = ledger.dispatch.clone();
        let early = match ledger.wanted(index) {
            Some(started) if dispatch.is_some() => {
                started.phase = Phase::Preparing {
                    since: now,
                    deadline,
                };
                self.keep_deadline(&mut ledger, index, deadline)
            }
            _ => return None,
        };
        drop(ledger);
        if early {
            self.alarm.notify_one();
        }
        dispatch
    }
}

impl Ledger {
    /// Since when the call waits for a decision, if it does.
    pub(super) fn pending_since(&self, index: usize) -> Option<Instant> {
        self.records.get(index)?.pending
    }

    /// A call that waits for a decision waits on, at most until then; false if it is not wanted any more.
    fn wait_on(&mut self, index: usize, until: Instant) -> bool {
        let pending = self.pending_since(index);
        let (Some(from), Some(started)) = (pending, self.wanted(index)) else {
            return false;
        };
        started.phase = Phase::Waiting {
            for_calls: true,
            limit: None,
            from,
            until,
        };
        true
    }
}

/// What a call touches whose arguments may still be changed: of its keys, what does not depend on them.
pub(crate) fn whatever_it_touches(touching: Touching) -> Touching {
    match touching {
        Touching::Holes(_) => Touching::Holes(Vec::new()),
        Touching::Given(_) => Touching::Given(CallEffects::exclusive()),
    }
}

/// The result of a call that is not to be made.
pub(super) fn denied(reason: String) -> Settled {
    Settled::Answered {
        result: Err(ToolError::denied(reason)),
        late: false,
    }
}

/// What it means that a decision came last of all that a call waited for.
pub(super) fn obstacle(last: Last) -> Obstacle {
    match last {
        Last::Call(last) => Obstacle::Calls(Some(last)),
        Last::Other => Obstacle::Calls(None),
        Last::Decision => Obstacle::Decision,
    }
}
