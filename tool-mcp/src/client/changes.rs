//! What has changed of a server's tools.

use std::sync::Arc;

use tokio::sync::watch;
use tool_runtime::ManifestDiff;

use super::link::Current;

/// Says when a server's tools have changed: see [`McpTools::changes`](super::McpTools::changes).
#[derive(Debug)]
pub struct Changes {
    current: watch::Receiver<Arc<Current>>,
    seen: Arc<Current>,
}

/// A server's tools are others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ToolsChanged {
    /// [`McpTools::tools`](super::McpTools::tools) gives others now, which differ in this from those before.
    Others(ManifestDiff),
    /// They are not those that were pinned, in this if that is known: none of them is called.
    Drifted(Option<ManifestDiff>),
    /// They are those that were pinned, again.
    AsPinned,
}

impl Changes {
    pub(super) fn new(current: watch::Receiver<Arc<Current>>) -> Self {
        let mut current = current;
        let seen = Arc::clone(&current.borrow_and_update());
        Self { current, seen }
    }

    /// The next change, or nothing once the connection is over. Those that came while nobody asked are told as one.
    pub async fn next(&mut self) -> Option<ToolsChanged> {
        loop {
            self.current.changed().await.ok()?;
            let now = Arc::clone(&self.current.borrow_and_update());
            let before = std::mem::replace(&mut self.seen, now);
            if let Some(change) = change(&before, &self.seen) {
                return Some(change);
            }
        }
    }
}

fn change(before: &Current, now: &Current) -> Option<ToolsChanged> {
    let (old, new) = (&before.listing.manifest, &now.listing.manifest);
    match (&before.drift, &now.drift) {
        (_, Some(drift)) => Some(ToolsChanged::Drifted(drift.0.clone())),
        (Some(_), None) => Some(ToolsChanged::AsPinned),
        (None, None) if old != new => Some(ToolsChanged::Others(new.diff(old))),
        (None, None) => None,
    }
}
