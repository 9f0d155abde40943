//! A batch that is begun inside a call of the same toolbox is part of that call: it runs under what the call may touch and with the
//! permits that it holds. To wait for the call itself would be to wait for ever, and so would be two calls that each hold what the
//! other's batch waits for.

use std::cell::RefCell;
use std::sync::Arc;

use super::Shared;
use super::core::Core;
use super::permits::{Need, Needs, Resource};
use super::plan::Class;
use super::tenant::Realm;
use crate::tool::{Access, CallEffects, Limited, Touches, limited};

thread_local! {
    /// The calls that are polled on this thread, each inside the one before it.
    static POLLED: RefCell<Vec<(Arc<Core>, usize)>> = const { RefCell::new(Vec::new()) };
}

/// What a batch has of the call that it is part of.
pub(super) struct Inside {
    /// What its calls may touch, if they are in an order that the call is in too.
    covers: Option<CallEffects>,
    /// The batch's ticket and the call's index.
    holder: (u64, usize),
    /// What the call holds of what batches share.
    held: Vec<Resource>,
}

/// While it is there, what happens on this thread is a call: what is written is its result, and batches that are begun may be part
/// of it.
pub(super) struct Polled {
    _polling: Option<Polling>,
    _limited: Limited,
}

/// While it is there, batches that are begun on this thread are part of a call.
struct Polling(());

impl Drop for Polling {
    fn drop(&mut self) {
        let polled = POLLED.with_borrow_mut(Vec::pop);
        drop(polled);
    }
}

impl Core {
    /// Says that this call is polled on this thread, from here on until what is returned is dropped.
    pub(super) fn inside(self: &Arc<Self>, call: usize) -> Polled {
        Polled {
            _polling: self.polling(call),
            _limited: limited(self.max_result_bytes(call)),
        }
    }

    /// Makes batches part of this call that are begun while it is polled, if the call has anything that they could wait for, or is
    /// somebody's.
    fn polling(self: &Arc<Self>, call: usize) -> Option<Polling> {
        let on_thread = || self.entries[call].slot.is_on_thread();
        let realm = &self.realm;
        let is_nobodys = realm.scope.is_none() && realm.tenant.is_none();
        if is_nobodys && !self.rules.limits_tools && !on_thread() {
            return None;
        }
        POLLED.with_borrow_mut(|polled| polled.push((Arc::clone(self), call)));
        Some(Polling(()))
    }

    /// Whether it is part of a call that holds what others may wait for.
    pub(super) fn holds_for_others(&self) -> bool {
        self.inside
            .as_ref()
            .is_some_and(|inside| !inside.held.is_empty())
    }

    /// What a call that runs may touch.
    fn may_touch(&self, call: usize) -> CallEffects {
        if let Some(effects) = self.ledger().plan.effects(call) {
            return effects.clone();
        }
        let tool = self.entries[call].tool;
        match tool.map(|tool| self.rules.tools[tool].class) {
            Some(Class::Undeclared) => CallEffects::undeclared(),
            _ => CallEffects::pure(),
        }
    }
}

/// The call that is polled on this thread, if it is one of the toolbox.
pub(super) fn polled(shared: &Shared) -> Option<(Arc<Core>, usize)> {
    let polled = POLLED.with_borrow(|polled| polled.last().cloned());
    polled.filter(|(core, _)| Arc::ptr_eq(&core.permits, &shared.permits))
}

impl Inside {
    /// What a batch in this realm has of a call.
    pub(super) fn of(core: &Core, call: usize, realm: &Realm) -> Self {
        let covers = match (&core.realm.scope, &realm.scope) {
            (Some(outer), Some(inner)) if outer == inner => Some(core.may_touch(call)),
            // What is in another order may wait for calls there, which may wait for this one here.
            (Some(_), Some(_)) => Some(CallEffects::pure()),
            (None, _) | (_, None) => None,
        };
        let needs = core.needs_of(call);
        let own = needs.iter().map(|need| need.resource.origin().clone());
        let outer = core.inside.iter().flat_map(|inside| inside.held.clone());
        Self {
            covers,
            holder: (core.ticket, call),
            held: own.chain(outer).collect(),
        }
    }

    /// Whether its calls have no places in their order, since the call that they are part of has one.
    pub(super) fn is_covered(&self) -> bool {
        self.covers.is_some()
    }

    /// Why a call that touches this cannot be part of the one that the batch is in.
    pub(super) fn refuses(&self, effects: &CallEffects) -> Option<String> {
        let Touches::Keys(touches) = &effects.0 else {
            return self.refuses_keyless(effects);
        };
        let covers = self.covers.as_ref()?;
        let keys = match &covers.0 {
            Touches::Exclusive => return None,
            Touches::Keys(keys) => keys.as_slice(),
            Touches::Undeclared | Touches::Pure => &[],
        };
        let missing = touches.iter().find(|touch| {
            let covered = keys.iter().any(|key| {
                let writes = key.access == Access::Write || touch.access == Access::Read;
                writes && key.key.covers(&touch.key)
            });
            !covered
        })?;
        let does = match missing.access {
            Access::Read => "reads",
            Access::Write => "writes",
        };
        let key = &missing.key;
        Some(format!(
            "it {does} `{key}`, which the call that it is part of does not declare"
        ))
    }

    fn refuses_keyless(&self, effects: &CallEffects) -> Option<String> {
        let covered = match (&effects.0, &self.covers.as_ref()?.0) {
            (Touches::Pure, _) | (_, Touches::Exclusive) => true,
            (Touches::Undeclared, outer) => *outer != Touches::Pure,
            (Touches::Exclusive | Touches::Keys(_), _) => false,
        };
        (!covered).then(|| {
            "it may touch anything, and the call that it is part of does not declare that"
                .to_owned()
        })
    }

    /// What a call of it needs: what the outer call holds, one after the other has of that.
    pub(super) fn needs(&self, needs: &Needs) -> Needs {
        let is_held = |need: &&Need| self.held.contains(&need.resource);
        let lent = |need: &Need| Need {
            resource: Resource::Lent(self.holder, Arc::new(need.resource.clone())),
            limit: 1,
        };
        // What it has to wait for comes last, so that what it cannot wait for is seen first.
        let others = needs.iter().filter(|need| !is_held(need)).cloned();
        others
            .chain(needs.iter().filter(is_held).map(lent))
            .collect()
    }

    /// Whether a call of it may wait for this: not while the outer call holds something that others may wait for.
    pub(super) fn may_wait_for(&self, resource: &Resource) -> bool {
        self.held.is_empty() || matches!(resource, Resource::Lent(..))
    }
}
