//! One order for the calls of several batches, by scope: a tenant's, say.
//!
//! A scope has a [`Plan`] of its own, in which every call that may touch something has a place from the moment its batch has it. The
//! plan there knows neither permits nor failures; a call that may start there is told so, and its batch decides the rest. Within a
//! batch the batch's own plan says the same again, and what a failure means to others.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::core::Core;
use super::plan::{Class, End, Last, Plan, Start};
use super::policy::OnFailure;
use super::tenant::Scope;
use crate::tool::CallEffects;

/// The orders of a toolbox. One without calls is forgotten.
#[derive(Default)]
pub(crate) struct Scopes(Mutex<Orders>);

#[derive(Default)]
struct Orders {
    by_scope: HashMap<Scope, Order<Weak<Core>>>,
    /// Greater than every place of an order that was forgotten: a batch may still say of a place that it has ended.
    next: Place,
}

/// A call's place in an order: the greater, the later.
pub(super) type Place = u64;

/// A call that waits for nothing in its order any more: it may start, or has settled there if it had ended before.
pub(super) struct Freed<B> {
    pub(super) batch: B,
    pub(super) call: usize,
    /// What it waited for last: a call of its own batch, or of another; nothing if it did not wait.
    pub(super) last: Option<Last>,
}

/// The order of one scope.
pub(super) struct Order<B> {
    plan: Plan,
    /// The places of the plan's calls.
    places: Vec<Place>,
    members: BTreeMap<Place, Member<B>>,
    next: Place,
    /// Calls whose batch may still do something for them.
    open: usize,
    /// How many were kept when the plan was last made anew.
    kept: usize,
    /// The batches that want to know when a call ends.
    watching: Vec<B>,
}

struct Member<B> {
    batch: B,
    call: usize,
    class: Class,
    /// Its index in the plan.
    at: usize,
    /// It is known what it touches, and so its batch waits to be told.
    known: bool,
    /// Its batch was told that it waits for nothing any more.
    freed: bool,
    /// Its batch does no more for it.
    ended: bool,
}

/// Places that have settled are kept until there are so many more than others.
const SLACK: usize = 1024;

impl Scopes {
    /// Gives calls of a batch their places, after all that are there.
    pub(super) fn enter(
        &self,
        scope: &Scope,
        core: &Arc<Core>,
        calls: impl IntoIterator<Item = (usize, Class)>,
    ) -> Vec<Place> {
        let mut scopes = self.scopes();
        let Orders { by_scope, next } = &mut *scopes;
        let order = by_scope.entry(scope.clone()).or_insert_with(|| Order {
            next: *next,
            ..Order::default()
        });
        let calls = calls.into_iter();
        calls
            .map(|(call, class)| order.enter(Arc::downgrade(core), call, class))
            .collect()
    }

    /// Says what a call touches; the calls that are free to start now, it or others.
    pub(super) fn know(
        &self,
        scope: &Scope,
        place: Place,
        effects: CallEffects,
    ) -> Vec<Freed<Weak<Core>>> {
        let mut scopes = self.scopes();
        let order = scopes.by_scope.get_mut(scope);
        order.map_or_else(Vec::new, |order| order.know(place, effects))
    }

    /// A batch does no more for a call; the calls that are free to start now, and the batches that want to know of it.
    pub(super) fn end(
        &self,
        scope: &Scope,
        place: Place,
    ) -> (Vec<Freed<Weak<Core>>>, Vec<Weak<Core>>) {
        let mut scopes = self.scopes();
        let Some(order) = scopes.by_scope.get_mut(scope) else {
            return Default::default();
        };
        let freed = order.end(place, Weak::ptr_eq);
        let watching = std::mem::take(&mut order.watching);
        if order.open == 0 {
            let next = order.next;
            scopes.by_scope.remove(scope);
            scopes.next = scopes.next.max(next);
        }
        (freed, watching)
    }

    /// The calls of a batch that wait here for others of the same batch, if none waits for one of another and it is known here of all for
    /// which the batch does nothing more. If not, the batch is told when a call ends.
    pub(super) fn waiting_among_themselves(
        &self,
        scope: &Scope,
        core: &Arc<Core>,
        is_done: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        let mut scopes = self.scopes();
        let order = scopes.by_scope.get_mut(scope)?;
        let own = Arc::downgrade(core);
        let is_own = |batch: &Weak<Core>| Weak::ptr_eq(batch, &own);
        let waiting = order.waiting_among_themselves(is_own, is_done);
        if waiting.is_none() && !order.watching.iter().any(|other| Weak::ptr_eq(other, &own)) {
            order.watching.push(own);
        }
        waiting
    }

