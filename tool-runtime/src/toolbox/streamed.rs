//! From a response that is still being written to a running batch.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::stream_events::{StreamEvent, StreamEvents};
use super::{Bound, Toolbox};
use crate::dialect::{Turn, TurnStream};
use crate::tool::State;
use crate::{DecodeError, Report};

impl<S: State> Bound<S> {
    /// Reads a streamed response, and begins each call as soon as its arguments are whole, as far as the calls before it let it. The
    /// first tools finish while the model is still writing: the batch takes as long as the response, or as its last call.
    ///
    /// `body` is what an HTTP client gives: a stream of bytes, cut anywhere; of Bedrock the events of the SDK, as lines of JSON. Where the [`Policy`](crate::Policy) says
    /// [`StreamedCalls::OnComplete`](crate::batch::StreamedCalls), calls begin when all of the response has been read.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// use tool_runtime::dialect::Anthropic;
    ///
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: i64, /** Another. */ b: i64) -> i64 { a + b }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let toolbox = Toolbox::new(tools![add])?;
    /// # let events = [
    /// #     r#"{"type":"message_start","message":{"type":"message","role":"assistant","content":[]}}"#,
    /// #     r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"add","input":{}}}"#,
    /// #     r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1,\"b\":2}"}}"#,
    /// #     r#"{"type":"content_block_stop","index":0}"#,
    /// #     r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#,
    /// #     r#"{"type":"message_stop"}"#,
    /// # ];
    /// # let body = tokio_stream::iter(events.map(|event| Ok::<_, std::io::Error>(format!("data: {event}\n\n"))));
    /// let desk = toolbox.bind(());
    /// let mut history = Vec::new();
    /// // `body` is `response.bytes_stream()` of a client
    /// let streamed = desk.run_stream(Anthropic.stream(), body).await?;
    /// history.extend(streamed.turn.messages());
    /// history.extend(Anthropic.encode(&streamed.report));
    /// assert_eq!(streamed.report.results()[0].text(), "3");
    /// # Ok(()) }
    /// ```
    ///
    /// The batch's time begins with its first call. When the future is dropped, so are the body and the batch. The token of
    /// [`cancelled_by`](Self::cancelled_by) ends the reading too: calls that were not whole are told as cancelled then, as all others are.
    ///
    /// Who wants to see the text while it is written, or what happens in the batch, reads [`events`](RunStream::events).
    ///
    /// # Errors
    ///
    /// If there is no call and the response is not whole: the body failed or broke off, was none of this provider's, or told its error.
    /// Where there are calls, each has its result, one that was not whole among them, and [`Streamed::error`] or [`Turn::interruption`] says what
    /// happened.
    ///
    /// # Panics
    ///
    /// When awaited outside a Tokio runtime with a timer.
    pub fn run_stream<Body, B, E>(&self, stream: TurnStream, body: Body) -> RunStream<Body, B, E>
    where
        Body: Stream<Item = Result<B, E>>,
        B: AsRef<[u8]>,
    {
        RunStream(StreamEvents::new(self.job(), stream, body))
    }
}

impl Toolbox<()> {
    /// Reads a streamed response, and begins each call as soon as its arguments are whole.
    ///
    /// As [`Bound::run_stream`], without state.
    ///
    /// # Errors
    ///
    /// As [`Bound::run_stream`].
    pub fn run_stream<Body, B, E>(&self, stream: TurnStream, body: Body) -> RunStream<Body, B, E>
    where
        Body: Stream<Item = Result<B, E>>,
        B: AsRef<[u8]>,
    {
        self.bind(()).run_stream(stream, body)
    }
}

/// A response that is read while its calls run: a future of what comes of it. See [`Bound::run_stream`].
#[must_use = "a response is read while it is awaited"]
pub struct RunStream<S, B, E>(StreamEvents<S, B, E>);

