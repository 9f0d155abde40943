//! The requests of a stream that have no answer yet.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rmcp::model::RequestId;
use tokio::sync::watch;

/// The requests of a stream that have no answer yet.
pub(super) struct Open {
    ids: Mutex<Ids>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct Ids {
    open: HashSet<RequestId>,
    /// Those of requests that were cancelled, the last ones.
    cancelled: VecDeque<RequestId>,
}

/// A cancelled request takes no longer to end than others need for so many.
const KEPT: usize = 1024;

impl Default for Open {
    fn default() -> Self {
        Self {
            ids: Mutex::default(),
            count: watch::Sender::new(0),
        }
    }
}

impl Open {
    /// A request has come; not, if another of its id has no answer yet or was cancelled: rmcp would take the end of that one for its answer.
    pub(super) fn add(&self, id: &RequestId) -> bool {
        let mut ids = self.ids();
        let is_new = !ids.cancelled.contains(id) && ids.open.insert(id.clone());
        self.count.send_replace(ids.open.len());
        is_new
    }

    /// A request has its answer.
    pub(super) fn remove(&self, id: &RequestId) {
        let mut ids = self.ids();
        ids.open.remove(id);
        self.count.send_replace(ids.open.len());
    }

    /// A request wants no answer any more.
    pub(super) fn cancel(&self, id: &RequestId) {
        let mut ids = self.ids();
        if ids.open.remove(id) {
            ids.cancelled.truncate(KEPT - 1);
            ids.cancelled.push_front(id.clone());
        }
        self.count.send_replace(ids.open.len());
    }

    /// Waits until all have their answers.
    pub(super) async fn none(&self) {
        // The sender is here, so it is not gone.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
