//! The order in which calls came, where rmcp gives each to a task of its own.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The order in which the calls of a stream came.
#[derive(Default)]
pub(super) struct Turns {
    given: u64,
    turns: Arc<Mutex<Passed>>,
}

#[derive(Default)]
struct Passed {
    /// Whose turn it is.
    next: u64,
    /// Those that were passed before one that was not.
    early: BTreeSet<u64>,
    /// Those that wait, each of which is told alone: if all were told of each turn, many would take as long as their square.
    waiting: HashMap<u64, oneshot::Sender<()>>,
}

/// A call's turn: it passes when it is dropped, however that comes.
struct Turn {
    number: u64,
    turns: Arc<Mutex<Passed>>,
}

/// A turn on its way through rmcp, which wants to be able to copy what it carries.
#[derive(Clone)]
pub(super) struct Ticket(Arc<Mutex<Option<Turn>>>);

impl Turns {
    /// The turn of a call that has just come.
    pub(super) fn ticket(&mut self) -> Ticket {
        let number = self.given;
        self.given += 1;
        let turns = Arc::clone(&self.turns);
        Ticket(Arc::new(Mutex::new(Some(Turn { number, turns }))))
    }
}

impl Ticket {
    fn take(&self) -> Option<Turn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Does `what` when all calls that came before have done theirs, or have ended.
    pub(super) async fn in_turn<T>(&self, what: impl FnOnce() -> T) -> T {
        let turn = self.take();
        if let Some(comes) = turn.as_ref().and_then(Turn::comes) {
            // The sender is there until the turn comes or is dropped.
            let _ = comes.await;
        }
        what()
    }

    /// The call does not want its turn.
    pub(super) fn pass(&self) {
        drop(self.take());
    }
}

impl Turn {
    /// What tells that it comes, if it is not there.
    fn comes(&self) -> Option<oneshot::Receiver<()>> {
        let mut passed = self.passed();
        if passed.next == self.number {
            return None;
        }
        let (told, comes) = oneshot::channel();
        passed.waiting.insert(self.number, told);
        Some(comes)
    }

    fn passed(&self) -> MutexGuard<'_, Passed> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut passed = self.passed();
        let Passed {
            next,
            early,
            waiting,
        } = &mut *passed;
        waiting.remove(&self.number);
        early.insert(self.number);
        while early.remove(next) {
            *next += 1;
        }
        let told = waiting.remove(next);
        drop(passed);
        if let Some(told) = told {
            let _ = told.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Wake, Waker};

    use super::*;

    #[derive(Default)]
    struct Told(AtomicUsize);

    impl Wake for Told {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn each_is_told_of_its_own_turn_and_of_no_other() {
        let told = Arc::new(Told::default());
        let waker = Waker::from(Arc::clone(&told));
        let context = &mut Context::from_waker(&waker);
        let mut turns = Turns::default();
        let [first, second, third, fourth] = std::array::from_fn(|_| turns.ticket());
        let mut second = pin!(second.in_turn(|| 2));
        let mut fourth = pin!(fourth.in_turn(|| 4));
        assert_eq!(second.as_mut().poll(context), Poll::Pending);
        assert_eq!(fourth.as_mut().poll(context), Poll::Pending);
        {
            let third = pin!(third.in_turn(|| 3));
            assert_eq!(third.poll(context), Poll::Pending);
        }
        first.pass();
        assert_eq!(told.0.load(Ordering::Relaxed), 1);
        assert_eq!(second.as_mut().poll(context), Poll::Ready(2));
        // The third has gone while it waited.
        assert_eq!(told.0.load(Ordering::Relaxed), 2);
        assert_eq!(fourth.as_mut().poll(context), Poll::Ready(4));
    }
}
