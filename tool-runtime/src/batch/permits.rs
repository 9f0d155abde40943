//! Limits that all batches of a toolbox share: threads for plain `fn` tools, calls of a tool, calls of a group of tools.
//!
//! A call takes all its permits at once, when it is ready, and holds none while it waits. The batch that was started first
//! goes first, and in it the first call. Whoever cannot go, because something else that it needs is taken, may be
//! overtaken, but not for ever: then what it waits for is kept for it. For who waits until less of its own tenant's runs nothing is
//! kept, so that no tenant has what others need by asking for more than it may have.
//!
//! Calls with the same needs stand in one *line*, so that finding who may go takes as long as there are different needs and
//! not as there are calls.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::core::Core;
use super::plan::MAX_OVERTAKEN;

/// What is limited.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    /// Threads for plain `fn` tools.
    Threads,
    /// Calls of the tool with this index.
    Tool(usize),
    /// Calls of the tools of a group.
    Group(Arc<str>),
    /// What one tenant may have of another resource.
    Tenant(Arc<str>, Arc<Resource>),
    /// What the call with this turn holds of another resource, for the batches inside it.
    Lent(Turn, Arc<Resource>),
}

impl Resource {
    /// What it is a part of.
    pub(super) fn origin(&self) -> &Self {
        match self {
            Self::Lent(_, of) => of.origin(),
            own => own,
        }
    }

    fn is_of_tenant(&self) -> bool {
        matches!(self, Self::Tenant(..))
    }
}

/// One of what a call needs, and how many there are for its batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Need {
    pub(crate) resource: Resource,
    pub(crate) limit: usize,
}

/// All that a call needs.
pub(crate) type Needs = Arc<[Need]>;

/// The permits of a toolbox.
#[derive(Default)]
pub(crate) struct Permits(Mutex<Table<Waiter>>);

pub(super) struct Table<B> {
    batches: u64,
    taken: HashMap<Resource, usize>,
    lines: HashMap<Needs, Line<B>>,
    waiting: usize,
}

/// A batch, as far as the table has to know it.
pub(super) trait Batch {
    /// Whether it could start a call.
    fn has_permit(&self) -> bool;
}

/// A batch in line. Whether it has a permit is beside it: a batch that is looked at under the lock could be dropped there, with
/// permits that it holds.
struct Waiter {
    core: Weak<Core>,
    has_permit: Arc<AtomicBool>,
}

/// Who comes before whom: the batch's ticket, then the call's index.
type Turn = (u64, usize);

/// Calls that need the same.
struct Line<B> {
    calls: BTreeMap<Turn, Waiting<B>>,
    /// For each need, how many calls that come later than the line's first have had it.
    overtaken: Vec<u32>,
}

struct Waiting<B> {
    batch: B,
    /// The line's `overtaken` when this call joined it.
    joined: Vec<u32>,
}

/// What a call holds, free again when this is dropped or given back.
pub(super) struct Permit(Option<Taken>);

struct Taken {
    permits: Arc<Permits>,
    needs: Needs,
}

/// Why a call has no permits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It stands in line, since there is none of this.
    Waits(Resource),
    /// Too many wait already.
    QueueFull,
}

impl Permits {
    /// A batch's place before all that are started later.
    pub(super) fn ticket(&self) -> u64 {
        let mut table = self.table();
        table.batches += 1;
        table.batches
    }

    /// All that a call needs, or it stands in line. Then whoever frees it tells the core, which asks again.
    pub(super) fn take(
        self: &Arc<Self>,
        core: &Arc<Core>,
        call: usize,
        needs: &Needs,
    ) -> Result<Permit, Refused> {
        let most = |resource: &Resource| match &core.inside {
            Some(inside) if !inside.may_wait_for(resource) => 0,
            _ => core.rules.limits.max_queue,
        };
        let batch = || Waiter {
            core: Arc::downgrade(core),
            has_permit: Arc::clone(&core.has_permit),
        };
        self.table().take((core.ticket, call), batch, needs, most)?;
        Ok(Permit(Some(Taken {
            permits: Arc::clone(self),
            needs: Arc::clone(needs),
        })))
    }

