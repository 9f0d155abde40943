//! One call in flight: its future, owned by the batch and not by the task that polls it, so that it can be dropped at
//! once wherever that task is. The same for a closure, until its thread takes it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Mutex as Plain, MutexGuard as PlainGuard, PoisonError, TryLockError};
use std::task::{Context, Poll};

use tokio::task::AbortHandle;

use super::sync::{AtomicBool, Mutex, MutexGuard, fence};
use crate::ToolError;
use crate::text::shortened;
use crate::tool::{Answer, ToolClosure, ToolFuture};

/// So many characters of what a panic said are kept.
const MAX_MESSAGE: usize = 1000;

/// One call of a batch.
#[derive(Default)]
pub(super) struct Slot {
    work: Mutex<Work>,
    /// Set once, by whoever takes the call away from the task that polls it. The task looks at it again after it has
    /// let go of `work`: whoever found `work` locked relies on that, and both on the fences between their two steps.
    stopped: AtomicBool,
    /// Whether the call was prepared to run on a thread.
    on_thread: AtomicBool,
    /// The call's own task, the last one if it was tried again. Kept beside the lock, so that nothing but a poll ever holds `work`
    /// for long.
    task: Plain<Option<(u32, AbortHandle)>>,
}

#[derive(Default)]
enum Work {
    /// Not prepared yet, or being prepared.
    #[default]
    Vacant,
    Running(ToolFuture),
    /// Prepared, and not begun.
    Held(Held),
    /// On its thread, which nobody can stop.
    OnThread,
    /// Between two attempts, of which nothing is left and nothing there.
    Between,
    Gone,
}

/// The work of a call that waits for its turn.
pub(super) enum Held {
    Future(ToolFuture),
    Closure(ToolClosure),
}

/// What one poll came to.
pub(super) enum Step {
    Pending,
    /// The future is dropped.
    Answered(Result<Answer, ToolError>),
    /// The future is dropped. What was said, if that is a text.
    Panicked(Option<String>),
    /// The call was stopped meanwhile, and this poll dropped the future.
    Stopped,
    /// The call was stopped before, and its future is gone.
    Gone,
}

/// Whether stopping a call ended it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Its future is dropped.
    Dropped,
    /// It is dropped and never ran.
    NeverRan,
    /// It is in the middle of a poll or of its preparation, and whoever is in there drops it when that returns; or it is
    /// on its thread.
    InProgress,
    /// It had ended.
    Gone,
}

impl Slot {
    /// Takes in the prepared call and polls it for the first time.
    pub(super) fn begin(&self, future: ToolFuture, context: &mut Context<'_>) -> Step {
        let mut work = self.lock();
        *work = Work::Running(future);
        self.poll_locked(work, context)
    }

    /// Takes in a prepared call that waits for its turn.
    pub(super) fn hold(&self, held: Held) -> Step {
        let on_thread = matches!(held, Held::Closure(_));
        self.set_on_thread(on_thread);
        *self.lock() = Work::Held(held);
        self.after_pending()
    }

    /// Empties the slot of a call that waits for its turn, to be prepared again: what goes, which is to be dropped. None if the call is
    /// gone.
    pub(super) fn vacate(&self) -> Option<impl Sized + use<>> {
        let mut work = self.lock();
        match &mut *work {
            held @ Work::Held(_) => Some(std::mem::take(held)),
            _ => None,
        }
    }

    /// Says that the call will be on a thread, before it is taken in.
    pub(super) fn set_on_thread(&self, on_thread: bool) {
        self.on_thread.store(on_thread, Ordering::Release);
    }

    /// Whether the call that was taken in runs on a thread.
    pub(super) fn is_on_thread(&self) -> bool {
        self.on_thread.load(Ordering::Acquire)
    }

    /// Polls a call that has waited for its turn for the first time, as what `begin` makes of it.
    pub(super) fn resume(
        &self,
        begin: impl FnOnce(ToolFuture) -> ToolFuture,
        context: &mut Context<'_>,
    ) -> Step {
        let mut work = self.lock();
        *work = match std::mem::take(&mut *work) {
            Work::Held(Held::Future(future)) => Work::Running(begin(future)),
            other => other,
        };
        self.poll_locked(work, context)
    }

    /// Runs the call on this thread, panics caught. What it held is dropped before this returns.
    pub(super) fn run(&self) -> Step {
        let mut work = self.lock();
        let closure = match std::mem::replace(&mut *work, Work::OnThread) {
            Work::Held(Held::Closure(closure)) => closure,
            other => {
                *work = other;
                return Step::Gone;
            }
        };
        drop(work);
        let step = match catch_unwind(AssertUnwindSafe(closure)) {
            Ok(result) => Step::Answered(result),
            Err(payload) => Step::Panicked(said(payload)),
        };
        *self.lock() = Work::Gone;
        step
    }

