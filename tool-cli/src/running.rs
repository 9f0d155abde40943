//! Running calls: how far they are is shown, Ctrl-C asks them to end.

use std::sync::Arc;

use tokio_stream::StreamExt as _;
use tokio_util::sync::CancellationToken;
use tool_runtime::batch::{Event, Events};
use tool_runtime::tool::State;
use tool_runtime::{Bound, Progress, Report, ToolCall, ToolResult};

use crate::exit::Failure;
use crate::progress::Display;

/// Who wants to know what happens besides who looks at it.
pub(crate) trait Watch {
    /// A call says how far it is.
    fn progress(
        &mut self,
        _index: usize,
        _call: &ToolCall,
        _progress: &Progress,
    ) -> Result<(), Failure> {
        Ok(())
    }

    /// A call has its result.
    fn finished(&mut self, _index: usize, _result: &ToolResult) -> Result<(), Failure> {
        Ok(())
    }
}

/// Nobody.
pub(crate) struct Nobody;

impl Watch for Nobody {}

/// Calls that are to be run.
pub(crate) struct Runner<'a, S: 'static> {
    pub(crate) desk: &'a Bound<S>,
    pub(crate) calls: &'a [ToolCall],
    pub(crate) display: Arc<Display>,
    /// What Ctrl-C has cancelled.
    pub(crate) interrupted: CancellationToken,
}

impl<S: State> Runner<'_, S> {
    /// Runs them in parallel.
    pub(crate) async fn in_parallel(
        &self,
        title: &str,
        watch: &mut impl Watch,
    ) -> Result<Report, Failure> {
        self.display.begin(title, self.calls);
        let mut events = self.desk.run(self.calls).events();
        let watched = self.watch(&mut events, None, watch).await;
        self.display.end();
        watched?.ok_or_else(|| Failure::unusable("the batch ended without a report"))
    }

    /// Runs them one by one: each is handed over when the one before has its result, so that what an earlier failure skips is skipped.
    pub(crate) async fn one_by_one(
        &self,
        title: &str,
        watch: &mut impl Watch,
    ) -> Result<Report, Failure> {
        self.display.begin(title, self.calls);
        let batch = self.desk.start();
        let mut events = batch.events();
        let mut watched = Ok(None);
        for call in self.calls {
            let index = batch.push(call.clone());
            watched = self.watch(&mut events, Some(index), watch).await;
            if watched.is_err() {
                break;
            }
        }
        // Nothing runs any more, unless nobody is to be told of it.
        let report = match watched {
            Ok(_) => Ok(batch.finish().await),
            Err(failure) => Err(failure),
        };
        self.display.end();
        report
    }

    /// Tells of what happens until the report, or the result of the call with this index, is there.
    ///
    /// Where nobody is there to be told, the calls end: who drops the events of a batch drops its calls.
    async fn watch(
        &self,
        events: &mut Events,
        until: Option<usize>,
        watch: &mut impl Watch,
    ) -> Result<Option<Report>, Failure> {
        let mut told = self.interrupted.is_cancelled();
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                () = self.interrupted.cancelled(), if !told => {
                    told = true;
                    self.display.note("interrupted: the calls are asked to end; Ctrl-C again ends at once");
                    continue;
                }
            };
            match event {
                Some(Event::Progress { index, progress }) => {
                    if let Some(call) = self.calls.get(index) {
                        self.display.progress(index, call, &progress);
                        watch.progress(index, call, &progress)?;
                    }
                }
                Some(Event::Finished { index, result }) => {
                    self.display.finished(index, &result);
                    watch.finished(index, &result)?;
                    if until == Some(index) {
                        return Ok(None);
                    }
                }
                Some(Event::Report(report)) => return Ok(Some(report)),
                // A kind that is newer than this crate.
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }
}
