//! Which call may start next: a state machine without tasks, clock or locks.
//!
//! Calls are pushed in the model's order and prepared in about that order; what a call touches is known once it is
//! prepared. A call gets its place in the order (`order`) when all before it that declare effects have theirs, and from then
//! on waits for those it conflicts with. It *finishes* when it has its result and *settles* when this process does no more for it.

mod graph;
mod keys;
mod order;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use graph::{Event, Graph};
use keys::Keys;

use super::policy::OnFailure;
use crate::tool::{CallEffects, Changes, Touches};

/// How often a call that waits for a limit is overtaken before a permit is kept for it.
pub(super) const MAX_OVERTAKEN: u32 = 64;

/// The calls of a batch, what they wait for, and the permits of those that run.
#[derive(Debug)]
pub(crate) struct Plan {
    calls: Vec<Call>,
    graph: Graph,
    keys: Keys,
    /// The last exclusive call: all before it that touch anything have settled when it has.
    barrier: Option<(usize, Event)>,
    /// The first call that may turn out to be exclusive.
    first_barrier: usize,
    /// The calls before this one have their place in the order.
    entered: usize,
    /// The calls before this one are prepared, are being, or have ended.
    taken: usize,
    /// Prepared, and waiting for nothing but permits.
    ready: BTreeSet<usize>,
    /// Ready, but for a limit that calls of other batches share.
    parked: BTreeSet<usize>,
    /// The first parked call, and how many later ones were started while it was.
    overtaken: (usize, u32),
    limit: usize,
    free: usize,
    on_failure: OnFailure,
    /// The calls after this one are not to be started, since it failed.
    stopped_by: Option<usize>,
    skipped: Vec<Skip>,
    unblocked: Vec<Unblocked>,
    /// The calls for which nothing more is done since somebody asked, if anybody does: they have settled, or will by themselves.
    done: Option<Vec<usize>>,
    closed: bool,
}

/// What is known of a tool's calls before they are prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// They touch nothing.
    Pure,
    /// They run beside all but exclusive ones.
    Undeclared,
    /// They touch what their arguments say; they are not exclusive.
    Keyed,
    /// They may be exclusive.
    Any,
}

#[derive(Debug)]
struct Call {
    class: Class,
    stage: Stage,
    never_skipped: bool,
    /// It was started once at least, and is not to be skipped any more.
    begun: bool,
    /// How it ended, once it has its result.
    end: Option<End>,
    effects: Option<CallEffects>,
    event: Option<Event>,
    /// How many calls of other batches it waits for, until it has its place.
    held: usize,
    settled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody has looked at it yet.
    Waiting,
    /// It is being prepared, or was free to run on and does; it holds a permit.
    Preparing,
    /// A call before it is not prepared yet.
    Prepared,
    /// It waits for calls before it.
    Blocked,
    /// It waits for permits alone.
    Ready,
    /// It was started and holds a permit until it has its result.
    Started,
    /// It was started, failed, and is to be started again.
    BackedOff,
    /// It ended before it was known what it touches, and has no place in the order.
    Outside,
}

/// How a call ended, as far as it matters to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Answered,
    /// It failed, or did not run and would have changed what others rely on.
    Failed,
    /// It began and did not come to its end: what it writes may or may not be written.
    Unknown,
    /// It did not run, and nobody was to rely on it: its arguments were wrong, say.
    Rejected,
}

/// A call that is not to run, because of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skip {
    pub(crate) call: usize,
    pub(crate) because: usize,
}

/// A call that waits for no other any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unblocked {
    pub(crate) call: usize,
    /// What settled last of all that it waited for; none if there was nothing.
    pub(crate) last: Option<Last>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    Call(usize),
    /// A call of another batch.
    Other,
    /// What somebody decided on the call.
    Decision,
}

/// What a call that may go on needs next. It holds a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// To be prepared. If it is `free`, nothing that it touches could make it wait, so it may run at once.
    Prepare { call: usize, free: bool },
    /// To be run.
    Run(usize),
}

