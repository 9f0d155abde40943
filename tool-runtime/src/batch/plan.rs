//! Which call may start next: a state machine without tasks, clock or locks.

use std::collections::BTreeSet;

/// The calls of a batch that wait, in the model's order, and the permits of those that run.
///
/// Calls of one turn carry no order, so a waiting call waits for nothing but a permit and, if it is prepared and turned
/// out to need one, a thread. It takes both at once and holds neither while it waits.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Not started. In reverse, so that the next call is the last.
    waiting: Vec<usize>,
    /// Prepared, and in need of a thread.
    parked: BTreeSet<usize>,
    free: usize,
}

/// What a call that may start needs next. It holds a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// To be prepared and polled.
    Call(usize),
    /// To be run on the thread that was taken for it.
    Thread(usize),
}

impl Plan {
    /// A plan to run `calls`, at most `limit` at once.
    pub(crate) fn new(calls: impl DoubleEndedIterator<Item = usize>, limit: usize) -> Self {
        Self {
            waiting: calls.rev().collect(),
            parked: BTreeSet::new(),
            free: limit,
        }
    }

    /// The next call that may start. `take_thread` is asked at most once, and only if a thread would be used.
    ///
    /// Calls are prepared in their order, so one that is parked comes before all that wait.
    pub(crate) fn start(&mut self, take_thread: impl FnOnce() -> bool) -> Option<Start> {
        if self.free == 0 {
            return None;
        }
        let start = if !self.parked.is_empty() && take_thread() {
            Start::Thread(self.parked.pop_first()?)
        } else {
            Start::Call(self.waiting.pop()?)
        };
        self.free -= 1;
        Some(start)
    }

    /// A call that was started needs a thread: it gives its permit back and waits.
    pub(crate) fn park(&mut self, call: usize) {
        self.parked.insert(call);
        self.free += 1;
    }

    /// A call that was started has its result, and its permit is free.
    pub(crate) fn finish(&mut self) {
        self.free += 1;
    }

    /// Whether a call could be started now that needs no thread yet.
    pub(crate) fn is_ready(&self) -> bool {
        self.free > 0 && !self.waiting.is_empty()
    }

    /// Whether a call could be started now if it had a thread.
    pub(crate) fn wants_thread(&self) -> bool {
        self.free > 0 && !self.parked.is_empty()
    }

    /// Gives up the calls that wait; those that were not started.
    pub(crate) fn close(&mut self) -> Vec<usize> {
        self.parked.clear();
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

    /// Starts a call that needs no thread.
    fn start(plan: &mut Plan) -> Option<usize> {
        match plan.start(|| panic!("no call needs a thread"))? {
            Start::Call(call) => Some(call),
            Start::Thread(call) => panic!("{call} has a thread"),
        }
    }

    #[test]
    fn calls_start_in_order_while_permits_last() {
        let mut plan = Plan::new(0..4, 2);
        assert_eq!(
            [start(&mut plan), start(&mut plan), start(&mut plan)],
            [Some(0), Some(1), None]
        );
        assert!(!plan.is_ready());
        plan.finish();
        assert!(plan.is_ready());
        assert_eq!(start(&mut plan), Some(2));
        assert_eq!(plan.waiting(), 1);
    }

    #[test]
    fn a_closed_plan_starts_nothing() {
        let mut plan = Plan::new(0..4, 2);
        start(&mut plan);
        start(&mut plan);
        plan.park(1);
        assert_eq!(plan.close(), [2, 3]);
        assert_eq!(plan.start(|| true), None);
        assert!(!plan.is_ready());
        assert!(!plan.wants_thread());
    }

    #[test]
    fn a_call_that_waits_for_a_thread_holds_no_permit() {
        let mut plan = Plan::new(0..3, 1);
        assert_eq!(start(&mut plan), Some(0));
        plan.park(0);
        assert!(plan.is_ready() && plan.wants_thread());
        assert_eq!(plan.start(|| false), Some(Start::Call(1)));
        assert!(!plan.wants_thread(), "there is no permit for it");
        assert_eq!(plan.start(|| panic!("a thread without a permit")), None);
        plan.finish();
        assert_eq!(plan.start(|| true), Some(Start::Thread(0)));
        plan.finish();
        assert_eq!(start(&mut plan), Some(2));
    }

    #[test]
    fn threads_go_to_parked_calls_in_order() {
        let mut plan = Plan::new(0..3, 3);
        for _ in 0..3 {
            start(&mut plan);
        }
        for call in [2, 0, 1] {
            plan.park(call);
        }
        let order = [(); 3].map(|()| plan.start(|| true));
        assert_eq!(order, [0, 1, 2].map(|call| Some(Start::Thread(call))));
    }
}
