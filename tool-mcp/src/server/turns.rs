//! The order in which calls came, where rmcp gives each to a task of its own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// The order in which the calls of a stream came.
pub(super) struct Turns {
    given: u64,
    turns: Arc<Passed>,
}

struct Passed {
    /// Those that were passed before one that was not.
    early: Mutex<BTreeSet<u64>>,
    next: watch::Sender<u64>,
}

/// A call's turn: it passes when it is dropped, however that comes.
struct Turn {
    number: u64,
    turns: Arc<Passed>,
}

/// A turn on its way through rmcp, which wants to be able to copy what it carries.
#[derive(Clone)]
pub(super) struct Ticket(Arc<Mutex<Option<Turn>>>);

impl Default for Turns {
    fn default() -> Self {
        Self {
            given: 0,
            turns: Arc::new(Passed {
                early: Mutex::default(),
                next: watch::Sender::new(0),
            }),
        }
    }
}

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
        if let Some(Turn { number, turns }) = &turn {
            // The sender is there, so it is not gone.
            let _ = turns.next.subscribe().wait_for(|next| next == number).await;
        }
        what()
    }

    /// The call does not want its turn.
    pub(super) fn pass(&self) {
        drop(self.take());
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let early = &self.turns.early;
        let mut early = early.lock().unwrap_or_else(PoisonError::into_inner);
        early.insert(self.number);
        self.turns.next.send_if_modified(|next| {
            let before = *next;
            while early.remove(next) {
                *next += 1;
            }
            *next != before
        });
    }
}
