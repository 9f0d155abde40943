//! Where a call stands in the order: after those it conflicts with, unless one of them takes away its ground.

use super::graph::{Carries, Event, Reach, Taint};
use super::{Class, End, Last, Plan, Skip, Stage, Unblocked};
use crate::batch::policy::OnFailure;
use crate::tool::Touches;

impl Plan {
    /// Gives calls their place in the order, as far as it is known what all before them touch.
    pub(super) fn advance(&mut self) {
        while let Some(next) = self.calls.get(self.entered) {
            let unknown = matches!(next.stage, Stage::Waiting | Stage::Preparing)
                && matches!(next.class, Class::Keyed | Class::Any);
            if unknown {
                break;
            }
            let call = self.entered;
            self.entered += 1;
            self.place(call);
            self.arrange(call);
        }
    }

    /// Lets a call wait for those before it that it conflicts with.
    pub(super) fn place(&mut self, call: usize) {
        let this = &self.calls[call];
        if this.stage == Stage::Outside {
            return;
        }
        let barrier = |carries| self.barrier.map(|(_, event)| (event, carries));
        let mut before = Vec::new();
        match this.touches() {
            Touches::Pure if this.held == 0 => return,
            Touches::Pure => {}
            Touches::Undeclared => {
                before.extend(barrier(Carries::NOTHING));
                if before.is_empty() && this.held == 0 {
                    return;
                }
            }
            Touches::Keys(touches) => {
                before = self.keys.conflicts(touches, &mut self.graph);
                before.extend(self.barrier.map(|(_, event)| (event, Carries::WRITE)));
            }
            Touches::Exclusive => {
                before.extend(barrier(Carries::WRITE));
                let first = self.barrier.map_or(0, |(barrier, _)| barrier + 1);
                for earlier in first..call {
                    before.extend(self.as_predecessor(earlier));
                }
            }
        }
        let event = self.graph.add(Some(call), before);
        let this = &mut self.calls[call];
        this.event = Some(event);
        self.graph.hold(event, std::mem::take(&mut this.held));
        match this.touches() {
            Touches::Keys(touches) => self.keys.take(event, touches),
            Touches::Exclusive => {
                self.keys.forget();
                self.barrier = Some((call, event));
            }
            Touches::Pure | Touches::Undeclared => {}
        }
        self.pass_on(call);
    }

    /// An earlier call as an exclusive one waits for it.
    fn as_predecessor(&mut self, call: usize) -> Option<(Event, Carries)> {
        let this = &mut self.calls[call];
        if this.stage == Stage::Outside || *this.touches() == Touches::Pure {
            return None;
        }
        let carries = match this.writes() {
            true => Carries::WRITE,
            false => Carries::NOTHING,
        };
        if this.event.is_none() && !this.settled {
            this.event = Some(self.graph.add(Some(call), Vec::new()));
        }
        this.event.map(|event| (event, carries))
    }

    /// Lets a call that has its place wait for calls of other batches, unless it does.
    pub(super) fn wait_for_others(&mut self, call: usize) {
        let this = &mut self.calls[call];
        match this.event {
            _ if this.held == 0 => {}
            Some(event) => self.graph.hold(event, std::mem::take(&mut this.held)),
            None => self.place(call),
        }
    }

    /// What becomes of a call that is prepared and has its place.
    pub(super) fn arrange(&mut self, call: usize) {
        let this = &mut self.calls[call];
        if this.stage != Stage::Prepared {
            return;
        }
        this.stage = Stage::Blocked;
        let taint = this.event.and_then(|event| self.graph.taint(event));
        if let Some(Taint { because, .. }) = taint.filter(|taint| taint.because != call) {
            self.skip(call, because);
        }
        let blocked = |event| self.graph.is_blocked(event);
        if !self.calls[call].event.is_some_and(blocked) {
            self.unblock(call, None);
        }
    }

    /// All that a call waited for has settled, `last` as the last.
    pub(super) fn unblock(&mut self, call: usize, last: Option<Last>) {
        let mut unblocked = vec![call];
        while let Some(call) = unblocked.pop() {
            let this = &mut self.calls[call];
            if this.stage != Stage::Blocked {
                continue;
            }
            if this.end.is_none() {
                this.stage = Stage::Ready;
                self.ready.insert(call);
                self.unblocked.push(Unblocked { call, last });
            } else if !this.settled {
                this.settled = true;
                let event = this.event;
                self.note(call);
                if let Some(event) = event {
                    self.graph.settle(event, &mut unblocked);
                }
            }
        }
    }

    /// Gives a call that was not started its end.
    pub(super) fn skip(&mut self, call: usize, because: usize) {
        let this = &mut self.calls[call];
        if this.end.is_some() || this.never_skipped || this.begun {
            return;
        }
        this.end = Some(End::Failed);
        self.skipped.push(Skip { call, because });
        self.leave(call);
    }

    /// A call that was not started has ended.
    pub(super) fn leave(&mut self, call: usize) {
        let this = &mut self.calls[call];
        match this.stage {
            Stage::Waiting | Stage::Preparing => {
                this.stage = Stage::Outside;
                self.settle(call);
                self.advance();
            }
            Stage::Ready => {
                self.ready.remove(&call);
                self.parked.remove(&call);
                self.settle(call);
            }
            // Nothing of it runs.
            Stage::BackedOff => self.settle(call),
            // It settles when those have that it waits for, and does nothing itself any more.
            Stage::Prepared | Stage::Blocked => self.note(call),
            Stage::Started | Stage::Outside => {}
        }
    }

    /// Lets those that depend on a call know how it ended.
    pub(super) fn pass_on(&mut self, call: usize) {
        let reach = match (self.calls[call].end, self.on_failure) {
            (None | Some(End::Answered | End::Rejected), _) => return,
            (Some(End::Unknown), _) => Reach::Writes,
            (Some(End::Failed), OnFailure::SkipDependents) => Reach::Writes,
            (Some(End::Failed), OnFailure::StopGroup) => Reach::Group,
            (Some(End::Failed), OnFailure::Isolate | OnFailure::StopAll) => return,
        };
        let Some(event) = self.calls[call].event else {
            return;
        };
        let taint = Taint {
            because: call,
            reach,
        };
        let mut tainted = Vec::new();
        self.graph.spread(event, taint, &mut tainted);
        for dependent in tainted {
            if self.calls[dependent].stage == Stage::Blocked {
                self.skip(dependent, call);
            }
        }
    }

    /// Starts no call after one that failed.
    pub(super) fn stop_after(&mut self, failed: usize) {
        let end = self.stopped_by.unwrap_or(self.calls.len());
        if failed >= end {
            return;
        }
        self.stopped_by = Some(failed);
        for call in failed + 1..end {
            if !matches!(self.calls[call].stage, Stage::Preparing | Stage::Started) {
                self.skip(call, failed);
            }
        }
    }
}
