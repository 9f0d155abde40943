//! The tasks of a batch: starters, a shell for each call that waits, a thread for each that may keep one. Their guards
//! notice when the runtime drops them.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop;
use tokio::time::Instant;

use super::busy::Since;
use super::claim::{Claim, Taken};
use super::core::Core;
use super::record::Cause;
use super::slot::{Step, Stop, drop_quietly};
use super::timekeeper::keep_time;
use crate::outcome::{CancelledBy, Settled};

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
    let mut since = Since::new(&core, Instant::now());
    let mut polled = 0;
    while let Some((claim, mut began)) = core.claim() {
        let woke = match &claim {
            Claim::Call(Taken { woke, .. }) | Claim::Poll { woke, .. } => *woke,
            Claim::Thread(_) => false,
        };
        guard.claim = Some(claim);
        // What a worker wakes or spawns stands in a place of its own, from which no other worker takes it; it must not
        // wait there for a call that computes.
        if woke && !core.single_thread {
            requeue().await;
            began = Instant::now();
        }
        since.next(&core, began);
        let spawned = match guard.claim.take() {
            Some(Claim::Call(taken)) => core.begin(taken, &since),
            Some(Claim::Poll { index, .. }) => core.resume(index, &since),
            Some(Claim::Thread(index)) => {
                core.spawn_thread(index);
                continue;
            }
            None => return,
        };
        polled += 1;
        let look = polled % CALLS_PER_LOOK == 0;
        let over = !coop::has_budget_remaining() || (look && slice.elapsed() > SLICE);
        if over {
            tokio::task::yield_now().await;
        } else if spawned && !core.single_thread {
            requeue().await;
        } else {
            continue;
        }
        slice = std::time::Instant::now();
    }
    if core.take_watch() {
        keep_time(&core).await;
    }
    guard.core = None;
}

/// Once through the worker's queue, from which a free worker takes it. A task that yields is no such place: it waits, out of
/// reach, until its worker has nothing else to run.
pub(super) async fn requeue() {
    let mut queued = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut queued, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The task of a call that was pending after its first poll.
///
/// A worker that was woken by a timer or a socket holds the runtime's drivers, and nobody else drives them while it
/// polls: a call that then computes would stop the timers of its siblings and the batch's own, though workers are free.
/// Going once through the queue wakes a free worker, which takes the drivers over.
pub(super) async fn shell(mut guard: ShellGuard) {
    let index = guard.index;
    let mut queued = true;
    let (step, since) = std::future::poll_fn(|context| {
        let core = &guard.core;
        // Whoever is woken for that stands in this worker's own place, and comes before the poll.
        queued &= !core.see_to_looks();
        if !std::mem::replace(&mut queued, core.single_thread) {
            queued = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let since = Since::new(core, Instant::now());
        match core.poll(index, &since, |slot| slot.poll(context)) {
            Step::Pending => {
                core.has_polled(index, &since, Instant::now());
                Poll::Pending
            }
            step => Poll::Ready((step, since)),
        }
    })
    .await;
    guard.armed = false;
    guard.core.step(index, step, Some(&since));
    guard.core.start_more();
}

/// The task of who was asked about a call.
pub(super) async fn ask(core: Arc<Core>, index: usize) {
    let step = std::future::poll_fn(|context| {
        let approval = core.entries[index].approval.get();
        let _within = core.within_batch();
        match approval.map_or(Step::Gone, |approval| approval.poll(context)) {
            Step::Pending => Poll::Pending,
            step => Poll::Ready(step),
        }
    })
    .await;
    if let Step::Answered(_) | Step::Panicked(_) = step {
        core.decided(index);
    }
}

/// A call on a thread for blocking work.
pub(super) fn thread(mut guard: ThreadGuard) {
    let index = guard.index;
    guard.armed = false;
    if !guard.core.begin_on_thread(index) {
        return;
    }
    let inside = guard.core.inside(index);
    let step = {
        let _within = guard.core.begin_within(index);
        guard.core.entries[index].slot.run()
    };
    drop(inside);
    guard.core.step(index, step, None);
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
        let Some(core) = self.core.take() else {
            return;
        };
        match self.claim.take() {
            Some(Claim::Call(taken)) => {
                drop_quietly(taken.dispatch);
                // Who has stopped it between two attempts has ended it.
                if !taken.again || core.entries[taken.index].slot.leave_pause() {
                    core.settle(taken.index, shut_down(taken.again, false), true);
                }
            }
            Some(Claim::Poll { index, .. } | Claim::Thread(index)) => core.shell_lost(index),
            None => {}
        }
        core.starter_lost();
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
    fn starter_lost(self: &Arc<Self>) {
        let mut ledger = self.ledger();
        ledger.closed = Some(Cause::Cancelled(CancelledBy::Shutdown));
        ledger.plan.close();
        let waiting = ledger.open_calls(|record| record.started.is_none());
        let started = ledger.open_calls(|record| record.started.is_some());
        self.unlock(ledger);
        for index in waiting {
            self.settle(index, shut_down(false, false), false);
        }
        for index in started {
            let stop = self.entries[index].slot.stop();
            let still_running = stop == Stop::InProgress;
            if stop != Stop::Gone {
                let begun = stop != Stop::NeverRan || self.ledger().is_tried_again(index);
                self.settle(index, shut_down(begun, still_running), !still_running);
            }
        }
    }

    /// The runtime has dropped a call's own task, or the call was stopped and its task ended for that reason.
    fn shell_lost(self: &Arc<Self>, index: usize) {
        let stop = self.entries[index].slot.stop();
        if let Stop::Dropped | Stop::NeverRan = stop {
            let begun = stop == Stop::Dropped || self.ledger().is_tried_again(index);
            self.settle(index, shut_down(begun, false), true);
        }
    }
}

/// The result of a call whose runtime has gone.
fn shut_down(started: bool, still_running: bool) -> Settled {
    Settled::Cancelled {
        by: CancelledBy::Shutdown,
        started,
        still_running,
    }
}
