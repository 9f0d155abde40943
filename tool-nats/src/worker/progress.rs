//! How often is told how far a call is.

use std::time::Duration;

use tokio::time::Instant;
use tool_runtime::Progress;

/// Progress, no more often than callers can use it; the last that is said is told always.
#[derive(Default)]
pub(super) struct Throttle {
    last: Option<Instant>,
    waiting: Option<Progress>,
}

const PAUSE: Duration = Duration::from_millis(50);

impl Throttle {
    pub(super) fn offer(&mut self, progress: Progress) {
        // JSON has no number for it.
        if progress.done.is_finite() && progress.total.is_none_or(f64::is_finite) {
            self.waiting = Some(progress);
        }
    }

    /// When the next is to be told, if there is one.
    pub(super) fn due(&self) -> Option<Instant> {
        self.waiting.as_ref()?;
        Some(self.last.map_or_else(Instant::now, |last| last + PAUSE))
    }

    pub(super) fn take(&mut self) -> Option<Progress> {
        let progress = self.waiting.take();
        if progress.is_some() {
            self.last = Some(Instant::now());
        }
        progress
    }
}
