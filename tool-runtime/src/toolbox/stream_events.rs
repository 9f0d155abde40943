//! What happens while a response is read and its calls run.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::streamed::{StreamError, Streamed};
use crate::batch::{Batch, Event, Events, Job, Run, StreamedCalls};
use crate::dialect::{Turn, TurnStream};
use crate::{Report, ToolCall};

/// Something that happened while a response was read and its calls ran, see [`RunStream::events`](super::RunStream::events).
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamEvent<B, E> {
    /// A piece of the body as it came: to be kept, say, so that a crash does not lose what the model has written.
    Bytes(B),
    /// What the model said in words with that piece, see [`TurnStream::take_text`].
    Text(String),
    /// A call is whole. It begins, as far as the calls before it let it, when the next event is asked for: whatever has to be done before
    /// it may be done now. Where the policy says [`StreamedCalls::OnComplete`], it begins with the end of the response.
    Call {
        /// The call's index, by which events, results and waits name it.
        index: usize,
        /// The call.
        call: ToolCall,
    },
    /// Something happened in the batch.
    Batch(Event),
    /// The response has been read: all of it, as far as it came, or as far as it was wanted. Nothing begins behind it but calls that have
    /// waited for it.
    BodyEnded,
    /// The last event: what came of it, as `run_stream` has it.
    End(Result<Streamed<E>, StreamError<E>>),
}

/// What happens while a response is read and its calls run, as a stream. A call that runs is held up by no reader; the response is
/// read, and its calls begin, as events are asked for.
///
/// Dropped, it drops the body and ends its batch as a dropped [`Run`] does.
#[must_use = "a stream does nothing unless it is polled"]
pub struct StreamEvents<S, B, E> {
    /// None once it is not read any more.
    body: Option<Pin<Box<S>>>,
    stop: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    is_stopped: bool,
    /// None once it has given its turn.
    stream: Option<TurnStream>,
    calls: Calls,
    /// Whether somebody wants to know more than the end.
    pub(super) listens: bool,
    queue: VecDeque<StreamEvent<B, E>>,
    error: Option<E>,
    turn: Option<Turn>,
}

/// The batch of a response, which begins with its first call, so that its time does too.
struct Calls {
    /// What the batch is made from, until it is.
    job: Option<Job>,
    is_eager: bool,
    batch: Option<Batch>,
    /// Who has the report, if that is not the last of the events.
    run: Option<Run>,
    events: Option<Events>,
    /// The last call that was shown.
    shown: Option<ToolCall>,
    /// Those that wait for the end of the response.
    waiting: Vec<ToolCall>,
    seen: usize,
}

impl<S, B, E> StreamEvents<S, B, E> {
    pub(super) fn new(job: Job, stream: TurnStream, body: S) -> Self {
        let token = job.cancellation.clone();
        Self {
            body: Some(Box::pin(body)),
            stop: token.map(|token| Box::pin(token.cancelled_owned())),
            is_stopped: false,
            stream: Some(stream),
            calls: Calls::new(job),
            listens: false,
            queue: VecDeque::new(),
            error: None,
            turn: None,
        }
    }

    fn take(&mut self, calls: Vec<ToolCall>) {
        if !self.listens {
            return calls
                .into_iter()
                .for_each(|call| self.calls.push(call, false));
        }
        let stream = self.stream.as_mut();
        let text = stream.map(TurnStream::take_text).unwrap_or_default();
        if !text.is_empty() {
            self.queue.push_back(StreamEvent::Text(text));
        }
        for call in calls {
            let index = self.calls.seen;
            self.calls.seen += 1;
            self.queue.push_back(StreamEvent::Call { index, call });
        }
    }

    fn end_of_body(&mut self) {
        self.body = None;
        let Some(stream) = &mut self.stream else {
            return;
        };
        let calls = match self.is_stopped {
            true => stream.stop(),
            false => stream.end(),
        };
        self.take(calls);
        if self.listens {
            self.queue.push_back(StreamEvent::BodyEnded);
        }
    }

    /// All has been read and all calls were begun; the end, if there is nothing to wait for.
    fn settle(&mut self, stream: TurnStream) -> Option<StreamError<E>> {
        match (stream.into_turn(), self.error.take()) {
            (Ok(turn), error) => {
                self.error = error;
                self.turn = Some(turn);
                self.calls.finish(self.listens);
                None
            }
            (Err(_), Some(error)) => Some(StreamError::Body(error)),
            (Err(_), None) if self.is_stopped => Some(StreamError::Cancelled),
            (Err(problem), None) => Some(StreamError::Decode(problem)),
        }
    }

