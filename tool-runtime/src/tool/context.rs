//! What the runtime knows about a call.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Repaired, RepairedArguments};
use crate::growing::Growing;
use crate::{Report, ToolCall};

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
pub struct CallContext {
    calls: Arc<Calls>,
    index: usize,
}

/// The calls of a batch, to which more may be added while others are read, and what their contexts say.
pub(crate) struct Calls {
    calls: Growing<Entry>,
    begun: Instant,
    /// Who wants to know how far calls are.
    listener: OnceLock<Weak<dyn Listener>>,
    /// What no other batch has, in any process; made when a tool first asks.
    key: OnceLock<String>,
    /// Whether a call that consists of others is decided on as a whole.
    decided_whole: bool,
}

struct Entry {
    call: ToolCall,
    /// The arguments that it was approved with, if they are others.
    edited: OnceLock<String>,
    /// In nanoseconds from the batch's beginning, and set anew when the call has waited; `NEVER` if there is none.
    deadline: AtomicU64,
    cancelled: AtomicBool,
    /// Whether a journal has written down that it begins.
    written: AtomicBool,
    /// How many attempts have failed.
    failed: AtomicU32,
    /// Made when a tool first asks: most never do.
    token: OnceLock<CancellationToken>,
    /// What its arguments are read from, if that is not what the model wrote.
    repaired: OnceLock<Box<RepairedArguments>>,
    /// What became of the calls that it consists of, if it does.
    steps: OnceLock<Box<Report>>,
    #[cfg(feature = "testing")]
    touches: super::TouchLog,
}

const NEVER: u64 = u64::MAX;

impl Entry {
    fn new(call: ToolCall) -> Self {
        Self {
            call,
            edited: OnceLock::new(),
            deadline: AtomicU64::new(NEVER),
            cancelled: AtomicBool::new(false),
            written: AtomicBool::new(false),
            failed: AtomicU32::new(0),
            token: OnceLock::new(),
            repaired: OnceLock::new(),
            steps: OnceLock::new(),
            #[cfg(feature = "testing")]
            touches: super::TouchLog::default(),
        }
    }
}

impl Calls {
    /// The calls of a batch that begins now.
    pub(crate) fn new(begun: Instant, calls: Vec<ToolCall>) -> Self {
        Self {
            calls: Growing::new(calls.into_iter().map(Entry::new).collect()),
            begun,
            listener: OnceLock::new(),
            key: OnceLock::new(),
            decided_whole: false,
        }
    }

    /// The same, where a call that consists of others is decided on as a whole, or is not.
    pub(crate) fn decided_whole(self, decided_whole: bool) -> Self {
        Self {
            decided_whole,
            ..self
        }
    }

    /// The same with the key of the batch that they were of before it was suspended, or of the call that they are part of.
    pub(crate) fn with_key(self, key: String) -> Self {
        Self {
            key: key.into(),
            ..self
        }
    }

    /// What no other batch has, in any process.
    pub(crate) fn key(&self) -> &str {
        self.key.get_or_init(unique)
    }

    /// What no other call has, in any process, and this one in each of its attempts.
    pub(crate) fn idempotency_key(&self, index: usize) -> String {
        if let Some(key) = self.get(index).idempotency_key() {
            return key.to_owned();
        }
        let key = self.key();
        format!("{key}-{index:03}")
    }

    /// Adds a call.
    pub(crate) fn push(&self, call: ToolCall) {
        self.calls.push(Entry::new(call));
    }

    /// The call with this index, which was pushed.
    pub(crate) fn get(&self, index: usize) -> &ToolCall {
        &self.calls[index].call
    }

    /// Gives a call other arguments, once.
    pub(crate) fn edit(&self, index: usize, arguments: String) {
        let _ = self.calls[index].edited.set(arguments);
    }

    /// The arguments that a call was approved with, if they are others than the model's.
    pub(crate) fn edited(&self, index: usize) -> Option<&str> {
        self.calls[index].edited.get().map(String::as_str)
    }

