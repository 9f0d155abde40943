//! Which of a tool's keys were there.

/// Which keys were there. Few tools have more than 64, so those take no memory of their own.
pub(super) struct Seen {
    first: u64,
    others: Vec<bool>,
}

impl Seen {
    pub(super) fn new(count: usize) -> Self {
        Self {
            first: 0,
            others: vec![false; count.saturating_sub(64)],
        }
    }

    pub(super) fn has(&self, index: usize) -> bool {
        match index.checked_sub(64) {
            None => self.first & (1 << index) != 0,
            Some(other) => self.others[other],
        }
    }

    /// Adds a key; true if it was not there.
    pub(super) fn add(&mut self, index: usize) -> bool {
        let is_new = !self.has(index);
        match index.checked_sub(64) {
            None => self.first |= 1 << index,
            Some(other) => self.others[other] = true,
        }
        is_new
    }
}