impl<S, B, E> RunStream<S, B, E>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    /// What happens, as it happens, and at last what came of it: for whoever shows the model's text while it is written and which calls
    /// run, or keeps the response's bytes before a call of it begins.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// use tokio_stream::StreamExt as _;
    /// use tool_runtime::StreamEvent;
    /// use tool_runtime::batch::Event;
    /// use tool_runtime::dialect::Bedrock;
    ///
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: i64, /** Another. */ b: i64) -> i64 { a + b }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let toolbox = Toolbox::new(tools![add])?;
    /// # let events = [
    /// #     r#"{"messageStart":{"role":"assistant"}}"#,
    /// #     r#"{"contentBlockDelta":{"delta":{"text":"I add."},"contentBlockIndex":0}}"#,
    /// #     r#"{"contentBlockStop":{"contentBlockIndex":0}}"#,
    /// #     r#"{"contentBlockStart":{"start":{"toolUse":{"toolUseId":"t1","name":"add"}},"contentBlockIndex":1}}"#,
    /// #     r#"{"contentBlockDelta":{"delta":{"toolUse":{"input":"{\"a\":1,\"b\":2}"}},"contentBlockIndex":1}}"#,
    /// #     r#"{"contentBlockStop":{"contentBlockIndex":1}}"#,
    /// #     r#"{"messageStop":{"stopReason":"tool_use"}}"#,
    /// # ];
    /// # let body = tokio_stream::iter(events.map(|event| Ok::<_, std::io::Error>(format!("{event}\n"))));
    /// # let (mut kept, mut shown) = (Vec::new(), Vec::new());
    /// let mut events = toolbox.run_stream(Bedrock.stream(), body).events();
    /// let streamed = loop {
    ///     match events.next().await.expect("the end is the last event") {
    ///         StreamEvent::Bytes(bytes) => kept.push(bytes),
    ///         StreamEvent::Text(text) => shown.push(text),
    ///         StreamEvent::Call { call, .. } => shown.push(call.name().to_owned()), // begins with the next turn of the loop
    ///         StreamEvent::Batch(Event::Finished { result, .. }) => shown.push(result.text().to_owned()),
    ///         StreamEvent::End(streamed) => break streamed?,
    ///         _ => {}
    ///     }
    /// };
    /// assert_eq!(shown, ["I add.", "add", "3"]);
    /// assert_eq!(streamed.report.results().len(), 1);
    /// # Ok(()) }
    /// ```
    pub fn events(mut self) -> StreamEvents<S, B, E> {
        self.0.listens = true;
        self.0
    }
}

impl<S, B, E> Future for RunStream<S, B, E>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    type Output = Result<Streamed<E>, StreamError<E>>;

    /// # Panics
    ///
    /// Outside a Tokio runtime with a timer, or after its end.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match ready!(Pin::new(&mut self.0).poll_next(context)) {
                Some(StreamEvent::End(end)) => return Poll::Ready(end),
                Some(_) => {}
                None => panic!("a response was polled after its end"),
            }
        }
    }
}

impl<S, B, E> fmt::Debug for RunStream<S, B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RunStream").field(&self.0).finish()
    }
}

/// What came of a streamed response, see [`Bound::run_stream`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Streamed<E> {
    /// The model's turn, as of a whole response.
    pub turn: Turn,
    /// One result per call.
    pub report: Report,
    /// What the body failed with, if it did when calls were there already or the turn was whole.
    pub error: Option<E>,
}

/// Why there is nothing of a streamed response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamError<E> {
    /// The body failed.
    Body(E),
    /// The body is not a whole response of the provider.
    Decode(DecodeError),
    /// The token that cancels the desk's batches has ended the reading, before there was a call.
    Cancelled,
}

impl<E: fmt::Display> fmt::Display for StreamError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(_) => f.write_str("the body of the response could not be read"),
            Self::Decode(error) => error.fmt(f),
            Self::Cancelled => {
                f.write_str("the response was cancelled before there was a call in it")
            }
        }
    }
}

impl<E: Error + 'static> Error for StreamError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Body(error) => Some(error),
            Self::Decode(error) => error.source(),
            Self::Cancelled => None,
        }
    }
}
