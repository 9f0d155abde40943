//! The requests of a stream that have no answer yet.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rmcp::model::RequestId;
use tokio::sync::watch;

/// The requests of a stream that have no answer yet.
pub(super) struct Open {
    ids: Mutex<HashSet<RequestId>>,
    count: watch::Sender<usize>,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            ids: Mutex::default(),
            count: watch::Sender::new(0),
        }
    }
}

impl Open {
    /// A request has come; not, if another of its id has no answer yet.
    pub(super) fn add(&self, id: &RequestId) -> bool {
        let mut ids = self.ids();
        let is_new = ids.insert(id.clone());
        self.count.send_replace(ids.len());
        is_new
    }

    /// A request has its answer, or wants none any more.
    pub(super) fn remove(&self, id: &RequestId) {
        let mut ids = self.ids();
        ids.remove(id);
        self.count.send_replace(ids.len());
    }

    /// Waits until all have their answers.
    pub(super) async fn none(&self) {
        // The sender is here, so it is not gone.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<RequestId>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
