//! From a response that is still being written to a running batch.

use std::error::Error;
use std::fmt;
use std::pin::pin;

use futures_core::Stream;

use super::{Bound, Toolbox};
use crate::batch::{Batch, StreamedCalls};
use crate::dialect::{Turn, TurnStream};
use crate::tool::State;
use crate::{DecodeError, Report, ToolCall};

impl<S: State> Bound<S> {
    /// Reads a streamed response, and begins each call as soon as its arguments are whole, as far as the calls before it let it. The
    /// first tools finish while the model is still writing: the batch takes as long as the response, or as its last call.
    ///
    /// `body` is what an HTTP client gives: a stream of bytes, cut anywhere; of Bedrock the events of the SDK, as lines of JSON. Where the [`Policy`](crate::Policy) says
    /// [`StreamedCalls::OnComplete`], calls begin when all of the response has been read.
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
    /// The batch's time begins with its first call. When the future is dropped, so is the batch.
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
    pub async fn run_stream<B: AsRef<[u8]>, E>(
        &self,
        mut stream: TurnStream,
        body: impl Stream<Item = Result<B, E>>,
    ) -> Result<Streamed<E>, StreamError<E>> {
        let mut calls = Calls::new(self);
        let mut body = pin!(body);
        let mut error = None;
        while let Some(bytes) = std::future::poll_fn(|cx| body.as_mut().poll_next(cx)).await {
            match bytes {
                Ok(bytes) => calls.push(stream.push(bytes)),
                Err(failure) => {
                    error = Some(failure);
                    break;
                }
            }
        }
        calls.push(stream.end());
        match (stream.into_turn(), error) {
            (Ok(turn), error) => Ok(Streamed {
                report: calls.finish(&turn).await,
                turn,
                error,
            }),
            (Err(problem), None) => Err(StreamError::Decode(problem)),
            (Err(_), Some(error)) => Err(StreamError::Body(error)),
        }
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
    pub async fn run_stream<B: AsRef<[u8]>, E>(
        &self,
        stream: TurnStream,
        body: impl Stream<Item = Result<B, E>>,
    ) -> Result<Streamed<E>, StreamError<E>> {
        self.bind(()).run_stream(stream, body).await
    }
}

/// The batch of a response, which begins with its first call, so that its time does too.
struct Calls<'a, S: 'static> {
    bound: &'a Bound<S>,
    is_eager: bool,
    batch: Option<Batch>,
}

impl<'a, S: State> Calls<'a, S> {
    fn new(bound: &'a Bound<S>) -> Self {
        Self {
            bound,
            is_eager: bound.rules.streamed_calls == StreamedCalls::Eager,
            batch: None,
        }
    }

    fn push(&mut self, calls: Vec<ToolCall>) {
        if self.is_eager {
            for call in calls {
                self.batch
                    .get_or_insert_with(|| self.bound.start())
                    .push(call);
            }
        }
    }

    async fn finish(self, turn: &Turn) -> Report {
        match self.batch {
            Some(batch) => batch.finish().await,
            None => self.bound.run(turn.calls()).await,
        }
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
}

impl<E: fmt::Display> fmt::Display for StreamError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(_) => f.write_str("the body of the response could not be read"),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for StreamError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Body(error) => Some(error),
            Self::Decode(error) => error.source(),
        }
    }
}
