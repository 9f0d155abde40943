//! What was tested when no difference was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::observed::Observed;
use crate::batch::ToolRules;
use crate::tool::DeclaredEffects;

/// What an [`Equivalence`](super::Equivalence) has run without a difference.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub(super) batches: u64,
    pub(super) interleavings: u64,
    pub(super) distinct: u64,
    /// A bit for each key of a tool that something was covered by, by its place.
    used: BTreeMap<String, u32>,
    /// The tool and the template.
    unused: BTreeSet<(String, String)>,
}

impl Checked {
    /// Takes down which keys were of use.
    pub(super) fn note(&mut self, run: &Observed) {
        for call in &run.calls {
            let used = call.result.touches().used();
            if used != 0 {
                *self.used.entry(call.result.name().to_owned()).or_default() |= used;
            }
        }
    }

    /// Takes down which keys of these tools were of none.
    pub(super) fn finish<'a>(&mut self, tools: impl Iterator<Item = &'a ToolRules>) {
        for tool in tools.filter(|tool| !tool.per_call) {
            let (Some(used), DeclaredEffects::Keys { reads, writes, .. }) =
                (self.used.get(&tool.name), &tool.effects)
            else {
                continue;
            };
            let reads = reads.iter().map(|key| format!("reads {key}"));
            let keys = reads.chain(writes.iter().map(|key| format!("writes {key}")));
            let unused = keys
                .enumerate()
                .filter(|(place, _)| used & (1 << place) == 0);
            let unused = unused.map(|(_, key)| (tool.name.clone(), key));
            self.unused.extend(unused);
        }
    }

    /// How many batches there were.
    pub fn batches(&self) -> u64 {
        self.batches
    }

    /// How many interleavings were run, of all batches together.
    pub fn interleavings(&self) -> u64 {
        self.interleavings
    }

    /// How many of them were different from each other, counted by who went in which order. A batch whose calls wait for each other
    /// has one.
    pub fn distinct(&self) -> u64 {
        self.distinct
    }

    /// Keys that calls declare, and that nothing has touched though they have [reported](crate::CallContext::touched) what they touch: of
    /// each the tool and the template, as in `("total", "reads log:{day}")`. They cost parallelism, or no batch was there that uses them.
    pub fn unused(&self) -> impl Iterator<Item = (&str, &str)> {
        let unused = self.unused.iter();
        unused.map(|(tool, key)| (tool.as_str(), key.as_str()))
    }

    /// Whether no batch was run in more than one order.
    pub(super) fn is_idle(&self) -> bool {
        self.distinct <= self.batches
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            batches,
            interleavings,
            distinct,
            ..
        } = self;
        if self.is_idle() {
            return write!(
                f,
                "no batch has more than one order in which it may run ({batches} in all), so nothing was tested; give batches with calls that may run at the same time"
            );
        }
        write!(
            f,
            "{batches} batches, {interleavings} interleavings, {distinct} of them different"
        )
    }
}
