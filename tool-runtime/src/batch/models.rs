//! Models of what several threads do to one cell, in every order that there is.
//!
//! ```text
//! RUSTFLAGS="--cfg model" cargo test -p tool-runtime --lib --release models
//! ```

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use loom::thread;

use super::slot::{Held, Slot, Step, Stop};
use crate::tool::{Answer, Content, ToolFuture};

/// What a call's end is counted by: it is held by the call's work alone.
struct Alive;

fn answer() -> Answer {
    Content::text("done").into()
}

/// A future that is pending so many times, then ready.
fn future(pending: usize, alive: &Arc<Alive>) -> ToolFuture {
    let (mut left, alive) = (pending, Arc::clone(alive));
    Box::pin(std::future::poll_fn(move |_| {
        let _held = &alive;
        match left {
            0 => Poll::Ready(Ok(answer())),
            _ => {
                left -= 1;
                Poll::Pending
            }
        }
    }))
}

/// Polls until nothing is left to poll; how often the call ended here.
fn poll(slot: &Slot, first: impl FnOnce(&Slot, &mut Context<'_>) -> Step) -> usize {
    let context = &mut Context::from_waker(Waker::noop());
    let mut step = first(slot, context);
    loop {
        match step {
            // Nobody wakes a call that was stopped: whoever stopped it has seen to its end, or this poll has.
            Step::Pending if slot.is_stopped() => return 0,
            Step::Pending => step = slot.poll(context),
            step => return ended(&step),
        }
    }
}

fn ended(step: &Step) -> usize {
    match step {
        Step::Answered(_) | Step::Panicked | Step::Stopped => 1,
        Step::Pending | Step::Gone => 0,
    }
}

fn stopped(slot: &Slot) -> usize {
    match slot.stop() {
        Stop::Dropped | Stop::NeverRan => 1,
        Stop::InProgress | Stop::Gone => 0,
    }
}

/// Whoever polls and whoever stops, the call ends exactly once, and nothing of it is left.
fn check(stoppers: usize, first: fn(&Slot, ToolFuture, &mut Context<'_>) -> Step, pending: usize) {
    loom::model(move || {
        let (slot, alive) = (Arc::new(Slot::default()), Arc::new(Alive));
        let stoppers: Vec<_> = (0..stoppers)
            .map(|_| {
                let slot = Arc::clone(&slot);
                thread::spawn(move || stopped(&slot))
            })
            .collect();
        let future = future(pending, &alive);
        let mut ends = poll(&slot, |slot, context| first(slot, future, context));
        for stopper in stoppers {
            ends += stopper.join().expect("nothing panics");
        }
        assert_eq!(ends, 1, "a call has one end");
        assert_eq!(Arc::strong_count(&alive), 1, "nothing of it is left");
    });
}

#[test]
fn a_call_that_is_polled_and_stopped_ends_once() {
    check(1, |slot, future, context| slot.begin(future, context), 0);
    check(1, |slot, future, context| slot.begin(future, context), 2);
    check(2, |slot, future, context| slot.begin(future, context), 1);
}

#[test]
fn a_call_that_waits_for_its_turn_and_is_stopped_ends_once() {
    let first =
        |slot: &Slot, future, context: &mut Context<'_>| match slot.hold(Held::Future(future)) {
            Step::Pending => slot.resume(context),
            step => step,
        };
    check(1, first, 0);
    check(1, first, 1);
    check(2, first, 0);
}

#[test]
fn a_call_on_a_thread_ends_once() {
    loom::model(|| {
        let (slot, alive) = (Arc::new(Slot::default()), Arc::new(Alive));
        let stopper = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || stopped(&slot))
        };
        let held = Arc::clone(&alive);
        let step = slot.hold(Held::Closure(Box::new(move || {
            let _held = held;
            Ok(answer())
        })));
        let mut ends = match step {
            Step::Pending => ended(&slot.run()),
            step => ended(&step),
        };
        ends += stopper.join().expect("nothing panics");
        assert_eq!(ends, 1, "a call has one end");
        assert_eq!(Arc::strong_count(&alive), 1, "nothing of it is left");
    });
}