    /// Polls the call, panics caught. A future that ended is dropped before this returns: its result may be published.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Step {
        self.poll_locked(self.lock(), context)
    }

    #[inline]
    fn poll_locked(&self, mut work: MutexGuard<'_, Work>, context: &mut Context<'_>) -> Step {
        let Work::Running(future) = &mut *work else {
            return Step::Gone;
        };
        if self.stopped.load(Ordering::SeqCst) {
            let ended = std::mem::replace(&mut *work, Work::Gone);
            drop(work);
            drop_quietly(ended);
            return Step::Stopped;
        }
        let step = match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => {
                drop(work);
                return self.after_pending();
            }
            Ok(Poll::Ready(result)) => Step::Answered(result),
            Err(payload) => Step::Panicked(said(payload)),
        };
        let ended = std::mem::replace(&mut *work, Work::Gone);
        drop(work);
        drop_quietly(ended);
        step
    }

    /// Whoever stopped the call while it was polled or prepared could not take it, so this does.
    fn after_pending(&self) -> Step {
        fence(Ordering::SeqCst);
        if !self.stopped.load(Ordering::SeqCst) {
            return Step::Pending;
        }
        match self.take() {
            Some(ended) => {
                drop_quietly(ended);
                Step::Stopped
            }
            None => Step::Gone,
        }
    }

    /// An attempt has ended and another is to follow.
    pub(super) fn pause(&self) {
        *self.lock() = Work::Between;
    }

    /// Leaves the pause, to be prepared again or to end; false if somebody has stopped the call meanwhile and so ended it.
    pub(super) fn leave_pause(&self) -> bool {
        let mut work = self.lock();
        let paused = matches!(*work, Work::Between);
        if paused {
            *work = Work::Vacant;
        }
        paused
    }

    /// Whether somebody has stopped the call.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Keeps the handle of the task of an attempt, which ends if the call was stopped meanwhile. That of a later attempt, which may
    /// have come first, stays.
    pub(super) fn set_task(&self, attempt: u32, task: AbortHandle) {
        let handle = task.clone();
        let mut kept = self.task();
        if kept.as_ref().is_none_or(|(before, _)| *before <= attempt) {
            *kept = Some((attempt, task));
        }
        drop(kept);
        fence(Ordering::SeqCst);
        if self.is_stopped() {
            handle.abort();
        }
    }

    fn task(&self) -> PlainGuard<'_, Option<(u32, AbortHandle)>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops the call's future, here and now unless it is just being polled, and ends its task.
    pub(super) fn stop(&self) -> Stop {
        self.stopped.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        let stop = match self.work.try_lock() {
            Err(TryLockError::WouldBlock) => Stop::InProgress,
            Err(TryLockError::Poisoned(poisoned)) => Self::stop_locked(poisoned.into_inner()),
            Ok(work) => Self::stop_locked(work),
        };
        let task = self.task().take();
        if let Some((_, task)) = task {
            task.abort();
        }
        stop
    }

    fn stop_locked(mut work: MutexGuard<'_, Work>) -> Stop {
        let stop = match &*work {
            Work::Vacant | Work::OnThread => return Stop::InProgress,
            Work::Gone => return Stop::Gone,
            Work::Running(_) | Work::Between => Stop::Dropped,
            Work::Held(_) => Stop::NeverRan,
        };
        let ended = std::mem::replace(&mut *work, Work::Gone);
        drop(work);
        drop_quietly(ended);
        stop
    }

    fn take(&self) -> Option<Work> {
        let mut work = self.lock();
        matches!(*work, Work::Running(_) | Work::Held(_))
            .then(|| std::mem::replace(&mut *work, Work::Gone))
    }

    /// Panics are caught inside the lock, so a poisoned one still holds what it should.
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a panic said, if that is a text; its payload is dropped.
pub(crate) fn said(payload: Box<dyn Any + Send>) -> Option<String> {
    let text = match payload.downcast_ref::<&str>() {
        Some(text) => Some(*text),
        None => payload.downcast_ref::<String>().map(String::as_str),
    };
    let text = text.map(|text| shortened(text, MAX_MESSAGE));
    drop_quietly(payload);
    text
}

/// Drops what may panic in its `Drop`: a future, or the payload of a panic.
pub(crate) fn drop_quietly<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        forget(payload);
    }
}

/// A payload that panics when it is dropped may have a payload that does: the last one is leaked.
fn forget(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}