    fn ended(&mut self, report: Report) -> Option<StreamEvent<B, E>> {
        let turn = self.turn.take()?;
        let error = self.error.take();
        Some(StreamEvent::End(Ok(Streamed {
            turn,
            report,
            error,
        })))
    }
}

impl<S, B, E> StreamEvents<S, B, E>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    /// Reads the next piece of the body.
    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let stop = self.stop.as_mut();
        if stop.is_some_and(|stop| stop.as_mut().poll(context).is_ready()) {
            self.stop = None;
            self.is_stopped = true;
            self.end_of_body();
            return Poll::Ready(());
        }
        let (Some(body), Some(stream)) = (&mut self.body, &mut self.stream) else {
            return Poll::Pending;
        };
        match ready!(body.as_mut().poll_next(context)) {
            Some(Ok(bytes)) => {
                let calls = stream.push(&bytes);
                if self.listens {
                    self.queue.push_back(StreamEvent::Bytes(bytes));
                }
                self.take(calls);
            }
            Some(Err(error)) => {
                self.error = Some(error);
                self.end_of_body();
            }
            None => self.end_of_body(),
        }
        Poll::Ready(())
    }
}

impl<S, B, E> Stream for StreamEvents<S, B, E>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    type Item = StreamEvent<B, E>;

    /// # Panics
    ///
    /// Outside a Tokio runtime with a timer.
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            this.calls.begin_shown(this.listens);
            if let Some(event) = this.queue.pop_front() {
                if let StreamEvent::Call { call, .. } = &event {
                    this.calls.shown = Some(call.clone());
                }
                return Poll::Ready(Some(event));
            }
            // Before what happens in the batch, which may be much.
            if this.body.is_some() && this.poll_body(context).is_ready() {
                continue;
            }
            // No more calls come, so the batch may end.
            if this.body.is_none()
                && let Some(stream) = this.stream.take()
            {
                match this.settle(stream) {
                    Some(error) => return Poll::Ready(Some(StreamEvent::End(Err(error)))),
                    None => continue,
                }
            }
            match this.calls.poll_event(context) {
                Some(Event::Report(report)) => return Poll::Ready(this.ended(report)),
                Some(event) => return Poll::Ready(Some(StreamEvent::Batch(event))),
                None if this.body.is_some() || this.calls.events.is_some() => return Poll::Pending,
                None => {}
            }
            let Some(run) = &mut this.calls.run else {
                return Poll::Ready(None);
            };
            let report = ready!(Pin::new(run).poll(context));
            this.calls.run = None;
            return Poll::Ready(this.ended(report));
        }
    }
}

/// The body is in a box of its own, and nothing else is pinned.
impl<S, B, E> Unpin for StreamEvents<S, B, E> {}

impl Calls {
    fn new(job: Job) -> Self {
        Self {
            is_eager: job.rules.streamed_calls == StreamedCalls::Eager,
            job: Some(job),
            batch: None,
            run: None,
            events: None,
            shown: None,
            waiting: Vec::new(),
            seen: 0,
        }
    }

    fn begin_shown(&mut self, listens: bool) {
        if let Some(call) = self.shown.take() {
            self.push(call, listens);
        }
    }

    fn push(&mut self, call: ToolCall, listens: bool) {
        if !self.is_eager {
            return self.waiting.push(call);
        }
        if let Some(job) = self.job.take() {
            let batch = Batch::new(job);
            self.events = listens.then(|| batch.events());
            self.batch = Some(batch);
        }
        if let Some(batch) = &self.batch {
            batch.push(call);
        }
    }

    /// No more calls come. Those that waited are handed over at once, as those of a whole response are.
    fn finish(&mut self, listens: bool) {
        let waiting = std::mem::take(&mut self.waiting);
        self.run = self.batch.take().map(Batch::finish);
        if let Some(job) = self.job.take() {
            let run = Run::new(waiting, job);
            match listens {
                true => self.events = Some(run.events()),
                false => self.run = Some(run),
            }
        }
    }

    /// What has happened; none if nothing has, and no events once there are no more.
    fn poll_event(&mut self, context: &mut Context<'_>) -> Option<Event> {
        match Pin::new(self.events.as_mut()?).poll_next(context) {
            Poll::Ready(Some(event)) => Some(event),
            Poll::Ready(None) => {
                self.events = None;
                None
            }
            Poll::Pending => None,
        }
    }
}

impl<S, B, E> fmt::Debug for StreamEvents<S, B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamEvents")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
