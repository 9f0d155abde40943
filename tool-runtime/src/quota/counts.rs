//! What was used of each tool. A leaf among the locks: nothing else is locked, woken or dropped under it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts that a quota and its clones share.
#[derive(Debug, Default)]
pub(super) struct Counters(Mutex<Counts>);

impl Counters {
    pub(super) fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Where each tool is, for as long as the counts are there.
    places: HashMap<String, usize>,
    tools: Vec<Uses>,
    /// The sum of all, which may be more than fits a number that a program sets.
    total: u128,
    /// Of those, how many are of calls of which it is not known yet whether they are made.
    open: usize,
}

#[derive(Debug, Default)]
struct Uses {
    used: usize,
    open: usize,
    /// How often a program has set the number. What was used before is not given back to what is counted since.
    era: u64,
}

/// One call of a tool, as it was counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    place: usize,
    era: u64,
}

impl Counts {
    pub(super) fn used(&self, tool: &str) -> usize {
        let place = self.places.get(tool);
        place.map_or(0, |place| self.tools[*place].used)
    }

    pub(super) fn total_used(&self) -> usize {
        usize::try_from(self.total).unwrap_or(usize::MAX)
    }

    /// How many of those may still come back.
    pub(super) fn open(&self, tool: &str) -> usize {
        let place = self.places.get(tool);
        place.map_or(0, |place| self.tools[*place].open)
    }

    pub(super) fn total_open(&self) -> usize {
        self.open
    }

    fn place(&mut self, tool: &str) -> usize {
        if let Some(place) = self.places.get(tool) {
            return *place;
        }
        let place = self.tools.len();
        self.places.insert(tool.to_owned(), place);
        self.tools.push(Uses::default());
        place
    }

    /// Counts a call.
    pub(super) fn take(&mut self, tool: &str) -> Use {
        let place = self.place(tool);
        let uses = &mut self.tools[place];
        // A program may have set it to all that there is.
        if let Some(more) = uses.used.checked_add(1) {
            uses.used = more;
            self.total += 1;
        }
        uses.open += 1;
        self.open += 1;
        Use {
            place,
            era: uses.era,
        }
    }

    /// A call that was counted was made.
    pub(super) fn keep(&mut self, Use { place, .. }: Use) {
        self.tools[place].open -= 1;
        self.open -= 1;
    }

    /// A call that was counted was not made.
    pub(super) fn give_back(&mut self, Use { place, era }: Use) {
        self.keep(Use { place, era });
        let uses = &mut self.tools[place];
        if uses.era == era && uses.used > 0 {
            uses.used -= 1;
            self.total -= 1;
        }
    }

    pub(super) fn reset(&mut self) {
        for uses in &mut self.tools {
            uses.used = 0;
            uses.era += 1;
        }
        self.total = 0;
    }

    pub(super) fn set_used(&mut self, tool: &str, used: usize) {
        let place = self.place(tool);
        let uses = &mut self.tools[place];
        self.total = self.total - uses.used as u128 + used as u128;
        uses.used = used;
        uses.era += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_before_a_number_was_set_is_not_given_back_to_it() {
        let mut counts = Counts::default();
        let before = counts.take("a");
        counts.reset();
        let since = counts.take("a");
        assert_eq!((counts.open("a"), counts.total_open()), (2, 2));
        counts.give_back(before);
        assert_eq!((counts.open("a"), counts.total_open()), (1, 1));
        assert_eq!((counts.used("a"), counts.total_used()), (1, 1));
        counts.set_used("a", 5);
        counts.give_back(since);
        let last = counts.take("a");
        assert_eq!((counts.used("a"), counts.total_used()), (6, 6));
        counts.give_back(last);
        assert_eq!((counts.used("a"), counts.total_used()), (5, 5));
        let made = counts.take("a");
        counts.keep(made);
        assert_eq!(
            (counts.used("a"), counts.open("a"), counts.total_open()),
            (6, 0, 0)
        );
    }

    #[test]
    fn numbers_have_room_for_whatever_is_set() {
        let mut counts = Counts::default();
        counts.set_used("a", usize::MAX);
        counts.set_used("b", usize::MAX);
        let _ = counts.take("a");
        assert_eq!(
            (counts.used("a"), counts.total_used()),
            (usize::MAX, usize::MAX)
        );
        counts.set_used("a", 1);
        counts.set_used("b", 2);
        assert_eq!(counts.total_used(), 3);
    }
}
