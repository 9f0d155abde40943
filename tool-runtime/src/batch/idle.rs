//! Whether anything of a toolbox's batches is still going on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Notify, oneshot};

/// The number of batches of which a call still runs, shared by a toolbox's bindings.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    batches: AtomicUsize,
    /// Told when the last of them has gone.
    gone: Notify,
}

/// A batch of which a call may still run.
#[derive(Debug)]
pub(crate) struct Busy(Option<Arc<Idle>>, Option<oneshot::Sender<()>>);

/// A batch of which none does any more. Whoever waits for that is told when this is dropped, which is not to be under a lock; who asks
/// sees it before.
#[derive(Debug)]
pub(crate) struct Quiet(
    Option<Arc<Idle>>,
    #[expect(dead_code, reason = "it is dropped")] Option<oneshot::Sender<()>>,
);

impl Idle {
    pub(crate) fn enter(self: &Arc<Self>) -> Busy {
        self.batches.fetch_add(1, Ordering::SeqCst);
        Busy(Some(Arc::clone(self)), None)
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

impl Busy {
    /// The same, at whose end this is dropped too.
    pub(super) fn with(mut self, ends: Option<oneshot::Sender<()>>) -> Self {
        self.1 = ends;
        self
    }

    /// Nothing of the batch is left.
    pub(crate) fn leave(mut self) -> Quiet {
        self.end()
    }

    fn end(&mut self) -> Quiet {
        let idle = self.0.take();
        let last = idle.filter(|idle| idle.batches.fetch_sub(1, Ordering::SeqCst) == 1);
        Quiet(last, self.1.take())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        drop(self.end());
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(idle) = &self.0 {
            idle.gone.notify_waiters();
        }
    }
}
