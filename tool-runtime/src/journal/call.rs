//! What a journal writes down of calls.

use crate::{CallContext, ToolCall, ToolResult};

/// A call that is about to begin.
///
/// With serde it is what [`Record`] says, so an engine may keep it as it likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedCall {
    pub(super) key: String,
    pub(super) index: usize,
    pub(super) call: ToolCall,
    /// What the arguments are read from, if that is not what the model wrote.
    pub(super) arguments: Option<String>,
    pub(super) may_change: bool,
}

impl StartedCall {
    /// The call that this context is of, to hand it to a journal in a test; a batch makes its own.
    ///
    /// ```
    /// use tool_runtime::journal::StartedCall;
    /// use tool_runtime::{CallContext, ToolCall};
    ///
    /// let context = CallContext::new(ToolCall::new("call_1", "pay", "{}"));
    /// let call = StartedCall::new(&context, true);
    /// assert_eq!(call.idempotency_key(), context.idempotency_key());
    /// ```
    pub fn new(context: &CallContext, may_change: bool) -> Self {
        let (call, read) = (context.call().clone(), context.arguments());
        Self {
            key: context.idempotency_key(),
            index: context.index(),
            arguments: (read != call.arguments()).then(|| read.to_owned()),
            call,
            may_change,
        }
    }

    /// The call as the model made it.
    pub fn call(&self) -> &ToolCall {
        &self.call
    }

    /// The arguments that the tool reads: see [`CallContext::arguments`].
    pub fn arguments(&self) -> &str {
        self.arguments.as_deref().unwrap_or(self.call.arguments())
    }

    /// What no other call has: see [`CallContext::idempotency_key`].
    pub fn idempotency_key(&self) -> &str {
        &self.key
    }

    /// The position of the call in its batch.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Whether it may change anything: not if its tool declares, or the policy says, that it does not.
    pub fn may_change(&self) -> bool {
        self.may_change
    }
}

/// A call that has its result.
///
/// With serde it is what [`Record`] says, so an engine may keep it as it likes.
#[derive(Clone, Debug)]
pub struct FinishedCall {
    pub(super) key: String,
    pub(super) index: usize,
    pub(super) result: ToolResult,
}

impl FinishedCall {
    pub(crate) fn new(result: ToolResult) -> Self {
        Self {
            key: result.idempotency_key(),
            index: result.index(),
            result,
        }
    }

    /// The call as the model made it.
    pub fn call(&self) -> &ToolCall {
        self.result.call()
    }

    /// What came of it. Of one that was read from a store, what it says of other calls of its batch is said by their positions there.
    pub fn result(&self) -> &ToolResult {
        &self.result
    }

    /// What no other call has: see [`CallContext::idempotency_key`].
    pub fn idempotency_key(&self) -> &str {
        &self.key
    }

    /// The position of the call in its batch.
    pub fn index(&self) -> usize {
        self.index
    }
}

/// One thing that a journal says of a call.
///
/// With serde it is an object with the number of its format; another number is refused when it is read:
///
/// ```
/// use tool_runtime::journal::{Record, StartedCall};
/// use tool_runtime::{CallContext, ToolCall};
///
/// let context = CallContext::new(ToolCall::new("call_1", "pay", "{}"));
/// let stored = serde_json::to_string(&StartedCall::new(&context, true))?;
/// assert!(stored.starts_with(r#"{"format":1,"started":{"#));
/// let Record::Started(read) = serde_json::from_str(&stored)? else { unreachable!() };
/// assert_eq!(read.idempotency_key(), context.idempotency_key());
///
/// let error = serde_json::from_str::<Record>(r#"{"format": 7}"#).unwrap_err();
/// assert!(error.to_string().starts_with("this record has format 7, and only format 1 is known"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub enum Record {
    /// It is about to begin.
    Started(StartedCall),
    /// It has its result.
    Finished(FinishedCall),
}

impl From<StartedCall> for Record {
    fn from(call: StartedCall) -> Self {
        Self::Started(call)
    }
}

impl From<FinishedCall> for Record {
    fn from(call: FinishedCall) -> Self {
        Self::Finished(call)
    }
}
