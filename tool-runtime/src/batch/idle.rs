//! Whether anything of a toolbox's batches is still going on.

use std::sync::Arc;

use tokio::sync::watch;

/// The number of batches of which a call still runs, shared by a toolbox's bindings.
#[derive(Debug)]
pub(crate) struct Idle(watch::Sender<usize>);

/// A batch of which a call may still run.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Idle>);

impl Idle {
    pub(crate) fn enter(self: &Arc<Self>) -> Busy {
        self.0.send_modify(|batches| *batches += 1);
        Busy(Arc::clone(self))
    }

    /// Waits until no batch is going on and nothing of an earlier one is left.
    pub(crate) async fn wait(&self) {
        // The sender is `self`, so the channel is open.
        let _ = self.0.subscribe().wait_for(|batches| *batches == 0).await;
    }
}

impl Default for Idle {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.send_modify(|batches| *batches -= 1);
    }
}