    /// The arguments of the call as they are read.
    pub(crate) fn arguments(&self, index: usize) -> &str {
        let Entry { call, repaired, .. } = &self.calls[index];
        let repaired = || repaired.get().map(|repaired| repaired.text.as_str());
        let others = self.edited(index).or_else(repaired);
        others.unwrap_or(call.arguments())
    }

    /// Lets the arguments of the call be read from another text, unless they are already.
    pub(crate) fn set_repaired(&self, index: usize, repaired: RepairedArguments) {
        let _ = self.calls[index].repaired.set(Box::new(repaired));
    }

    /// Gives a call the arguments that are known now, which the model has referred to.
    pub(crate) fn know(&self, index: usize, arguments: String) {
        self.set_repaired(
            index,
            RepairedArguments {
                repairs: Vec::new(),
                text: arguments,
            },
        );
    }

    /// What was repaired in the arguments of the call.
    pub(crate) fn repairs(&self, index: usize) -> &[Repaired] {
        let repaired = self.calls[index].repaired.get();
        repaired.map_or(&[], |repaired| &repaired.repairs)
    }

    /// What became of the calls that the call consists of.
    pub(crate) fn steps(&self, index: usize) -> Option<&Report> {
        self.calls[index].steps.get().map(|report| &**report)
    }

    pub(crate) fn set_deadline(&self, index: usize, deadline: Instant) {
        let after = deadline.saturating_duration_since(self.begun).as_nanos();
        let after = u64::try_from(after).unwrap_or(NEVER);
        self.calls[index].deadline.store(after, Ordering::Release);
    }

    /// Which attempt of the call is made, from 1.
    pub(crate) fn attempt(&self, index: usize) -> u32 {
        1 + self.calls[index].failed.load(Ordering::Acquire)
    }

    /// The call is about to be tried again.
    pub(crate) fn count_attempt(&self, index: usize) {
        self.calls[index].failed.fetch_add(1, Ordering::Release);
    }

    /// Tells a call to end.
    ///
    /// Whichever comes first, this store or the making of the token, the other sees it: that is what the fences are for.
    pub(crate) fn cancel(&self, index: usize) {
        let entry = &self.calls[index];
        entry.cancelled.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        if let Some(token) = entry.token.get() {
            token.cancel();
        }
    }

    /// What the call has touched.
    #[cfg(feature = "testing")]
    pub(crate) fn touches(&self, index: usize) -> &super::TouchLog {
        &self.calls[index].touches
    }

    /// Lets `listener` know how far calls are.
    pub(crate) fn listen<L: Listener + 'static>(&self, listener: &Arc<L>) {
        let listener: Weak<L> = Arc::downgrade(listener);
        let _ = self.listener.set(listener);
    }
}

/// Who is told how far a call is, and by a test to end it.
pub(crate) trait Listener: Send + Sync {
    fn progress(&self, index: usize, progress: Progress);