    fn scopes(&self) -> MutexGuard<'_, Orders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B> Default for Order<B> {
    fn default() -> Self {
        Self {
            plan: plan(),
            places: Vec::new(),
            members: BTreeMap::new(),
            next: 0,
            open: 0,
            kept: 0,
            watching: Vec::new(),
        }
    }
}

impl<B: Clone> Order<B> {
    pub(super) fn enter(&mut self, batch: B, call: usize, class: Class) -> Place {
        self.forget_settled();
        let place = self.next;
        self.next += 1;
        self.open += 1;
        self.members.insert(
            place,
            Member {
                batch,
                call,
                class,
                at: 0,
                known: false,
                freed: false,
                ended: false,
            },
        );
        self.push(place);
        place
    }

    pub(super) fn know(&mut self, place: Place, effects: CallEffects) -> Vec<Freed<B>> {
        if let Some(member) = self.members.get_mut(&place) {
            member.known = true;
            self.plan.prepared(member.at, effects, 0);
        }
        self.freed(|_| None)
    }

    pub(super) fn end(&mut self, place: Place, same: impl Fn(&B, &B) -> bool) -> Vec<Freed<B>> {
        let Some(member) = self.members.get_mut(&place).filter(|member| !member.ended) else {
            return Vec::new();
        };
        member.ended = true;
        self.open -= 1;
        let (at, batch, call) = (member.at, member.batch.clone(), member.call);
        self.plan.finish(at, End::Answered);
        self.plan.settle(at);
        self.freed(|freed| {
            Some(match same(&freed.batch, &batch) {
                true => Last::Call(call),
                false => Last::Other,
            })
        })
    }

    fn waiting_among_themselves(
        &self,
        is_own: impl Fn(&B) -> bool,
        is_done: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        let member = |at: usize| self.members.get(&self.places[at]);
        let own = |at: usize| member(at).is_some_and(|member| is_own(&member.batch));
        let calls = self.plan.apart(own)?.into_iter();
        let members: Vec<_> = calls.filter_map(member).collect();
        let untold = |member: &&Member<B>| !member.ended && is_done(member.call);
        if members.iter().any(untold) {
            return None;
        }
        let waiting = members.into_iter();
        // Also one that has ended: it settles when those have that it waits for.
        let waiting = waiting.filter(|member| member.known && !member.freed);
        Some(waiting.map(|member| member.call).collect())
    }

    /// The calls that wait for nothing any more and have not been told.
    fn freed(&mut self, last: impl Fn(&Member<B>) -> Option<Last>) -> Vec<Freed<B>> {
        let done = self.plan.take_done().into_iter();
        let mut free: Vec<usize> = done.filter(|at| self.plan.is_settled(*at)).collect();
        while let Some(start) = self.plan.start() {
            if let Start::Run(at) = start {
                free.push(at);
            }
        }
        let mut freed = Vec::new();
        for at in free {
            let member = self.members.get_mut(&self.places[at]);
            let waits = member.filter(|member| member.known && !member.freed);
            if let Some(member) = waits {
                member.freed = true;
                freed.push(Freed {
                    batch: member.batch.clone(),
                    call: member.call,
                    last: last(member),
                });
            }
        }
        freed
    }

    /// Adds a member to the plan, which takes it up at once.
    fn push(&mut self, place: Place) {
        let Some(member) = self.members.get_mut(&place) else {
            return;
        };
        member.at = self.places.len();
        self.places.push(place);
        self.plan.push(Some(member.class), true);
        let start = self.plan.start();
        debug_assert!(matches!(start, Some(Start::Prepare { call, .. }) if call == member.at));
    }

    /// Makes the plan anew from what has not settled, once that is the lesser part of it: what has settled conflicts with nothing.
    fn forget_settled(&mut self) {
        // Some that have ended are kept too: those that wait for others.
        if self.places.len() < SLACK + 2 * self.open.max(self.kept) {
            return;
        }
        let plan = std::mem::replace(&mut self.plan, plan());
        self.places.clear();
        self.members.retain(|_, member| !plan.is_settled(member.at));
        let places: Vec<Place> = self.members.keys().copied().collect();
        self.kept = places.len();
        for place in places {
            let before = self.members[&place].at;
            self.push(place);
            let Member { at, ended, .. } = self.members[&place];
            if let Some(effects) = plan.effects(before) {
                self.plan.prepared(at, effects.clone(), 0);
            }
            if ended {
                self.plan.finish(at, End::Answered);
            }
            // Whatever is free in it was before.
            drop(self.plan.take_done());
            while let Some(start) = self.plan.start() {
                debug_assert!(
                    matches!(start, Start::Run(at) if self.members[&self.places[at]].freed)
                );
            }
        }
    }
}

fn plan() -> Plan {
    let mut plan = Plan::new(usize::MAX, OnFailure::Isolate);
    plan.note_done();
    plan
}

#[cfg(test)]
mod tests;