#[cfg(all(test, not(model)))]
mod tests {
    use std::sync::Arc;
    use std::task::Waker;

    use super::*;

    /// A slot and a future that counts as dropped when `Arc` says so, and does `during` when it is polled.
    fn setup(during: impl Fn(&Slot) + Send + 'static) -> (Arc<Slot>, ToolFuture, Arc<()>) {
        let slot = Arc::new(Slot::default());
        let alive = Arc::new(());
        let (held, polled) = (Arc::clone(&alive), Arc::clone(&slot));
        let future = Box::pin(std::future::poll_fn(move |_| {
            let _held = &held;
            during(&polled);
            Poll::Pending
        }));
        (slot, future, alive)
    }

    fn begin(slot: &Slot, future: ToolFuture) -> Step {
        slot.begin(future, &mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_call_stopped_in_the_middle_of_a_poll_is_dropped_by_that_poll() {
        let (slot, future, alive) = setup(|slot| assert_eq!(slot.stop(), Stop::InProgress));
        assert!(matches!(begin(&slot, future), Step::Stopped));
        assert_eq!(Arc::strong_count(&alive), 1);
    }

    #[test]
    fn a_call_stopped_while_it_is_prepared_is_never_polled() {
        let (slot, future, alive) = setup(|_| panic!("it was polled"));
        assert_eq!(slot.stop(), Stop::InProgress);
        assert!(matches!(begin(&slot, future), Step::Stopped));
        assert_eq!(Arc::strong_count(&alive), 1);
    }

    #[test]
    fn a_call_that_waits_for_a_thread_is_dropped_at_once_and_never_runs() {
        let (slot, alive) = (Slot::default(), Arc::new(()));
        let held = Arc::clone(&alive);
        let closure = Box::new(move || panic!("it ran with {held:?}"));
        assert!(matches!(slot.hold(Held::Closure(closure)), Step::Pending));
        assert_eq!(slot.stop(), Stop::NeverRan);
        assert_eq!(Arc::strong_count(&alive), 1);
        assert!(matches!(slot.run(), Step::Gone));
    }

    #[test]
    fn a_closure_stopped_while_it_is_prepared_never_runs() {
        let (slot, alive) = (Slot::default(), Arc::new(()));
        let held = Arc::clone(&alive);
        assert_eq!(slot.stop(), Stop::InProgress);
        let closure = Box::new(move || panic!("it ran with {held:?}"));
        assert!(matches!(slot.hold(Held::Closure(closure)), Step::Stopped));
        assert_eq!(Arc::strong_count(&alive), 1);
    }

    #[test]
    fn a_call_on_its_thread_cannot_be_stopped() {
        let slot = Arc::new(Slot::default());
        let stopped = Arc::clone(&slot);
        let closure = Box::new(move || {
            assert_eq!(stopped.stop(), Stop::InProgress);
            Ok(Answer::acknowledgement())
        });
        assert!(matches!(slot.hold(Held::Closure(closure)), Step::Pending));
        assert!(matches!(slot.run(), Step::Answered(Ok(_))));
        assert_eq!(slot.stop(), Stop::Gone);
    }

    #[test]
    fn a_call_stopped_between_two_polls_is_dropped_at_once() {
        let (slot, future, alive) = setup(|_| {});
        assert!(matches!(begin(&slot, future), Step::Pending));
        assert_eq!(slot.stop(), Stop::Dropped);
        assert_eq!(Arc::strong_count(&alive), 1);
        assert_eq!(slot.stop(), Stop::Gone);
        let context = &mut Context::from_waker(Waker::noop());
        assert!(matches!(slot.poll(context), Step::Gone));
    }

    #[tokio::test]
    async fn a_task_that_comes_after_its_call_was_stopped_ends() {
        let (slot, future, _alive) = setup(|_| {});
        assert!(matches!(begin(&slot, future), Step::Pending));
        assert_eq!(slot.stop(), Stop::Dropped);
        let task = tokio::spawn(std::future::pending::<()>());
        slot.set_task(1, task.abort_handle());
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(task.is_finished());
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_stays_inside() {
        struct Panics(u8);

        impl Drop for Panics {
            fn drop(&mut self) {
                if self.0 > 0 {
                    std::panic::panic_any(Self(self.0 - 1));
                }
            }
        }

        // What came through would panic once more where the test ends.
        let quietly = catch_unwind(|| drop_quietly(Panics(3))).map_err(std::mem::forget);
        assert_eq!(quietly, Ok(()));
        let said = catch_unwind(|| said(Box::new(Panics(3)))).map_err(std::mem::forget);
        assert_eq!(said, Ok(None));
    }
}