impl Plan {
    /// A plan that starts at most `limit` calls at once.
    pub(crate) fn new(limit: usize, on_failure: OnFailure) -> Self {
        Self {
            calls: Vec::new(),
            graph: Graph::default(),
            keys: Keys::default(),
            barrier: None,
            first_barrier: usize::MAX,
            entered: 0,
            taken: 0,
            ready: BTreeSet::new(),
            parked: BTreeSet::new(),
            overtaken: (usize::MAX, 0),
            limit,
            free: limit,
            on_failure,
            stopped_by: None,
            skipped: Vec::new(),
            unblocked: Vec::new(),
            done: None,
            closed: false,
        }
    }

    /// Keeps for which calls nothing more is done, for [`take_done`](Self::take_done).
    pub(crate) fn note_done(&mut self) {
        self.done = Some(Vec::new());
    }

    /// Makes room for so many calls.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.calls.reserve_exact(count);
    }

    /// Adds a call after all others; `class` is none if it cannot run.
    pub(crate) fn push(&mut self, class: Option<Class>, never_skipped: bool) {
        let call = self.calls.len();
        if class == Some(Class::Any) {
            self.first_barrier = self.first_barrier.min(call);
        }
        let stage = match class {
            Some(_) => Stage::Waiting,
            None => Stage::Outside,
        };
        self.calls.push(Call {
            class: class.unwrap_or(Class::Pure),
            stage,
            never_skipped,
            begun: false,
            end: class.is_none().then_some(End::Rejected),
            effects: None,
            event: None,
            held: 0,
            settled: class.is_none(),
        });
        if class.is_some()
            && let Some(because) = self.stopped_by
        {
            self.skip(call, because);
        }
    }

    /// The call that comes next, if there is a permit. A ready one comes before all that are not prepared.
    pub(crate) fn start(&mut self) -> Option<Start> {
        if self.free == 0 || self.closed {
            return None;
        }
        let next = match self.ready.first() {
            Some(&call) => call,
            None => self.next_to_prepare()?,
        };
        if !self.may_overtake(next) {
            return None;
        }
        self.note_overtaking(next);
        self.free -= 1;
        let call = &mut self.calls[next];
        if self.ready.remove(&next) {
            call.stage = Stage::Started;
            return Some(Start::Run(next));
        }
        call.stage = Stage::Preparing;
        let free = match call.class {
            Class::Pure => true,
            Class::Undeclared => next < self.first_barrier,
            Class::Keyed | Class::Any => false,
        };
        Some(Start::Prepare { call: next, free })
    }

    /// The call was prepared: it gives its permit back until it may run. It waits for `held` that are not of this batch.
    pub(crate) fn prepared(&mut self, call: usize, effects: CallEffects, held: usize) {
        let this = &mut self.calls[call];
        if this.stage != Stage::Preparing {
            return;
        }
        this.stage = Stage::Prepared;
        this.effects = Some(effects);
        this.held = held;
        self.free += 1;
        if let Some(because) = self.stopped_by.filter(|failed| *failed < call) {
            self.skip(call, because);
        }
        self.advance();
        // A call that touches nothing has no place, and one that nothing could make wait may have had it before.
        let placed = call < self.entered || *self.calls[call].touches() == Touches::Pure;
        if placed {
            self.wait_for_others(call);
            self.arrange(call);
        }
    }

    /// An attempt of the call has failed and another is to follow: it gives its permit back and keeps its place in the order.
    pub(crate) fn back_off(&mut self, call: usize) {
        let this = &mut self.calls[call];
        debug_assert!(matches!(this.stage, Stage::Preparing | Stage::Started));
        this.stage = Stage::BackedOff;
        this.begun = true;
        self.free += 1;
    }

    /// The next attempt of the call may start.
    pub(crate) fn start_again(&mut self, call: usize) {
        let this = &mut self.calls[call];
        if this.stage == Stage::BackedOff && this.end.is_none() {
            this.stage = Stage::Ready;
            self.ready.insert(call);
        }
    }

    /// Whether no more calls are started.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// A call that was started needs a permit that it cannot have yet: it gives up its own and waits.
    pub(crate) fn park(&mut self, call: usize) {
        self.calls[call].stage = Stage::Ready;
        self.parked.insert(call);
        self.free += 1;
    }

    /// The permit may be there for which the call is parked.
    pub(crate) fn unpark(&mut self, call: usize) {
        if self.parked.remove(&call) {
            self.ready.insert(call);
        }
    }

    /// The call has its result; it may not have settled.
    pub(crate) fn finish(&mut self, call: usize, end: End) {
        let this = &mut self.calls[call];
        if this.end.is_some() {
            return;
        }
        this.end = Some(end);
        if matches!(this.stage, Stage::Preparing | Stage::Started) {
            self.free += 1;
        }
        self.pass_on(call);
        if self.on_failure == OnFailure::StopAll && matches!(end, End::Failed | End::Unknown) {
            self.stop_after(call);
        }
        let this = &self.calls[call];
        if this.stage == Stage::Started && !this.writes() {
            // Whatever it still does, nobody has to wait for it.
            self.settle(call);
        }
        self.leave(call);
    }

    /// This process does no more for the call, which has its result.
    pub(crate) fn settle(&mut self, call: usize) {
        let this = &mut self.calls[call];
        // One that was not started settles when those have that it waits for, though nothing is left of it.
        let waits = matches!(this.stage, Stage::Prepared | Stage::Blocked);
        if waits || std::mem::replace(&mut this.settled, true) {
            return;
        }
        let event = this.event;
        self.note(call);
        if let Some(event) = event {
            let mut unblocked = Vec::new();
            self.graph.settle(event, &mut unblocked);
            for next in unblocked {
                self.unblock(next, Some(Last::Call(call)));
            }
        }
    }

    /// One thing that is not in this plan, and for which the call waited, is no more: a call has settled there, as `last`.
    pub(crate) fn release(&mut self, call: usize, last: Last) {
        match self.calls[call].event {
            None => self.calls[call].held -= 1,
            Some(event) if self.graph.release(event) => self.unblock(call, Some(last)),
            Some(_) => {}
        }
    }

    fn note(&mut self, call: usize) {
        if let Some(done) = &mut self.done {
            done.push(call);
        }
    }

    /// Whether nothing more is done for the call: it has settled, or will by itself.
    pub(crate) fn is_done(&self, call: usize) -> bool {
        let Call { settled, end, .. } = &self.calls[call];
        *settled || (end.is_some() && self.is_blocked(call))
    }

    /// Whether this process does no more for the call.
    pub(crate) fn is_settled(&self, call: usize) -> bool {
        self.calls[call].settled
    }

    /// The calls for which this process does nothing more since this was last asked; some may be there twice. One that was not
    /// started may not have settled: those that it waits for have not.
    pub(crate) fn take_done(&mut self) -> Vec<usize> {
        self.done.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Whether a call could be started now.
    pub(crate) fn is_ready(&mut self) -> bool {
        if self.free == 0 || self.closed {
            return false;
        }
        let next = self.ready.first().copied();
        next.or_else(|| self.next_to_prepare())
            .is_some_and(|next| self.may_overtake(next))
    }

    /// Whether a permit is free: calls that are parked could use what they wait for.
    pub(crate) fn has_permit(&self) -> bool {
        self.free > 0 && !self.closed
    }

    /// Whether all permits are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.free == 0
    }

    /// Starts no more calls.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.ready.clear();
        self.parked.clear();
    }

    /// Whether calls were skipped or unblocked since somebody asked which.
    pub(crate) fn has_news(&self) -> bool {
        !self.skipped.is_empty() || !self.unblocked.is_empty()
    }

    /// The calls that were skipped since this was last asked. They have finished.
    pub(crate) fn take_skipped(&mut self) -> Vec<Skip> {
        std::mem::take(&mut self.skipped)
    }

    /// The calls that came to wait for no other any more since this was last asked.
    pub(crate) fn take_unblocked(&mut self) -> Vec<Unblocked> {
        std::mem::take(&mut self.unblocked)
    }

    /// The calls that have not settled of which this is true, if none of them waits for one of which it is not.
    pub(crate) fn apart(&self, is_so: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
        let others = self.graph.waits_for(|call| !is_so(call));
        let calls = self.calls.iter().enumerate();
        let own = calls.filter(|(index, call)| !call.settled && is_so(*index));
        own.map(|(index, call)| match call.event {
            Some(event) if others.of(event) > 0 => None,
            _ => Some(index),
        })
        .collect()
    }

    /// Whether no call is started, or could be.
    pub(crate) fn is_at_rest(&mut self) -> bool {
        let starts = !self.ready.is_empty() || self.next_to_prepare().is_some();
        !self.closed && !starts && self.free == self.limit && self.parked.is_empty()
    }

    /// How many calls without a result there are, if every one of them waits for nothing that is not of this plan but so many things,
    /// and for calls that do not either; none if anything else goes on.
    pub(crate) fn stuck(&mut self, waits: impl Fn(usize) -> usize) -> Option<usize> {
        if !self.is_at_rest() {
            return None;
        }
        let elsewhere = self.graph.elsewhere();
        let mut open = 0;
        for (index, call) in self.calls.iter().enumerate() {
            let is_stuck = match (call.stage, call.event) {
                _ if call.settled => continue,
                (Stage::Blocked, Some(event)) => elsewhere.of(event) == waits(index),
                // It has its result and goes on: nobody is to wait for that.
                (_, Some(event)) => call.end.is_some() && !self.graph.is_awaited(event),
                (_, None) => call.end.is_some(),
            };
            if !is_stuck {
                return None;
            }
            open += usize::from(call.end.is_none());
        }
        Some(open)
    }

    /// What a call touches; none if it is not prepared or has no place in the order.
    pub(crate) fn effects(&self, call: usize) -> Option<&CallEffects> {
        self.calls[call].effects.as_ref()
    }

    /// What a call touches that writes something and has not settled.
    pub(crate) fn written(&self, call: usize) -> Option<&CallEffects> {
        let call = &self.calls[call];
        let effects = call.effects.as_ref();
        effects.filter(|_| !call.settled && call.writes())
    }

    /// Whether the call waits for others.
    pub(crate) fn is_blocked(&self, call: usize) -> bool {
        matches!(self.calls[call].stage, Stage::Prepared | Stage::Blocked)
    }

    fn next_to_prepare(&mut self) -> Option<usize> {
        while self.calls.get(self.taken)?.stage != Stage::Waiting {
            self.taken += 1;
        }
        Some(self.taken)
    }

    /// Whether a call may be started though another, before it, is parked: not with the last permit, once too many were.
    fn may_overtake(&self, call: usize) -> bool {
        match self.parked.first() {
            Some(&parked) if parked < call => {
                self.free > 1 || self.overtaken.0 != parked || self.overtaken.1 < MAX_OVERTAKEN
            }
            _ => true,
        }
    }

    fn note_overtaking(&mut self, call: usize) {
        if let Some(&parked) = self.parked.first()
            && parked < call
        {
            if self.overtaken.0 != parked {
                self.overtaken = (parked, 0);
            }
            self.overtaken.1 += 1;
        }
    }
}

impl Call {
    fn touches(&self) -> &Touches {
        match &self.effects {
            Some(effects) => &effects.0,
            None if self.class == Class::Pure => &Touches::Pure,
            None => &Touches::Undeclared,
        }
    }

    /// Whether it says that it writes something.
    fn writes(&self) -> bool {
        let effects = self.effects.as_ref();
        effects.is_some_and(|effects| effects.changes() == Changes::Something)
    }
}
