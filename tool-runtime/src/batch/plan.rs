//! Which call may start next: a state machine without tasks, clock or locks.

/// The calls of a batch that wait for their start, in the model's order, and the permits of those that run.
///
/// Calls of one turn carry no order, so a waiting call waits for nothing but a permit.
#[derive(Debug)]
pub(crate) struct Plan {
    /// In reverse, so that the next call is the last.
    waiting: Vec<usize>,
    free: usize,
}

impl Plan {
    /// A plan to run `calls`, at most `limit` at once.
    pub(crate) fn new(calls: impl DoubleEndedIterator<Item = usize>, limit: usize) -> Self {
        Self {
            waiting: calls.rev().collect(),
            free: limit,
        }
    }

    /// The next call that may start; it then holds a permit.
    pub(crate) fn start(&mut self) -> Option<usize> {
        if self.free == 0 {
            return None;
        }
        let call = self.waiting.pop()?;
        self.free -= 1;
        Some(call)
    }

    /// A call that was started has its result, and its permit is free.
    pub(crate) fn finish(&mut self) {
        self.free += 1;
    }

    /// Whether a call could be started now.
    pub(crate) fn is_ready(&self) -> bool {
        self.free > 0 && !self.waiting.is_empty()
    }

    /// Gives up the calls that were not started.
    pub(crate) fn close(&mut self) -> Vec<usize> {
        let mut calls = std::mem::take(&mut self.waiting);
        calls.reverse();
        calls
    }

    #[cfg(test)]
    fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_start_in_order_while_permits_last() {
        let mut plan = Plan::new(0..4, 2);
        assert_eq!(
            [plan.start(), plan.start(), plan.start()],
            [Some(0), Some(1), None]
        );
        assert!(!plan.is_ready());
        plan.finish();
        assert!(plan.is_ready());
        assert_eq!(plan.start(), Some(2));
        assert_eq!(plan.waiting(), 1);
    }

    #[test]
    fn a_closed_plan_starts_nothing() {
        let mut plan = Plan::new(0..3, 2);
        plan.start();
        assert_eq!(plan.close(), [1, 2]);
        assert_eq!(plan.start(), None);
        assert!(!plan.is_ready());
    }
}
