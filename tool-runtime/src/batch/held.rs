//! Keys of calls that could not be stopped. Their batch has ended without them, or will; what they write stays theirs until
//! they end, and calls of other batches that touch it wait.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::core::Core;
use super::plan::Last;
use super::tenant::Realm;
use crate::tool::{Access, CallEffects, Touches};

/// What calls that could not be stopped still write, over all batches of a toolbox.
#[derive(Default)]
pub(crate) struct Held {
    /// How many they are, so that nobody looks where nothing is.
    count: AtomicUsize,
    calls: Mutex<BTreeMap<Turn, Holder>>,
}

/// A batch's ticket and a call's index.
type Turn = (u64, usize);

struct Holder {
    /// What is of another tenant or of another scope is something else.
    realm: Realm,
    effects: CallEffects,
    /// The calls that wait for it.
    waiting: Vec<(Weak<Core>, usize)>,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    /// Keeps what a call writes.
    pub(super) fn keep(&self, core: &Core, call: usize, effects: CallEffects) {
        let holder = Holder {
            realm: core.realm.clone(),
            effects,
            waiting: Vec::new(),
        };
        let mut calls = self.calls();
        calls.insert((core.ticket, call), holder);
        self.count.store(calls.len(), Ordering::Release);
    }

    /// Lets a call wait for all of other batches that still write what it touches; how many they are.
    pub(super) fn wait_for(&self, core: &Arc<Core>, call: usize, effects: &CallEffects) -> usize {
        if self.is_empty() {
            return 0;
        }
        let mut count = 0;
        for ((ticket, _), holder) in self.calls().iter_mut() {
            let other = *ticket != core.ticket && !holder.realm.is_apart_from(&core.realm);
            if other && waits_for(effects, &holder.effects) {
                // It may never end, and those whose batch has ended wait no more.
                if holder.waiting.len() == holder.waiting.capacity() {
                    holder.waiting.retain(|(core, _)| core.strong_count() > 0);
                }
                holder.waiting.push((Arc::downgrade(core), call));
                count += 1;
            }
        }
        count
    }

    /// The call has ended; who waited for it is told. Not to be called under a batch's lock.
    pub(super) fn release(&self, ticket: u64, call: usize) {
        if self.is_empty() {
            return;
        }
        let mut calls = self.calls();
        let holder = calls.remove(&(ticket, call));
        self.count.store(calls.len(), Ordering::Release);
        drop(calls);
        for (core, call) in holder.into_iter().flat_map(|holder| holder.waiting) {
            if let Some(core) = core.upgrade() {
                core.released(call, Last::Other);
            }
        }
    }

    fn calls(&self) -> MutexGuard<'_, BTreeMap<Turn, Holder>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a call has to wait for what another still writes.
fn waits_for(effects: &CallEffects, held: &CallEffects) -> bool {
    match (&effects.0, &held.0) {
        (Touches::Pure, _) | (_, Touches::Pure | Touches::Undeclared) => false,
        (_, Touches::Exclusive) | (Touches::Exclusive, Touches::Keys(_)) => true,
        (Touches::Undeclared, Touches::Keys(_)) => false,
        (Touches::Keys(touches), Touches::Keys(held)) => touches.iter().any(|touch| {
            let mut written = held.iter().filter(|held| held.access == Access::Write);
            written.any(|held| held.key.overlaps(&touch.key))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::waits_for;
    use crate::tool::{CallEffects, EffectKey};

    #[test]
    fn calls_wait_for_what_is_written_and_for_nothing_that_is_read() {
        let key = |path: &str| [EffectKey::new("d").path(path)];
        let (reads, writes) = (CallEffects::reads, CallEffects::writes);
        let nothing = || CallEffects::reads([]);
        let held = reads(key("a")).and_writes(key("b/c")).in_group("x");
        let all = CallEffects::exclusive();
        for (effects, waits, waits_for_all) in [
            (CallEffects::pure(), false, false),
            (CallEffects::undeclared(), false, true),
            (CallEffects::exclusive(), true, true),
            (nothing(), false, true),
            (writes(key("a")), false, true),
            (writes(key("b/d")), false, true),
            (reads(key("b")), true, true),
            (reads(key("b/c/d")), true, true),
            (writes(key("")), true, true),
            (nothing().in_group("x"), true, true),
            (nothing().in_group("y"), false, true),
        ] {
            assert_eq!(waits_for(&effects, &held), waits, "{effects:?}");
            assert_eq!(waits_for(&effects, &all), waits_for_all, "{effects:?}");
        }
    }
}
