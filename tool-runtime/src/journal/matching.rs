//! Which record of a journal is of which call of a history.
//!
//! A history has ids, names and arguments, and no idempotency keys. Ids may be empty or double, so calls that are the same there are told
//! by their turns and their places in them: a turn is a batch, mostly.

use std::collections::HashMap;

use super::recovered::{Recovered, RecoveredCall, interrupted};
use crate::outcome::Interrupted;
use crate::tool::json_form;
use crate::{ToolCall, ToolResult};

/// One turn of a history.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) calls: &'a [ToolCall],
    /// Which of them have no result there, in their order.
    pub(crate) missing: Vec<usize>,
}

/// What is known of a call that has no result in a history.
#[derive(Debug)]
pub(crate) enum Known<'a> {
    /// Its result.
    Finished(&'a ToolResult),
    Interrupted(Interrupted),
}

/// What calls are told by: id, name, and arguments in one form, since a store may lay out JSON anew.
type Same<'a> = (&'a str, &'a str, String);

fn same(call: &ToolCall) -> Same<'_> {
    let arguments = call.arguments();
    let form = json_form(arguments).unwrap_or_else(|| arguments.to_owned());
    (call.id(), call.name(), form)
}

impl Recovered {
    /// What is known of each call of these turns that has no result, in their order.
    pub(crate) fn known(&self, turns: &[Asked<'_>]) -> Vec<Vec<Known<'_>>> {
        let mut matching = Matching::of(self.all());
        // Later calls first: what is not answered is mostly at the end, and so are the records of it.
        let mut found: Vec<_> = turns
            .iter()
            .rev()
            .map(|turn| matching.within(turn))
            .collect();
        found.reverse();
        for (turn, found) in turns.iter().zip(&mut found).rev() {
            matching.left(turn, found);
        }
        let turns = turns.iter().zip(found);
        let known = turns.map(|(turn, found)| {
            let missing = turn.missing.iter();
            let known = missing.map(|&index| matching.known(&turn.calls[index], found[index]));
            known.collect()
        });
        known.collect()
    }
}

struct Matching<'a> {
    records: &'a [RecoveredCall],
    used: Vec<bool>,
    by_call: HashMap<Same<'a>, Vec<usize>>,
    /// How many records under an id and a name are used for no call.
    unused: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Matching<'a> {
    fn of(records: &'a [RecoveredCall]) -> Self {
        let mut by_call: HashMap<_, Vec<usize>> = HashMap::new();
        let mut unused = HashMap::new();
        for (index, record) in records.iter().enumerate() {
            let call = record.call();
            by_call.entry(same(call)).or_default().push(index);
            *unused.entry((call.id(), call.name())).or_default() += 1;
        }
        Self {
            records,
            used: vec![false; records.len()],
            by_call,
            unused,
        }
    }

    /// The record of each call of a turn, as far as one batch has them: of calls that are the same by their places, then in order.
    /// Calls with a result take theirs too, so that nobody else gets it.
    fn within(&mut self, turn: &Asked<'_>) -> Vec<Option<usize>> {
        let mut found = vec![None; turn.calls.len()];
        let mut groups: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, call) in turn.calls.iter().enumerate() {
            groups.entry(same(call)).or_default().push(index);
        }
        for (call, places) in groups {
            let records = self.of_last_batch(&call);
            let place_of = |record: &usize| self.records[*record].index();
            let is_whole = |record| places.binary_search(&place_of(record)).is_ok();
            // A batch of some calls of the turn has them in other places.
            let places = match records.iter().all(is_whole) {
                true => records.iter().map(place_of).collect(),
                false => places,
            };
            for (place, record) in places.into_iter().zip(records) {
                found[place] = Some(self.take(record));
            }
        }
        found
    }

    /// The records of such calls that are not used, of the last batch that has any, in the order of that batch.
    fn of_last_batch(&self, call: &Same<'_>) -> Vec<usize> {
        let all = self.by_call.get(call).map_or(&[][..], Vec::as_slice);
        let mut unused = all.iter().rev().filter(|&&record| !self.used[record]);
        let Some(&last) = unused.next() else {
            return Vec::new();
        };
        let batch = self.records[last].batch();
        let of_batch = unused.filter(|&&record| self.records[record].batch() == batch);
        let mut records: Vec<usize> = of_batch.copied().chain([last]).collect();
        records.sort_by_key(|&record| self.records[record].index());
        records
    }

    /// A turn whose calls were run in several batches: calls without a result take what is left.
    fn left(&mut self, turn: &Asked<'_>, found: &mut [Option<usize>]) {
        for &index in turn.missing.iter().rev() {
            if found[index].is_none() {
                let all = self.by_call.get(&same(&turn.calls[index]));
                let mut all = all.into_iter().flatten().rev().copied();
                let record = all.find(|&record| !self.used[record]);
                found[index] = record.map(|record| self.take(record));
            }
        }
    }

    fn take(&mut self, record: usize) -> usize {
        self.used[record] = true;
        let call = self.records[record].call();
        if let Some(unused) = self.unused.get_mut(&(call.id(), call.name())) {
            *unused -= 1;
        }
        record
    }

    fn known(&self, call: &ToolCall, record: Option<usize>) -> Known<'a> {
        let Some(record) = record.map(|record| &self.records[record]) else {
            let others = self.unused.get(&(call.id(), call.name()));
            // It has the id of one that began, with other arguments: a history that was changed. Not to say that nothing was done.
            return Known::Interrupted(match others {
                Some(1..) if !call.id().is_empty() => Interrupted::Unknown,
                _ => Interrupted::NotCalled,
            });
        };
        match (record.result(), record.started()) {
            (Some(result), _) => Known::Finished(result),
            (None, Some(started)) => Known::Interrupted(interrupted(started)),
            (None, None) => Known::Interrupted(Interrupted::Unknown),
        }
    }
}
