//! Whether anything of a toolbox's batches is still going on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// The number of batches of which a call still runs, shared by a toolbox's bindings.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    batches: AtomicUsize,
    /// Told when the last of them has gone.
    gone: Notify,
}

/// A batch of which a call may still run.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Idle>);

impl Idle {
    pub(crate) fn enter(self: &Arc<Self>) -> Busy {
        self.batches.fetch_add(1, Ordering::SeqCst);
        Busy(Arc::clone(self))
    }

    /// Waits until no batch is going on and nothing of an earlier one is left.
    pub(crate) async fn wait(&self) {
        loop {
            // From its making on it is told, so nothing is missed between the look and the wait.
            let gone = self.gone.notified();
            if self.batches.load(Ordering::SeqCst) == 0 {
                return;
            }
            gone.await;
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.0.batches.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.gone.notify_waiters();
        }
    }
}
