//! What is due when in a batch, and who looks at it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tokio::time::Instant;

/// What is due when. An entry is not taken back when it has nothing to do any more; whoever comes to it sees that.
pub(super) struct Agenda {
    events: BinaryHeap<Reverse<(Instant, Event)>>,
    pub(super) watch: Watch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The batch is over time.
    Batch,
    /// Calls that nobody has looked at yet may have waited too long.
    Queue,
    /// Polls that go on may take long.
    Look,
    /// The call has waited too long.
    Wait(usize),
    /// The call may be tried again.
    Retry(usize),
    /// The call is over time and is told so.
    Cancel(usize),
    /// The call's grace is over.
    Stop(usize),
    /// Dropping the call takes too long.
    GiveUp(usize),
}

impl Event {
    /// The call that it is about.
    pub(super) fn call(self) -> Option<usize> {
        match self {
            Self::Batch | Self::Queue | Self::Look => None,
            Self::Wait(index)
            | Self::Retry(index)
            | Self::Cancel(index)
            | Self::Stop(index)
            | Self::GiveUp(index) => Some(index),
        }
    }
}

/// Who keeps the time.
pub(super) enum Watch {
    Nobody,
    Awake,
    Asleep { until: Instant },
}

impl Agenda {
    /// With the end of the batch alone, and nobody who keeps the time.
    pub(super) fn new(deadline: Instant) -> Self {
        Self {
            events: BinaryHeap::from([Reverse((deadline, Event::Batch))]),
            watch: Watch::Nobody,
        }
    }

    /// Adds an event; true if the timekeeper sleeps too long for it.
    pub(super) fn add(&mut self, at: Instant, event: Event) -> bool {
        self.events.push(Reverse((at, event)));
        matches!(self.watch, Watch::Asleep { until } if at < until)
    }

    /// What is due next.
    pub(super) fn next(&self) -> Option<(Instant, Event)> {
        self.events.peek().map(|Reverse(next)| *next)
    }

    /// Takes off what is due next.
    pub(super) fn pop(&mut self) {
        self.events.pop();
    }
}