    /// Takes a call out of its line, if it is in one.
    pub(super) fn leave(&self, ticket: u64, call: usize, needs: &Needs) {
        self.table().leave((ticket, call), needs);
    }

    /// Tells the first call that could go now, which may not have been told yet; true if there is one. Not to be called
    /// under a batch's lock.
    pub(super) fn wake_next(&self) -> bool {
        let table = self.table();
        let next = table.next();
        // Upgraded here and dropped below: never under the lock.
        let next = next.and_then(|(batch, call)| Some((batch.core.upgrade()?, call)));
        drop(table);
        next.is_some_and(|(core, call)| {
            core.unpark(call);
            true
        })
    }

    fn table(&self) -> MutexGuard<'_, Table<Waiter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Batch for Waiter {
    fn has_permit(&self) -> bool {
        self.has_permit.load(Ordering::SeqCst)
    }
}

impl<B> Default for Table<B> {
    fn default() -> Self {
        Self {
            batches: 0,
            taken: HashMap::new(),
            lines: HashMap::new(),
            waiting: 0,
        }
    }
}

impl<B: Batch> Table<B> {
    /// Takes all that a call needs, or puts it in line, unless `most` wait already for what it cannot have; with none, it leaves
    /// the line if it is in one.
    pub(super) fn take(
        &mut self,
        turn: Turn,
        batch: impl FnOnce() -> B,
        needs: &Needs,
        most: impl Fn(&Resource) -> usize,
    ) -> Result<(), Refused> {
        if let Some(resource) = self.missing(turn, needs) {
            let most = most(&resource);
            if most == 0 {
                self.leave(turn, needs);
            }
            return match self.join(turn, batch, needs, most) {
                true => Err(Refused::Waits(resource)),
                false => Err(Refused::QueueFull),
            };
        }
        self.leave(turn, needs);
        for need in needs.iter() {
            *self.taken.entry(need.resource.clone()).or_default() += 1;
        }
        self.count_overtaken(turn, needs);
        Ok(())
    }

    pub(super) fn give_back(&mut self, needs: &Needs) {
        for need in needs.iter() {
            let Some(taken) = self.taken.get_mut(&need.resource) else {
                continue;
            };
            *taken -= 1;
            // Tools are as many as there are; of groups, tenants and calls there are always others.
            let is_lasting = matches!(need.resource, Resource::Threads | Resource::Tool(_));
            if *taken == 0 && !is_lasting {
                self.taken.remove(&need.resource);
            }
        }
    }

    /// What of these a call whose turn this is cannot have: it is taken, kept for another, or others come first.
    fn missing(&self, turn: Turn, needs: &Needs) -> Option<Resource> {
        let taken = needs.iter().find(|need| self.free(need) == 0);
        let missing = taken.or_else(|| needs.iter().find(|need| self.is_wanted(need, turn)));
        missing.map(|need| need.resource.clone())
    }

    /// How many permits there are of it.
    fn free(&self, need: &Need) -> usize {
        let taken = self.taken.get(&need.resource).copied();
        need.limit.saturating_sub(taken.unwrap_or_default())
    }

    /// Whether those before this turn leave nothing of it: it is kept for one, or all that there is could go to them.
    fn is_wanted(&self, need: &Need, turn: Turn) -> bool {
        let mut left = self.free(need);
        self.lines.iter().any(|(others, line)| {
            let mut at = others.iter();
            let at = at.position(|other| other.resource == need.resource);
            let first = line.calls.first_key_value();
            let (Some(at), Some((_, waiting))) = (at, first.filter(|(first, _)| **first < turn))
            else {
                return false;
            };
            left = left.saturating_sub(self.could_go(others, line, turn));
            left == 0 || (line.is_reserved(at, waiting) && self.may_reserve(others))
        })
    }

