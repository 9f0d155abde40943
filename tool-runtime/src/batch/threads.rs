//! The threads that plain `fn` tools keep: one count for all batches of a toolbox, and the batches that wait for one.
//!
//! A call that hangs on its thread keeps its place, so that hung tools cannot use up the runtime's own pool and with it
//! the program's file I/O. A thread that is given free goes to the batch that was started first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::executor::Core;

/// How many threads a toolbox's calls keep, and who waits for one.
#[derive(Default)]
pub(crate) struct Threads(Mutex<Places>);

#[derive(Default)]
struct Places {
    taken: usize,
    batches: u64,
    /// By ticket: the order in which the batches were started.
    line: BTreeMap<u64, Waiting>,
}

/// A batch of which a call waits for a thread.
struct Waiting {
    core: Weak<Core>,
    limit: usize,
}

/// A thread for one call, free again when this is dropped.
pub(super) struct Place(Arc<Threads>);

impl Threads {
    /// A batch's place in every line.
    pub(super) fn ticket(&self) -> u64 {
        let mut places = self.places();
        places.batches += 1;
        places.batches
    }

    /// A thread for a call of `core`. If its limit is reached, or a batch before it waits for a thread that it could
    /// have, `core` stands in line.
    pub(super) fn take(self: &Arc<Self>, core: &Arc<Core>) -> Option<Place> {
        let mut places = self.places();
        let (ticket, limit) = (core.ticket, core.limits.max_blocking_threads);
        let taken = places.taken;
        let mut before = places.line.range(..ticket);
        if taken < limit && before.all(|(_, waiting)| taken >= waiting.limit) {
            places.taken += 1;
            return Some(Place(Arc::clone(self)));
        }
        let core = Arc::downgrade(core);
        places.line.insert(ticket, Waiting { core, limit });
        None
    }

    /// Takes a batch out of the line; the batch that is to be woken for a thread that it left.
    #[must_use = "the next batch waits for it"]
    pub(super) fn leave(&self, ticket: u64) -> Option<Arc<Core>> {
        let mut places = self.places();
        places.line.remove(&ticket);
        places.next()
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// The first batch in line that could have a thread now. It stays there until it has all it wants.
    fn next(&self) -> Option<Arc<Core>> {
        let mut able = self
            .line
            .values()
            .filter(|waiting| self.taken < waiting.limit);
        able.find_map(|waiting| waiting.core.upgrade())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.0.places();
        places.taken -= 1;
        let next = places.next();
        drop(places);
        if let Some(core) = next {
            core.spawn_starter();
        }
    }
}
