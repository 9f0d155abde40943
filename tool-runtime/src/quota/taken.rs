//! The quotas of a desk: a call takes its use of all of them, or of none.

use std::iter::zip;
use std::sync::Arc;

use super::counts::{Counters, Counts, Use};
use super::{Cap, Of, Quota};
use crate::outcome::Settled;
use crate::text::listed;
use crate::tool::{Naming, ToolDefinition};

/// The quotas of a desk.
#[derive(Clone, Default)]
pub(crate) struct Quotas {
    /// Quota by quota as they were added; of each the widest first.
    limits: Vec<Limit>,
    /// Each once, and in one order for all desks, in which they are locked.
    counters: Vec<Arc<Counters>>,
}

#[derive(Clone)]
struct Limit {
    counters: Arc<Counters>,
    scope: Arc<str>,
    cap: Cap,
    /// What the model calls those tools, of which it knows.
    shown: Vec<Shown>,
}

#[derive(Clone)]
struct Shown {
    name: String,
    wire_name: String,
}

/// Why a call is not made: none was left of this.
#[derive(Clone, Debug)]
pub(crate) struct Exhausted {
    pub(crate) most: usize,
    /// Whether some of it may still come back.
    pub(crate) may_come_back: bool,
    pub(crate) of: Together,
    /// Where it holds, in words; empty if nobody said.
    pub(crate) scope: Arc<str>,
}

/// What a tool is counted together with.
#[derive(Clone, Debug)]
pub(crate) enum Together {
    Itself,
    /// With these, in words; empty if the model knows none of them.
    Others(String),
    All,
}

impl Quotas {
    /// These quotas and one more, for a desk that shows these tools.
    pub(crate) fn and(&self, quota: &Quota, shown: &[ToolDefinition]) -> Self {
        let mut all = self.clone();
        let counters = &quota.counters;
        let address = |counters: &Arc<Counters>| Arc::as_ptr(counters).addr();
        let found = all
            .counters
            .binary_search_by_key(&address(counters), address);
        if let Err(at) = found {
            all.counters.insert(at, Arc::clone(counters));
        }
        // Where several have no room, the widest says the most.
        let mut caps: Vec<_> = quota.caps.iter().collect();
        caps.sort_by_key(|cap| match cap.of {
            Of::All => 0,
            Of::Several(_) => 1,
            Of::One(_) => 2,
        });
        all.limits.extend(caps.into_iter().map(|cap| Limit {
            counters: Arc::clone(counters),
            scope: Arc::clone(&quota.scope),
            cap: cap.clone(),
            shown: match &cap.of {
                Of::Several(names) => of_these(names, shown),
                Of::All | Of::One(_) => Vec::new(),
            },
        }));
        all
    }

    /// Takes a use of every quota for a call of this tool; if one has none left, of none, and the call is not made.
    pub(crate) fn take(&self, tool: &str) -> Result<Taken, Settled> {
        let mut locked: Vec<_> = self
            .counters
            .iter()
            .map(|counters| (counters, counters.lock()))
            .collect();
        let full = self.limits.iter().find_map(|limit| {
            let mut counts = locked.iter();
            let (_, counts) =
                counts.find(|(counters, _)| Arc::ptr_eq(counters, &limit.counters))?;
            limit.exhausted(tool, counts)
        });
        if let Some(exhausted) = full {
            return Err(Settled::OverQuota(Box::new(exhausted)));
        }
        let uses: Vec<_> = locked
            .iter_mut()
            .map(|(_, counts)| counts.take(tool))
            .collect();
        drop(locked);
        Ok(Taken(
            zip(&self.counters, uses)
                .map(|(counters, used)| (Arc::clone(counters), used))
                .collect(),
        ))
    }
}

/// Those of these tools that are shown.
fn of_these(names: &[String], shown: &[ToolDefinition]) -> Vec<Shown> {
    let shown = shown
        .iter()
        .filter(|tool| names.iter().any(|name| name == tool.name()));
    shown
        .map(|tool| Shown {
            name: tool.name().to_owned(),
            // Which provider asks is not known here; by this name every one finds it.
            wire_name: tool.wire_name(Naming::PORTABLE).to_owned(),
        })
        .collect()
}

impl Limit {
    /// What is to be said of a call of this tool, if there is no room for it.
    fn exhausted(&self, tool: &str, counts: &Counts) -> Option<Exhausted> {
        let names = self.cap.of.names();
        let sum = |of: fn(&Counts, &str) -> usize| {
            let each = names.iter().map(|name| of(counts, name));
            each.fold(0, usize::saturating_add)
        };
        let (used, open) = match &self.cap.of {
            Of::All => (counts.total_used(), counts.total_open()),
            _ if names.iter().all(|name| name != tool) => return None,
            _ => (sum(Counts::used), sum(Counts::open)),
        };
        if used < self.cap.most {
            return None;
        }
        let others = self.shown.iter().filter(|shown| shown.name != tool);
        Some(Exhausted {
            most: self.cap.most,
            may_come_back: used.saturating_sub(open) < self.cap.most,
            of: match &self.cap.of {
                Of::All => Together::All,
                Of::Several(names) if names.len() > 1 => {
                    Together::Others(listed(others.map(|shown| shown.wire_name.as_str())))
                }
                Of::Several(_) | Of::One(_) => Together::Itself,
            },
            scope: Arc::clone(&self.scope),
        })
    }
}

/// What a call has taken. Dropped it goes back.
pub(crate) struct Taken(Box<[(Arc<Counters>, Use)]>);

impl Taken {
    /// The call was made.
    pub(crate) fn keep(mut self) {
        for (counters, used) in std::mem::take(&mut self.0) {
            counters.lock().keep(used);
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        for (counters, used) in &*self.0 {
            counters.lock().give_back(*used);
        }
    }
}
