//! The tasks of a batch: starters, and a shell for each call that waits. Their guards notice when the runtime drops them.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop;

use super::executor::{Claim, Core};
use super::slot::{Step, drop_quietly};
use super::timekeeper::keep_time;
use crate::outcome::Settled;

/// How long a starter polls calls before it lets other tasks of its worker run.
const SLICE: Duration = Duration::from_micros(200);

/// How many calls a starter polls between two looks at the clock.
const CALLS_PER_LOOK: u32 = 8;

/// Starts calls while any may start, then keeps the time if nobody does.
pub(super) async fn starter(mut guard: StarterGuard) {
    let Some(core) = guard.core.clone() else {
        return;
    };
    let mut slice = std::time::Instant::now();
    let mut polled = 0;
    while let Some(claim) = core.claim() {
        let woke = claim.woke;
        guard.claim = Some(claim);
        // What a worker wakes or spawns stands in a place of its own, from which no other worker takes it; it must not
        // wait there for a call that computes.
        if woke && !core.single_thread {
            tokio::task::yield_now().await;
        }
        let Some(claim) = guard.claim.take() else {
            return;
        };
        let spawned = core.begin(claim);
        polled += 1;
        let look = polled % CALLS_PER_LOOK == 0;
        let over = !coop::has_budget_remaining() || (look && slice.elapsed() > SLICE);
        if over || (spawned && !core.single_thread) {
            tokio::task::yield_now().await;
            slice = std::time::Instant::now();
        }
    }
    if core.take_watch() {
        keep_time(&core).await;
    }
    guard.core = None;
}

/// The task of a call that was pending after its first poll.
///
/// A worker that was woken by a timer or a socket holds the runtime's drivers, and nobody else drives them while it
/// polls: a call that then computes would stop the timers of its siblings and the batch's own, though workers are free.
/// Going once through the queue wakes a free worker, which takes the drivers over.
pub(super) async fn shell(mut guard: ShellGuard) {
    let index = guard.index;
    let mut queued = true;
    let step = std::future::poll_fn(|context| {
        if !std::mem::replace(&mut queued, guard.core.single_thread) {
            queued = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match guard.core.slots[index].poll(context) {
            Step::Pending => Poll::Pending,
            step => Poll::Ready(step),
        }
    })
    .await;
    guard.armed = false;
    guard.core.step(index, step);
    guard.core.start_more();
}

/// Notices that the runtime dropped a starter before it was done.
pub(super) struct StarterGuard {
    pub(super) core: Option<Arc<Core>>,
    /// The call it has taken and not begun.
    pub(super) claim: Option<Claim>,
}

impl Drop for StarterGuard {
    fn drop(&mut self) {
        if let Some(core) = self.core.take() {
            if let Some(claim) = self.claim.take() {
                let index = claim.index;
                drop_quietly(claim.dispatch);
                let cancelled = Settled::Cancelled {
                    started: false,
                    still_running: false,
                };
                core.settle(index, cancelled, true);
            }
            core.starter_lost();
        }
    }
}

/// Notices that a call's own task was dropped before the call was done.
pub(super) struct ShellGuard {
    pub(super) core: Arc<Core>,
    pub(super) index: usize,
    pub(super) armed: bool,
}

impl Drop for ShellGuard {
    fn drop(&mut self) {
        if self.armed {
            self.core.shell_lost(self.index);
        }
    }
}
