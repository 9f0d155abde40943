//! One turn: the response is read, and each call begins as soon as it is whole.
//!
//! Its events are read, and not only awaited, to keep the response's bytes before a call begins, and to show what goes on.

use std::io;
use std::time::{Duration, Instant};

use reqwest::Response;
use tokio_stream::StreamExt as _;
use tool_runtime::batch::Event;
use tool_runtime::{StreamError, StreamEvent, Streamed};

use crate::Tools;
use crate::provider::Provider;
use crate::store::Partial;
use crate::view::View;

/// What came of a response.
pub(crate) struct Taken {
    /// The model's turn, and a result for each of its calls; or why there is no turn. Then no call has begun.
    pub(crate) end: Result<Streamed<reqwest::Error>, StreamError<reqwest::Error>>,
    /// How long the last result came after the end of the response.
    pub(crate) waited: Duration,
}

/// Reads the response and runs its calls; Ctrl-C, which cancels the desk's batches, ends both.
///
/// # Errors
///
/// If what has come cannot be kept. The calls that had begun are in the journal, and dropped.
pub(crate) async fn take(
    response: Response,
    provider: Provider,
    desk: &Tools,
    kept: &mut Partial,
    view: &View,
) -> io::Result<Taken> {
    let stream = provider.dialect().stream();
    let mut events = desk.run_stream(stream, response.bytes_stream()).events();
    let mut read = Instant::now();
    while let Some(event) = events.next().await {
        match event {
            StreamEvent::Bytes(bytes) => kept.write(&bytes)?,
            StreamEvent::Text(text) => view.text(&text),
            StreamEvent::Call { index, call } => {
                // It begins behind this.
                kept.on_disk()?;
                view.called(index, &call);
            }
            StreamEvent::Batch(Event::Progress { index, progress }) => {
                view.progress(index, &progress);
            }
            StreamEvent::Batch(Event::Finished { index, result }) => view.finished(index, &result),
            StreamEvent::BodyEnded => read = Instant::now(),
            StreamEvent::End(end) => {
                let waited = read.elapsed();
                return Ok(Taken { end, waited });
            }
            _ => {}
        }
    }
    unreachable!("the end is the last event")
}
