//! Limits that all batches of a toolbox share: threads for plain `fn` tools, calls of a tool, calls of a group of tools.
//!
//! A call takes all its permits at once, when it is ready, and holds none while it waits. The batch that was started first
//! goes first, and in it the first call. Whoever cannot go, because something else that it needs is taken, may be
//! overtaken, but not for ever: then what it waits for is kept for it.
//!
//! Calls with the same needs stand in one *line*, so that finding who may go takes as long as there are different needs and
//! not as there are calls.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::executor::Core;
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
pub(crate) struct Permits(Mutex<Table>);

#[derive(Default)]
struct Table {
    batches: u64,
    taken: HashMap<Resource, usize>,
    lines: HashMap<Needs, Line>,
    waiting: usize,
}

/// Who comes before whom: the batch's ticket, then the call's index.
type Turn = (u64, usize);

/// Calls that need the same.
#[derive(Default)]
struct Line {
    calls: BTreeMap<Turn, Waiting>,
    /// For each need, how many calls that come later than the line's first have had it.
    overtaken: Vec<u32>,
}

struct Waiting {
    core: Weak<Core>,
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
        let turn = (core.ticket, call);
        let mut table = self.table();
        if let Some(resource) = table.missing(turn, needs) {
            return match table.join(turn, core, needs) {
                true => Err(Refused::Waits(resource)),
                false => Err(Refused::QueueFull),
            };
        }
        table.leave(turn, needs);
        for need in needs.iter() {
            *table.taken.entry(need.resource.clone()).or_default() += 1;
        }
        table.count_overtaken(turn, needs);
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
        let next = self.table().next();
        next.is_some_and(|(core, call)| {
            core.unpark(call);
            true
        })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// What of these a call whose turn this is cannot have: it is taken, kept for another, or another comes first.
    fn missing(&self, turn: Turn, needs: &Needs) -> Option<Resource> {
        let taken = needs.iter().find(|need| !self.is_free(need));
        let missing = taken.or_else(|| {
            let mut before = self
                .lines
                .iter()
                .filter_map(|(others, line)| Some((others, line, line.calls.first_key_value()?)))
                .filter(|(_, _, (first, _))| **first < turn);
            before.find_map(|(others, line, (_, waiting))| {
                let able = self.is_able(others, waiting);
                needs.iter().find(|need| {
                    let at = others
                        .iter()
                        .position(|other| other.resource == need.resource);
                    at.is_some_and(|at| able || line.is_reserved(at, waiting))
                })
            })
        });
        missing.map(|need| need.resource.clone())
    }

    fn is_free(&self, need: &Need) -> bool {
        self.taken
            .get(&need.resource)
            .is_none_or(|taken| *taken < need.limit)
    }

    /// Whether a call in line could go now.
    fn is_able(&self, needs: &Needs, waiting: &Waiting) -> bool {
        needs.iter().all(|need| self.is_free(need))
            && waiting
                .core
                .upgrade()
                .is_some_and(|core| core.has_permit.load(Ordering::SeqCst))
    }

    /// Adds a call to its line, unless it is there; false if no more may wait.
    fn join(&mut self, turn: Turn, core: &Arc<Core>, needs: &Needs) -> bool {
        let line = self.lines.entry(Arc::clone(needs)).or_default();
        if line.calls.contains_key(&turn) {
            return true;
        }
        if self.waiting >= core.rules.limits.max_queue {
            return false;
        }
        line.overtaken.resize(needs.len(), 0);
        line.calls.insert(
            turn,
            Waiting {
                core: Arc::downgrade(core),
                joined: line.overtaken.clone(),
            },
        );
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
    fn next(&self) -> Option<(Arc<Core>, usize)> {
        let firsts = self.lines.iter().filter_map(|(needs, line)| {
            let (turn, waiting) = line.calls.first_key_value()?;
            let able = self.missing(*turn, needs).is_none() && self.is_able(needs, waiting);
            able.then_some((turn, waiting))
        });
        let (turn, waiting) = firsts.min_by_key(|(turn, _)| **turn)?;
        Some((waiting.core.upgrade()?, turn.1))
    }
}

impl Line {
    /// Whether the first in line was overtaken too often on this need.
    fn is_reserved(&self, at: usize, first: &Waiting) -> bool {
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
        let mut table = self.permits.table();
        for need in self.needs.iter() {
            if let Some(taken) = table.taken.get_mut(&need.resource) {
                *taken -= 1;
            }
        }
        drop(table);
        self.permits.wake_next()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.take().map(Taken::free);
    }
}
