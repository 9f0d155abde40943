//! One run of the command line: its toolbox, its state once that is needed, and who may end it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tool_runtime::tool::State;
use tool_runtime::{Bound, Toolbox};

use crate::Problem;
use crate::interrupt::Interrupt;

/// The state, once it is there.
type Connecting<S> = Pin<Box<dyn Future<Output = Result<Arc<S>, Problem>> + Send>>;

/// What the tools borrow from: there, or made when a call needs it.
pub(crate) enum Source<S> {
    There(Arc<S>),
    Later(Option<Box<dyn FnOnce() -> Connecting<S> + Send>>),
}

/// What the program has to say about each desk.
pub(crate) type Arrange<S> = Box<dyn Fn(Bound<S>) -> Bound<S> + Send + Sync>;

pub(crate) struct Session<S: 'static> {
    /// What the program is called.
    pub(crate) program: String,
    pub(crate) toolbox: Toolbox<S>,
    pub(crate) verbose: bool,
    pub(crate) interrupt: Interrupt,
    source: Mutex<Source<S>>,
    arrange: Arrange<S>,
    still_running: AtomicBool,
}

impl<S: State> Session<S> {
    pub(crate) fn new(
        program: String,
        toolbox: Toolbox<S>,
        source: Source<S>,
        arrange: Arrange<S>,
        verbose: bool,
    ) -> Self {
        Self {
            program,
            toolbox,
            verbose,
            interrupt: Interrupt::new(),
            source: Mutex::new(source),
            arrange,
            still_running: AtomicBool::new(false),
        }
    }

    /// The toolbox with its state, as the program arranges it; Ctrl-C cancels its batches.
    pub(crate) async fn desk(&self) -> Result<Bound<S>, Problem> {
        let state = self.state().await?;
        let desk = self.toolbox.bind(state);
        Ok((self.arrange)(desk).cancelled_by(self.cancellation()))
    }

    async fn state(&self) -> Result<Arc<S>, Problem> {
        let mut source = self.source.lock().await;
        let connect = match &mut *source {
            Source::There(state) => return Ok(Arc::clone(state)),
            Source::Later(connect) => connect.take(),
        };
        let connect = connect.ok_or("the state could not be made")?;
        let state = connect().await?;
        *source = Source::There(Arc::clone(&state));
        Ok(state)
    }

    /// What Ctrl-C cancels.
    pub(crate) fn cancellation(&self) -> CancellationToken {
        self.interrupt.token()
    }

    /// Some call could not be stopped, so nothing must wait for it.
    pub(crate) fn leave_running(&self) {
        self.still_running.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_left_running(&self) -> bool {
        self.still_running.load(Ordering::Relaxed)
    }
}

impl<S> fmt::Debug for Session<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("program", &self.program)
            .field("toolbox", &self.toolbox)
            .finish_non_exhaustive()
    }
}