    /// How many calls in line could go now that come before this turn, at most.
    fn could_go(&self, needs: &Needs, line: &Line<B>, turn: Turn) -> usize {
        let most = needs.iter().map(|need| self.free(need)).min();
        let first = line.first_with_permit();
        match (most, first) {
            (Some(most), Some(first)) if first < turn => {
                line.calls.range(first..turn).take(most).count()
            }
            _ => 0,
        }
    }

    /// Whether something may be kept for who needs these: not while its own tenant has all that it may have.
    fn may_reserve(&self, needs: &Needs) -> bool {
        let own = |need: &&Need| need.resource.is_of_tenant();
        needs.iter().filter(own).all(|need| self.free(need) > 0)
    }

    /// Adds a call to its line, unless it is there; false if no more may wait.
    fn join(&mut self, turn: Turn, batch: impl FnOnce() -> B, needs: &Needs, most: usize) -> bool {
        let line = self.lines.get(needs);
        if line.is_some_and(|line| line.calls.contains_key(&turn)) {
            return true;
        }
        if self.waiting >= most {
            return false;
        }
        let line = self.lines.entry(Arc::clone(needs)).or_insert_with(|| Line {
            calls: BTreeMap::new(),
            overtaken: vec![0; needs.len()],
        });
        let waiting = Waiting {
            batch: batch(),
            joined: line.overtaken.clone(),
        };
        line.calls.insert(turn, waiting);
        self.waiting += 1;
        true
    }

    fn leave(&mut self, turn: Turn, needs: &Needs) {
        let Some(line) = self.lines.get_mut(needs) else {
            return;
        };
        if line.calls.remove(&turn).is_some() {
            self.waiting -= 1;
        }
        if line.calls.is_empty() {
            self.lines.remove(needs);
        }
    }

    /// Notes that a call went which came later than others that wait.
    fn count_overtaken(&mut self, turn: Turn, needs: &Needs) {
        for (others, line) in &mut self.lines {
            let first = line.calls.first_key_value();
            if first.is_some_and(|(first, _)| *first < turn) {
                for (at, other) in others.iter().enumerate() {
                    let had = needs.iter().any(|need| need.resource == other.resource);
                    line.overtaken[at] += u32::from(had);
                }
            }
        }
    }

    /// The call whose turn it is among those that could go.
    pub(super) fn next(&self) -> Option<(&B, usize)> {
        let firsts = self.lines.iter().filter_map(|(needs, line)| {
            let turn = line.first_with_permit()?;
            self.missing(turn, needs).is_none().then_some((turn, line))
        });
        let (turn, line) = firsts.min_by_key(|(turn, _)| *turn)?;
        Some((&line.calls[&turn].batch, turn.1))
    }
}

impl<B: Batch> Line<B> {
    /// The first whose batch could start it: one that cannot does not hold up those of other batches.
    fn first_with_permit(&self) -> Option<Turn> {
        let (mut turn, mut waiting) = self.calls.first_key_value()?;
        while !waiting.batch.has_permit() {
            (turn, waiting) = self.calls.range((turn.0 + 1, 0)..).next()?;
        }
        Some(*turn)
    }

    /// Whether the first in line was overtaken too often on this need.
    fn is_reserved(&self, at: usize, first: &Waiting<B>) -> bool {
        self.overtaken[at] - first.joined[at] >= MAX_OVERTAKEN
    }
}

impl Permit {
    /// Frees what the call held; true if somebody was told.
    pub(super) fn give_back(mut self) -> bool {
        self.0.take().is_some_and(Taken::free)
    }
}

impl Taken {
    fn free(self) -> bool {
        self.permits.table().give_back(&self.needs);
        self.permits.wake_next()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.take().map(Taken::free);
    }
}

#[cfg(test)]
mod tests;
