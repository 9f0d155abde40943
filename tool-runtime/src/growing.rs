//! A list that grows while it is read.

use std::ops::Index;

/// A list to which more may be added while others read it. What is there from the beginning lies in one piece, since most
/// batches never grow.
pub(crate) struct Growing<T> {
    first: Vec<T>,
    more: boxcar::Vec<T>,
}

impl<T> Growing<T> {
    pub(crate) fn new(first: Vec<T>) -> Self {
        Self {
            first,
            more: boxcar::Vec::new(),
        }
    }

    /// Adds a value after all others.
    pub(crate) fn push(&self, value: T) {
        self.more.push(value);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.first
            .iter()
            .chain(self.more.iter().map(|(_, value)| value))
    }
}

impl<T> Index<usize> for Growing<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        match self.first.get(index) {
            Some(value) => value,
            None => &self.more[index - self.first.len()],
        }
    }
}
