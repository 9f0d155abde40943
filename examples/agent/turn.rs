//! One turn: the response is read, and each call begins as soon as it is whole.
//!
//! `Bound::run_stream` is this in one call. Here it is taken apart, to keep the response's bytes before a call begins, to show which calls
//! run, and to stop reading at Ctrl-C.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Response;
use tokio::task::JoinHandle;
use tokio_stream::StreamExt as _;
use tokio_util::sync::CancellationToken;
use tool_runtime::batch::{Batch, Event};
use tool_runtime::dialect::Turn;
use tool_runtime::{DecodeError, Report, ToolCall};

use crate::Tools;
use crate::client::cause;
use crate::provider::Provider;
use crate::store::Partial;
use crate::view::View;

/// What came of a response.
pub(crate) struct Taken {
    /// The model's turn, or why there is none. Then no call has begun.
    pub(crate) turn: Result<Turn, DecodeError>,
    /// A result for each of its calls, if there are calls.
    pub(crate) report: Option<Report>,
    /// How long the last result came after the end of the response.
    pub(crate) waited: Duration,
    /// Why the body was not read to its end.
    pub(crate) broke: Option<String>,
}

/// Reads the response and runs its calls.
///
/// # Errors
///
/// If what has come cannot be kept. The calls that had begun are in the journal, and dropped.
pub(crate) async fn take(
    mut response: Response,
    provider: Provider,
    desk: &Tools,
    kept: &mut Partial,
    view: &Arc<View>,
    stop: &CancellationToken,
) -> io::Result<Taken> {
    let mut stream = provider.dialect().stream();
    let mut calls = Calls::new(desk, view);
    let broke = loop {
        let bytes = tokio::select! {
            biased;
            () = stop.cancelled() => break None,
            bytes = response.chunk() => bytes,
        };
        match bytes {
            Ok(Some(bytes)) => {
                kept.write(&bytes)?;
                let whole = stream.push(&bytes);
                view.text(&stream.take_text());
                if !whole.is_empty() {
                    kept.on_disk()?;
                }
                calls.push(whole);
            }
            Ok(None) => break None,
            Err(error) => break Some(cause(&error)),
        }
    };
    let read = Instant::now();
    // The calls that were not whole are answered too: the model reads that they were cut off.
    calls.push(stream.end());
    view.text(&stream.take_text());
    let turn = stream.into_turn();
    let report = calls.finish().await;
    Ok(Taken {
        turn,
        report,
        waited: read.elapsed(),
        broke,
    })
}

/// The batch of a response, which begins with its first call, and who watches it.
struct Calls<'a> {
    desk: &'a Tools,
    view: &'a Arc<View>,
    running: Option<(Batch, JoinHandle<()>)>,
    pushed: usize,
}

impl<'a> Calls<'a> {
    fn new(desk: &'a Tools, view: &'a Arc<View>) -> Self {
        Self {
            desk,
            view,
            running: None,
            pushed: 0,
        }
    }

    fn push(&mut self, calls: Vec<ToolCall>) {
        for call in calls {
            let (batch, _) = self
                .running
                .get_or_insert_with(|| watched(self.desk, self.view));
            self.view.called(self.pushed, &call);
            batch.push(call);
            self.pushed += 1;
        }
    }

    async fn finish(self) -> Option<Report> {
        let (batch, watcher) = self.running?;
        let report = batch.finish().await;
        // What is shown of the turn comes behind the last result.
        let _ = watcher.await;
        Some(report)
    }
}

fn watched(desk: &Tools, view: &Arc<View>) -> (Batch, JoinHandle<()>) {
    let batch = desk.start();
    let (mut events, view) = (batch.events(), Arc::clone(view));
    let watcher = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            match event {
                Event::Progress { index, progress } => view.progress(index, &progress),
                Event::Finished { index, result } => view.finished(index, &result),
                _ => {}
            }
        }
    });
    (batch, watcher)
}
