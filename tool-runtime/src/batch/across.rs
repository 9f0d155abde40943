//! A batch's calls among those of other batches: their places in the order of its scope.

use std::sync::{Arc, Weak};

use super::core::Core;
use super::inside::Inside;
use super::ledger::Ledger;
use super::plan::{Class, Last};
use super::scopes::{Freed, Place};
use crate::tool::CallEffects;

impl Core {
    /// Gives the calls from this one on their places among those of other batches.
    pub(super) fn enter_scope(self: &Arc<Self>, ledger: &mut Ledger, first: usize) {
        let Some(scope) = self.realm.scope.as_ref().filter(|_| !self.is_covered()) else {
            return;
        };
        let class = |index: &usize| {
            let is_open = ledger.records[*index].done.is_none();
            let tool = self.entries[*index].tool.filter(|_| is_open)?;
            Some((*index, self.rules.tools[tool].class))
        };
        let calls = (first..ledger.records.len()).filter_map(|index| class(&index));
        let calls: Vec<_> = calls.filter(|(_, class)| *class != Class::Pure).collect();
        // An order is forgotten with the last of its calls, so none is begun without one.
        if calls.is_empty() {
            return;
        }
        ledger.places.resize(ledger.records.len(), None);
        let places = self.scopes.enter(scope, self, calls.iter().copied());
        for ((index, _), place) in calls.into_iter().zip(places) {
            ledger.places[index] = Some(place);
        }
    }

    /// Whether the call that it is part of has its place in the order for it.
    pub(super) fn is_covered(&self) -> bool {
        self.inside.as_ref().is_some_and(Inside::is_covered)
    }

    /// Says to other batches what a call touches; for how many things of theirs it has to wait.
    pub(super) fn wait_in_scope(
        self: &Arc<Self>,
        ledger: &mut Ledger,
        index: usize,
        effects: &CallEffects,
    ) -> usize {
        let (Some(scope), Some(place)) = (&self.realm.scope, ledger.place(index)) else {
            return 0;
        };
        let freed = self.scopes.know(scope, place, effects.clone());
        let (own, others): (Vec<_>, Vec<_>) = freed.into_iter().partition(|freed| {
            freed.call == index && std::ptr::eq(freed.batch.as_ptr(), Arc::as_ptr(self))
        });
        ledger.freed.extend(others);
        usize::from(own.is_empty())
    }

    /// Tells other batches which calls this one does no more for, and whomever that frees. One after the other: what is told may
    /// end calls too.
    pub(super) fn tell_scope(&self, ended: Vec<Place>, mut freed: Vec<Freed<Weak<Self>>>) {
        let Some(scope) = &self.realm.scope else {
            return;
        };
        let mut watching = Vec::new();
        let mut end = |places: Vec<Place>, freed: &mut Vec<_>| {
            for place in places {
                let (more, told) = self.scopes.end(scope, place);
                freed.extend(more);
                watching.extend(told);
            }
        };
        end(ended, &mut freed);
        while let Some(Freed { batch, call, last }) = freed.pop() {
            let Some(core) = batch.upgrade() else {
                continue;
            };
            let mut ledger = core.ledger();
            ledger.plan.release(call, last.unwrap_or(Last::Other));
            let ended = ledger.take_ended();
            core.unlock(ledger);
            core.start_more();
            end(ended, &mut freed);
        }
        for core in watching.iter().filter_map(Weak::upgrade) {
            core.unlock(core.ledger());
        }
    }
}
