//! The tasks of a batch: starters, a shell for each call that waits, a thread for each that may keep one. Their guards
//! notice when the runtime drops them.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop;

use super::claim::{Claim, Taken};
use super::executor::{Core, wake};
use super::slot::{Step, Stop, drop_quietly};
use super::threads::Place;
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
        let taken = match claim {
            Claim::Call(taken) => taken,
            Claim::Thread(index, place) => {
                core.spawn_thread(index, place);
                continue;
            }
        };
        let woke = taken.woke;
        guard.taken = Some(taken);
        // What a worker wakes or spawns stands in a place of its own, from which no other worker takes it; it must not
        // wait there for a call that computes.
        if woke && !core.single_thread {
            tokio::task::yield_now().await;
        }
        let Some(taken) = guard.taken.take() else {
            return;
        };
        let spawned = core.begin(taken);
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

/// A call on a thread for blocking work.
pub(super) fn thread(mut guard: ThreadGuard, place: Place) {
    let index = guard.index;
    guard.armed = false;
    if !guard.core.begin_on_thread(index) {
        return;
    }
    let step = guard.core.slots[index].run();
    guard.core.step(index, step);
    // After the call's end was noted, so that no two calls on one thread seem to overlap.
    drop(place);
    guard.core.start_more();
}

/// Notices that the runtime dropped a starter before it was done.
pub(super) struct StarterGuard {
    pub(super) core: Option<Arc<Core>>,
    /// The call it has taken and not begun.
    pub(super) taken: Option<Taken>,
}

impl Drop for StarterGuard {
    fn drop(&mut self) {
        if let Some(core) = self.core.take() {
            if let Some(taken) = self.taken.take() {
                let index = taken.index;
                drop_quietly(taken.dispatch);
                core.settle(index, cancelled(false, false), true);
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

/// Notices that a call was dropped in the runtime's queue for threads.
pub(super) struct ThreadGuard {
    pub(super) core: Arc<Core>,
    pub(super) index: usize,
    pub(super) armed: bool,
}

impl Drop for ThreadGuard {
    fn drop(&mut self) {
        if self.armed {
            self.core.shell_lost(self.index);
        }
    }
}

impl Core {
    /// The runtime has dropped a task of ours: it is shutting down, and nobody keeps the time any more.
    fn starter_lost(&self) {
        let mut ledger = self.ledger();
        let (waiting, next) = self.close(&mut ledger);
        let running = ledger.running();
        drop(ledger);
        wake(next);
        for index in waiting {
            self.settle(index, cancelled(false, false), false);
        }
        for index in running {
            let stop = self.slots[index].stop();
            let (started, still_running) = (stop != Stop::NeverRan, stop == Stop::InProgress);
            if stop != Stop::Gone {
                self.settle(index, cancelled(started, still_running), !still_running);
            }
        }
    }

    /// The runtime has dropped a call's own task, or the call was stopped and its task ended for that reason.
    fn shell_lost(&self, index: usize) {
        let stop = self.slots[index].stop();
        if let Stop::Dropped | Stop::NeverRan = stop {
            self.settle(index, cancelled(stop == Stop::Dropped, false), true);
        }
    }
}

/// The result of a call whose runtime has gone.
fn cancelled(started: bool, still_running: bool) -> Settled {
    Settled::Cancelled {
        started,
        still_running,
    }
}
