//! What the runtime knows about a call.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::ToolCall;
use crate::call::Calls;

/// What a tool may ask about the call it answers: a parameter `#[context] context: &CallContext`.
///
/// ```
/// use tool_runtime::{CallContext, tool};
///
/// /// Counts to a number, unless the call is over before.
/// #[tool(pure)]
/// async fn count(
///     /// The last number.
///     to: u32,
///     #[context] context: &CallContext,
/// ) -> u32 {
///     let mut n = 0;
///     while n < to && !context.cancellation().is_cancelled() {
///         n += 1;
///         tokio::task::yield_now().await;
///     }
///     n
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # use tool_runtime::ToolCall;
/// // In a unit test of the function itself:
/// let context = CallContext::new(ToolCall::new("call_1", "count", ""));
/// assert_eq!(count(3, &context).await, 3);
/// # }
/// ```
#[derive(Clone)]
pub struct CallContext(Arc<Shared>);

struct Shared {
    calls: Arc<Calls>,
    index: usize,
    /// Set anew when a plain `fn` has its thread.
    deadline: Mutex<Option<Instant>>,
    cancelled: AtomicBool,
    /// Made when a tool first asks: most never do.
    token: OnceLock<CancellationToken>,
    /// Who wants to know how far the call is.
    listener: OnceLock<Weak<dyn Listener>>,
}

/// Who is told how far a call is.
pub(crate) trait Listener: Send + Sync {
    fn progress(&self, index: usize, progress: Progress);
}

/// How far a call is: how much is done, of how much in all if that is known, and a text.
///
/// ```
/// use tool_runtime::Progress;
///
/// assert_eq!(Progress::new(3.0).of(10.0).message("pages read").to_string(), "3 of 10: pages read");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How much is done, in a unit of the tool's; more each time.
    pub done: f64,
    /// How much there is to do.
    pub total: Option<f64>,
    /// What is being done.
    pub message: Option<String>,
}

impl Progress {
    /// So much is done.
    pub fn new(done: f64) -> Self {
        Self {
            done,
            total: None,
            message: None,
        }
    }

    /// The same, with how much there is to do.
    #[must_use]
    pub fn of(mut self, total: f64) -> Self {
        self.total = Some(total);
        self
    }

    /// The same, with what is being done.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.done)?;
        if let Some(total) = self.total {
            write!(f, " of {total}")?;
        }
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

impl CallContext {
    /// A context outside a batch, for calling a function in a unit test: no deadline, never cancelled.
    pub fn new(call: ToolCall) -> Self {
        let calls = Calls::default();
        calls.push(call);
        Self::in_batch(Arc::new(calls), 0, None)
    }

    pub(crate) fn in_batch(calls: Arc<Calls>, index: usize, deadline: Option<Instant>) -> Self {
        Self(Arc::new(Shared {
            calls,
            index,
            deadline: Mutex::new(deadline),
            cancelled: AtomicBool::new(false),
            token: OnceLock::new(),
            listener: OnceLock::new(),
        }))
    }

    /// Lets `listener` know how far the call is.
    pub(crate) fn listen<L: Listener + 'static>(&self, listener: &Arc<L>) {
        let listener: Weak<L> = Arc::downgrade(listener);
        let _ = self.0.listener.set(listener);
    }

    /// Says how far the call is, to whoever reads the batch's events. The call does not wait for that.
    ///
    /// ```
    /// # use tool_runtime::{CallContext, Progress, tool};
    /// /// Reads pages.
    /// #[tool(pure)]
    /// async fn read_pages(
    ///     /// How many.
    ///     count: u32,
    ///     #[context] context: &CallContext,
    /// ) {
    ///     for page in 0..count {
    ///         // …
    ///         context.progress(Progress::new((page + 1).into()).of(count.into()));
    ///     }
    /// }
    /// ```
    pub fn progress(&self, progress: Progress) {
        if let Some(listener) = self.0.listener.get().and_then(Weak::upgrade) {
            listener.progress(self.0.index, progress);
        }
    }

    /// The call as the model made it.
    pub fn call(&self) -> &ToolCall {
        self.0.calls.get(self.0.index)
    }

    /// The position of the call in its batch.
    pub fn index(&self) -> usize {
        self.0.index
    }

    /// When the call is over time: the end of its own timeout or of the batch's, whichever comes first.
    pub fn deadline(&self) -> Option<Instant> {
        *self
            .0
            .deadline
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_deadline(&self, deadline: Instant) {
        *self
            .0
            .deadline
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(deadline);
    }

    /// Cancelled when the call is over time or no longer wanted. The call may then run for the policy's grace period
    /// to end by itself; after that it is dropped where it waits. A plain `fn`, which nobody can drop, asks
    /// `is_cancelled()` between its steps.
    pub fn cancellation(&self) -> &CancellationToken {
        let token = self.0.token.get_or_init(CancellationToken::new);
        fence(Ordering::SeqCst);
        if self.0.cancelled.load(Ordering::SeqCst) {
            token.cancel();
        }
        token
    }

    /// Whichever comes first, this store or the making of the token, the other sees it: that is what the fences are for.
    pub(crate) fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        if let Some(token) = self.0.token.get() {
            token.cancel();
        }
    }
}

impl fmt::Debug for CallContext {
    /// Its own call, not its siblings'.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("call", self.call())
            .field("index", &self.0.index)
            .field("deadline", &self.deadline())
            .finish_non_exhaustive()
    }
}
