//! Models of what several threads do to one cell, in every order that there is.
//!
//! ```text
//! RUSTFLAGS="--cfg model" cargo test -p tool-runtime --lib --release models
//! ```

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use loom::sync::{Mutex, Notify};
use loom::thread;

use super::permits::{Batch, Need, Needs, Resource, Table};
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
        Step::Answered(_) | Step::Panicked(_) | Step::Stopped => 1,
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
            Step::Pending => slot.resume(|future| future, context),
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

/// What is known of a call that may be tried again, under its batch's lock: whether it was told to end.
type Over = Mutex<bool>;

/// An attempt has failed: as the executor, pauses, and then goes on to the next attempt unless the call was told to end; how often it
/// ended here.
fn try_again(slot: &Slot, over: &Over, next: impl FnOnce(&Slot) -> Step) -> usize {
    slot.pause();
    if *over.lock().expect("nothing panics") {
        return usize::from(slot.leave_pause());
    }
    // Here the time passes, and a starter takes it up, unless it was told to end.
    if *over.lock().expect("nothing panics") || !slot.leave_pause() {
        return 0;
    }
    if slot.is_stopped() {
        return 1;
    }
    ended(&next(slot))
}

/// Tells a call to end and then stops it; how often it ended here.
fn told_and_stopped(slot: &Slot, over: &Over) -> usize {
    *over.lock().expect("nothing panics") = true;
    stopped(slot)
}

fn check_again(stoppers: usize, pending: usize, first: fn(&Slot, ToolFuture) -> Step) {
    loom::model(move || {
        let (slot, over) = (Arc::new(Slot::default()), Arc::new(Over::new(false)));
        let alive = Arc::new(Alive);
        let stoppers: Vec<_> = (0..stoppers)
            .map(|_| {
                let (slot, over) = (Arc::clone(&slot), Arc::clone(&over));
                thread::spawn(move || told_and_stopped(&slot, &over))
            })
            .collect();
        let begin = |slot: &Slot, pending| {
            let future = future(pending, &alive);
            let context = &mut Context::from_waker(Waker::noop());
            let mut step = first(slot, future);
            while let Step::Pending = step {
                if slot.is_stopped() {
                    return Step::Gone;
                }
                step = slot.poll(context);
            }
            step
        };
        let mut ends = match begin(&slot, 0) {
            Step::Answered(_) => try_again(&slot, &over, |slot| begin(slot, pending)),
            step => ended(&step),
        };
        for stopper in stoppers {
            ends += stopper.join().expect("nothing panics");
        }
        assert_eq!(ends, 1, "a call has one end");
        assert_eq!(Arc::strong_count(&alive), 1, "nothing of it is left");
    });
}

#[test]
fn a_call_that_is_tried_again_and_stopped_ends_once() {
    let first = |slot: &Slot, future| slot.begin(future, &mut Context::from_waker(Waker::noop()));
    check_again(1, 0, first);
    check_again(1, 1, first);
}

/// While a call waits, it is prepared once more.
#[test]
fn a_call_that_is_read_again_and_stopped_ends_once() {
    loom::model(|| {
        let (slot, alive) = (Arc::new(Slot::default()), Arc::new(Alive));
        let waits = |slot: &Slot| slot.hold(Held::Future(future(0, &alive)));
        assert!(matches!(waits(&slot), Step::Pending));
        let stopper = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || stopped(&slot))
        };
        let mut ends = match slot.vacate() {
            Some(before) => {
                drop(before);
                ended(&waits(&slot))
            }
            None => 0,
        };
        ends += stopper.join().expect("nothing panics");
        assert_eq!(ends, 1, "a call has one end");
        assert_eq!(Arc::strong_count(&alive), 1, "nothing of it is left");
    });
}

#[test]
fn a_call_that_is_tried_again_on_a_thread_ends_once() {
    loom::model(|| {
        let (slot, over) = (Arc::new(Slot::default()), Arc::new(Over::new(false)));
        let alive = Arc::new(Alive);
        let stopper = {
            let (slot, over) = (Arc::clone(&slot), Arc::clone(&over));
            thread::spawn(move || told_and_stopped(&slot, &over))
        };
        let run = |slot: &Slot| {
            let held = Arc::clone(&alive);
            let closure = Box::new(move || {
                let _held = held;
                Ok(answer())
            });
            match slot.hold(Held::Closure(closure)) {
                Step::Pending => slot.run(),
                step => step,
            }
        };
        let mut ends = match run(&slot) {
            Step::Answered(_) => try_again(&slot, &over, run),
            step => ended(&step),
        };
        ends += stopper.join().expect("nothing panics");
        assert_eq!(ends, 1, "a call has one end");
        assert_eq!(Arc::strong_count(&alive), 1, "nothing of it is left");
    });
}

/// A batch of one call that waits for permits: it asks under its own lock and is told under it, as a `Core`.
struct Asking {
    lock: Mutex<()>,
    told: Notify,
}

impl Batch for Arc<Asking> {
    fn has_permit(&self) -> bool {
        true
    }
}

type Permits = Mutex<Table<Arc<Asking>>>;

fn tell_next(permits: &Permits) {
    let table = permits.lock().expect("nothing panics");
    let next = table.next().map(|(batch, _)| Arc::clone(batch));
    drop(table);
    if let Some(next) = next {
        let lock = next.lock.lock().expect("nothing panics");
        drop(lock);
        next.told.notify();
    }
}

/// Waits for its permits, has them, and gives them back.
fn run(permits: &Permits, ticket: u64, needs: &Needs) {
    let batch = Arc::new(Asking {
        lock: Mutex::new(()),
        told: Notify::new(),
    });
    loop {
        let lock = batch.lock.lock().expect("nothing panics");
        let mut table = permits.lock().expect("nothing panics");
        let taken = table.take((ticket, 0), || Arc::clone(&batch), needs, |_| 9);
        drop(table);
        drop(lock);
        if taken.is_ok() {
            break;
        }
        batch.told.wait();
    }
    tell_next(permits);
    permits.lock().expect("nothing panics").give_back(needs);
    tell_next(permits);
}

/// Nobody waits for ever: loom tells when all threads do.
#[test]
fn whoever_waits_for_permits_is_told_and_all_come_back() {
    let need = |tool| Need {
        resource: Resource::Tool(tool),
        limit: 1,
    };
    let cases: [[Vec<Need>; 2]; 3] = [
        [vec![need(0)], vec![need(0)]],
        [vec![need(0), need(1)], vec![need(1)]],
        [vec![need(0), need(1)], vec![need(1), need(0)]],
    ];
    for case in cases {
        loom::model(move || {
            let permits = Arc::new(Permits::new(Table::default()));
            let [first, second] = case.clone().map(Needs::from);
            let other = {
                let (permits, needs) = (Arc::clone(&permits), Arc::clone(&second));
                thread::spawn(move || run(&permits, 2, &needs))
            };
            run(&permits, 1, &first);
            other.join().expect("nothing panics");
            let mut table = permits.lock().expect("nothing panics");
            for (ticket, needs) in [(3, &first), (4, &second)] {
                let batch = || unreachable!("no call has to wait");
                assert!(table.take((ticket, 0), batch, needs, |_| 0).is_ok());
                table.give_back(needs);
            }
        });
    }
}
