//! A turnstile that every call of a batch goes through with each poll: whoever tests says who goes next.
//!
//! A call that waits for a timer, a socket or a sibling gives the turn back, since its poll has returned; when it is woken it asks
//! again. The work of a plain `fn` has the turn until it ends: it runs on a thread as it does elsewhere, but for the permit.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::tool::{CallContext, Preparation, Prepared, ToolClosure, ToolFuture};

#[derive(Default)]
pub(crate) struct Turnstile(Mutex<State>);

#[derive(Default)]
struct State {
    seats: Vec<Seat>,
    /// Who has the turn.
    turn: Option<usize>,
    /// Who had it, in order.
    turns: Vec<usize>,
    /// Whether who had it last has kept it for something outside of the runtime.
    kept: bool,
    /// Counts all that may change what is next.
    changes: u64,
    tester: Option<Waker>,
}

#[derive(Default)]
struct Seat {
    place: Place,
    /// Wakes the call's task.
    task: Option<Waker>,
    /// Whether what the call waits for has come, since its last poll began.
    woken: bool,
    ended: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// It has not come to its work yet, or is through.
    #[default]
    Outside,
    /// It could go on.
    Asks,
    HasTurn,
    /// For something else than its turn.
    Waits,
}

impl Turnstile {
    /// Lets the work of a call go through the turnstile, poll by poll.
    pub(crate) fn stand_before(
        self: &Arc<Self>,
        context: &CallContext,
        prepared: Prepared,
    ) -> Prepared {
        context.touches().collect();
        let (work, keeps_turn) = match prepared.work {
            Preparation::Future(work) => (work, false),
            Preparation::Blocking(closure) => (on_thread(closure), true),
            rejected @ Preparation::Rejected(_) => {
                let work = rejected;
                return Prepared { work, ..prepared };
            }
        };
        let work = Preparation::Future(Box::pin(Turn {
            turnstile: Arc::clone(self),
            call: context.index(),
            keeps_turn,
            work,
        }));
        Prepared { work, ..prepared }
    }

    /// A call has its result.
    pub(crate) fn finished(&self, call: usize) {
        self.change(|state| state.seat(call).ended = true);
    }

    /// Whether the call has its result.
    pub(super) fn is_finished(&self, call: usize) -> bool {
        self.lock().seat(call).ended
    }

    /// The calls that could go on, in order.
    pub(super) fn asking(&self) -> Vec<usize> {
        self.lock().at(Place::Asks)
    }

    /// The calls that wait for something else than their turns.
    pub(super) fn waiting(&self) -> Vec<usize> {
        self.lock().at(Place::Waits)
    }

    /// Whether the last turn was kept over more than one poll, and what else happened meanwhile is not the same each time.
    pub(super) fn was_kept(&self) -> bool {
        self.lock().kept
    }

    pub(super) fn is_taken(&self) -> bool {
        self.lock().turn.is_some()
    }

    /// Counts all that may change who is next.
    pub(super) fn changes(&self) -> u64 {
        self.lock().changes
    }

    /// Wakes whoever tests at the next change.
    pub(super) fn watch(&self, tester: &Waker) {
        self.lock().tester = Some(tester.clone());
    }

    /// Who had the turn, in order.
    pub(super) fn turns(&self) -> Vec<usize> {
        self.lock().turns.clone()
    }

    /// Gives a call that asks the turn; how many turns there were.
    pub(super) fn grant(&self, call: usize) -> usize {
        let mut state = self.lock();
        state.turn = Some(call);
        state.turns.push(call);
        state.kept = false;
        let seat = state.seat(call);
        seat.place = Place::HasTurn;
        let (task, turns) = (seat.task.clone(), state.turns.len());
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
        turns
    }

    /// Whether a call has the turn; it asks for it if it comes to its work.
    fn may_go(&self, call: usize, task: &Waker) -> bool {
        let mut state = self.lock();
        let seat = state.seat(call);
        seat.task = Some(task.clone());
        match seat.place {
            Place::HasTurn => seat.woken = false,
            Place::Asks | Place::Waits => {}
            Place::Outside => {
                drop(state);
                self.change(|state| state.seat(call).place = Place::Asks);
                return false;
            }
        }
        seat.place == Place::HasTurn
    }

    /// A call goes out, or waits, or could go on.
    fn give_back(&self, call: usize, is_through: bool) {
        self.change(|state| {
            let seat = state.seat(call);
            seat.place = match (is_through, seat.woken) {
                (true, _) => Place::Outside,
                (false, true) => Place::Asks,
                (false, false) => Place::Waits,
            };
            state.turn = state.turn.filter(|turn| *turn != call);
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        state.changes += 1;
        let tester = state.tester.take();
        drop(state);
        if let Some(tester) = tester {
            tester.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn seat(&mut self, call: usize) -> &mut Seat {
        if self.seats.len() <= call {
            self.seats.resize_with(call + 1, Seat::default);
        }
        &mut self.seats[call]
    }

    fn at(&self, place: Place) -> Vec<usize> {
        let seats = self.seats.iter().enumerate();
        let seats = seats.filter(|(_, seat)| seat.place == place);
        seats.map(|(call, _)| call).collect()
    }
}

/// The work of a call behind the turnstile.
struct Turn {
    turnstile: Arc<Turnstile>,
    call: usize,
    /// Whether what is pending keeps the turn.
    keeps_turn: bool,
    work: ToolFuture,
}

impl Future for Turn {
    type Output = <ToolFuture as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if !this.turnstile.may_go(this.call, context.waker()) {
            return Poll::Pending;
        }
        let waker = Waker::from(Arc::new(Woken {
            turnstile: Arc::clone(&this.turnstile),
            call: this.call,
        }));
        // If it panics, what is dropped then gives the turn back.
        let poll = this.work.as_mut().poll(&mut Context::from_waker(&waker));
        if poll.is_ready() || !this.keeps_turn {
            this.turnstile.give_back(this.call, poll.is_ready());
        } else {
            this.turnstile.lock().kept = true;
        }
        poll
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turnstile.give_back(self.call, true);
    }
}

/// Wakes a call, which then asks for its turn.
struct Woken {
    turnstile: Arc<Turnstile>,
    call: usize,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        let mut state = self.turnstile.lock();
        let seat = state.seat(self.call);
        seat.woken = true;
        let task = match seat.place {
            Place::Waits => {
                drop(state);
                self.turnstile.change(|state| {
                    state.seat(self.call).place = Place::Asks;
                });
                return;
            }
            Place::HasTurn => seat.task.clone(),
            Place::Outside | Place::Asks => None,
        };
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
    }
}

/// The work of a plain `fn`, begun when it is first polled.
fn on_thread(closure: ToolClosure) -> ToolFuture {
    Box::pin(async move {
        match tokio::task::spawn_blocking(closure).await {
            Ok(answer) => answer,
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            // The runtime is shutting down, and this is dropped too.
            Err(_) => std::future::pending().await,
        }
    })
}
