//! Results as they come.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use super::core::Core;
#[cfg(feature = "testing")]
use super::record::Cause;
use super::run::Run;
#[cfg(feature = "testing")]
use crate::outcome::CancelledBy;
use crate::tool::Progress;
use crate::{Report, ToolResult};

/// The most progress that waits for a reader; what comes then is dropped, and counted.
const MAX_PROGRESS: usize = 256;

/// Something that happened in a batch.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A call has its result, which is in the report too.
    Finished {
        /// The call's index.
        index: usize,
        /// Its result.
        result: ToolResult,
    },
    /// A call says how far it is.
    Progress {
        /// The call's index.
        index: usize,
        /// How far it is.
        progress: Progress,
    },
    /// All calls have their results.
    Report(Report),
}

/// What happens in a batch, as a stream: results in the order in which they come.
///
/// A reader that is slow or stops reading holds up no call. Results wait for it; of progress only the first 256 do, and
/// [`dropped`](Self::dropped) says how much was lost. Dropped, the stream of [`Run::events`] ends its batch as a dropped `Run`
/// does, that of [`Batch::events`](super::Batch::events) does not.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Events {
    core: Arc<Core>,
    /// Who gives the report, if this stream does.
    run: Option<Run>,
    /// Which of the batch's streams this is.
    number: u64,
}

/// What happened and was not read yet.
#[derive(Default)]
pub(super) struct Feed {
    items: VecDeque<Item>,
    progress: usize,
    dropped: u64,
    waker: Option<Waker>,
    wakes: bool,
    number: u64,
}

enum Item {
    Finished(usize),
    Progress(usize, Progress),
}

impl Events {
    /// A stream without a report.
    pub(super) fn new(core: &Arc<Core>) -> Self {
        core.calls.listen(core);
        let mut ledger = core.ledger();
        let before = ledger.feed.take();
        let number = before.as_ref().map_or(0, |feed| feed.number) + 1;
        let mut feed = Feed {
            number,
            ..Feed::default()
        };
        let mut done: Vec<_> = ledger.finished().collect();
        done.sort_by_key(|(_, at)| *at);
        done.into_iter().for_each(|(index, _)| feed.finished(index));
        ledger.feed = Some(feed);
        drop(ledger);
        if let Some(waker) = before.and_then(|feed| feed.waker) {
            waker.wake();
        }
        Self {
            core: Arc::clone(core),
            run: None,
            number,
        }
    }

    /// A stream that ends with the report of `run`.
    pub(super) fn with_report(core: Arc<Core>, run: Run) -> Self {
        Self {
            run: Some(run),
            ..Self::new(&core)
        }
    }

    /// How much progress was lost, since it came faster than it was read.
    pub fn dropped(&self) -> u64 {
        let ledger = self.core.ledger();
        let feed = ledger
            .feed
            .as_ref()
            .filter(|feed| feed.number == self.number);
        feed.map_or(0, |feed| feed.dropped)
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut ledger = self.core.ledger();
        let over = ledger.is_over();
        let feed = ledger
            .feed
            .as_mut()
            .filter(|feed| feed.number == self.number);
        let Some(feed) = feed else {
            return Poll::Ready(None);
        };
        match feed.items.pop_front() {
            Some(Item::Progress(index, progress)) => {
                feed.progress -= 1;
                return Poll::Ready(Some(Event::Progress { index, progress }));
            }
            Some(Item::Finished(index)) => {
                let result = self.core.told(&mut ledger, index);
                return Poll::Ready(result.map(|result| Event::Finished { index, result }));
            }
            None if !over => {
                let stale = feed.waker.replace(context.waker().clone());
                drop(ledger);
                drop(stale);
                return Poll::Pending;
            }
            None => drop(ledger),
        }
        let Some(run) = &mut self.run else {
            return Poll::Ready(None);
        };
        let report = Pin::new(run).poll(context);
        if report.is_ready() {
            self.run = None;
        }
        report.map(|report| Some(Event::Report(report)))
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

impl Feed {
    pub(super) fn finished(&mut self, index: usize) {
        self.items.push_back(Item::Finished(index));
        self.wakes = true;
    }

    fn progress(&mut self, index: usize, progress: Progress) {
        if self.progress == MAX_PROGRESS {
            self.dropped += 1;
            return;
        }
        self.progress += 1;
        self.items.push_back(Item::Progress(index, progress));
        self.wakes = true;
    }

    /// Who is to be woken, if something has happened since it was last asked.
    pub(super) fn take_waker(&mut self, over: bool) -> Option<Waker> {
        let wakes = std::mem::take(&mut self.wakes) || over;
        if wakes { self.waker.take() } else { None }
    }
}

impl crate::tool::Listener for Core {
    fn progress(&self, index: usize, progress: Progress) {
        let mut ledger = self.ledger();
        let done = ledger
            .records
            .get(index)
            .is_none_or(|record| record.done.is_some());
        let waker = match &mut ledger.feed {
            Some(feed) if !done => {
                feed.progress(index, progress);
                feed.take_waker(false)
            }
            _ => None,
        };
        drop(ledger);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    #[cfg(feature = "testing")]
    fn cancel(self: Arc<Self>, index: usize) {
        self.end([(index, Cause::Cancelled(CancelledBy::Call))]);
    }
}