    /// Ends the call, as the program would.
    #[cfg(feature = "testing")]
    fn cancel(self: Arc<Self>, index: usize);
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
        Self::in_batch(Arc::new(Calls::new(Instant::now(), vec![call])), 0)
    }

    pub(crate) fn in_batch(calls: Arc<Calls>, index: usize) -> Self {
        Self { calls, index }
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
        if let Some(listener) = self.calls.listener.get().and_then(Weak::upgrade) {
            listener.progress(self.index, progress);
        }
    }

    /// The call as the model made it.
    pub fn call(&self) -> &ToolCall {
        self.calls.get(self.index)
    }

    pub(crate) fn edited(&self) -> Option<&str> {
        self.calls.edited(self.index)
    }

    /// The arguments that the tool reads: those of the call, what [`Policy::repair`](crate::Policy::repair) has made of them, or
    /// those that an [approver](crate::approval::Approver) has put in their place. A layer that decides by arguments looks at these.
    ///
    /// ```
    /// use tool_runtime::{CallContext, ToolCall};
    ///
    /// let context = CallContext::new(ToolCall::new("call_1", "sum", r#"{"numbers": [1]}"#));
    /// assert_eq!(context.arguments(), r#"{"numbers": [1]}"#); // in a batch perhaps of a call with `"[1]"`
    /// ```
    pub fn arguments(&self) -> &str {
        self.calls.arguments(self.index)
    }

    /// Lets the arguments be read from another text from now on.
    pub(crate) fn set_repaired(&self, repaired: RepairedArguments) {
        self.calls.set_repaired(self.index, repaired);
    }

    /// Whether a call that consists of others is decided on as a whole.
    pub(crate) fn is_decided_whole(&self) -> bool {
        self.calls.decided_whole
    }

    /// Keeps what became of the calls that the call consists of.
    pub(crate) fn set_steps(&self, report: Report) {
        let _ = self.entry().steps.set(Box::new(report));
    }

    /// Whether the arguments are read from another text than the model's.
    pub(crate) fn is_repaired(&self) -> bool {
        self.entry().repaired.get().is_some()
    }

    /// Whether a journal has written down that the call begins, as it does once for all attempts.
    pub(crate) fn is_written(&self) -> bool {
        self.entry().written.load(Ordering::Acquire)
    }

    /// Notes that a journal has.
    pub(crate) fn set_written(&self) {
        self.entry().written.store(true, Ordering::Release);
    }

    /// The position of the call in its batch.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Which attempt of the call this is, from 1: see [`Policy::retry`](crate::Policy::retry).
    pub fn attempt(&self) -> u32 {
        self.calls.attempt(self.index)
    }

    /// A key that stays the same over all attempts of the call and that no other call has, in any process: for a backend that does
    /// a thing once however often it is asked, as with the header `Idempotency-Key`. It is 36 characters of hexadecimal digits and
    /// `-` at least, and says nothing about the call; a model that repeats a call makes a new one.
    ///
    /// ```
    /// use tool_runtime::{CallContext, ToolCall};
    ///
    /// let context = CallContext::new(ToolCall::new("call_1", "pay", "{}"));
    /// assert_eq!(context.idempotency_key(), context.clone().idempotency_key());
    /// let other = CallContext::new(ToolCall::new("call_1", "pay", "{}"));
    /// assert_ne!(context.idempotency_key(), other.idempotency_key());
    /// ```
    pub fn idempotency_key(&self) -> String {
        self.calls.idempotency_key(self.index)
    }

    /// When the call is over time: the end of its own timeout or of the batch's, whichever comes first.
    pub fn deadline(&self) -> Option<Instant> {
        match self.entry().deadline.load(Ordering::Acquire) {
            NEVER => None,
            after => Some(self.calls.begun + Duration::from_nanos(after)),
        }
    }

    /// Cancelled when the call is over time or no longer wanted. The call may then run for the policy's grace period
    /// to end by itself; after that it is dropped where it waits. A plain `fn`, which nobody can drop, asks
    /// `is_cancelled()` between its steps.
    pub fn cancellation(&self) -> &CancellationToken {
        let entry = self.entry();
        let token = entry.token.get_or_init(CancellationToken::new);
        fence(Ordering::SeqCst);
        if entry.cancelled.load(Ordering::SeqCst) {
            token.cancel();
        }
        token
    }

    /// Ends the call, as the program would; outside a batch it is told so and no more.
    #[cfg(feature = "testing")]
    pub(crate) fn cancel(&self) {
        match self.calls.listener.get().and_then(Weak::upgrade) {
            Some(batch) => batch.cancel(self.index),
            None => self.calls.cancel(self.index),
        }
    }

    /// What the call has touched.
    #[cfg(feature = "testing")]
    pub(crate) fn touches(&self) -> &super::TouchLog {
        self.calls.touches(self.index)
    }

    fn entry(&self) -> &Entry {
        &self.calls.calls[self.index]
    }
}

/// 128 bits that are not there again: the keys of `RandomState` are the system's random numbers.
fn unique() -> String {
    let part = |part: u8| RandomState::new().hash_one(part);
    format!("{:016x}{:016x}", part(0), part(1))
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").finish_non_exhaustive()
    }
}

impl fmt::Debug for CallContext {
    /// Its own call, not its siblings'.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("call", self.call())
            .field("index", &self.index)
            .field("deadline", &self.deadline())
            .finish_non_exhaustive()
    }
}
