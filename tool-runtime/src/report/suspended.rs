//! A batch between two processes: what its calls came to, and which wait for a decision.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{Fingerprint, ResumeError, SuspendedError, ToolCall, ToolResult};

/// A batch of which some calls wait for a decision and all that could run has run, as a value: to be stored until somebody has decided,
/// and to be [resumed](crate::Bound::resume) by any process with the same toolbox.
///
/// ```
/// use tool_runtime::batch::{Progressed, SuspendedBatch};
/// use tool_runtime::{ToolCall, Toolbox, tool, tools};
///
/// /// Pay somebody.
/// #[tool(writes("account"), approval = *amount > 100)]
/// async fn pay(
///     /// Whom to pay.
///     to: String,
///     /// In whole euros.
///     amount: u64,
/// ) -> String {
///     format!("paid {amount} to {to}")
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = [7; 32]; // a secret of the program's
/// let toolbox = Toolbox::new(tools![pay])?;
/// let calls = [
///     ToolCall::new("call_1", "pay", r#"{"to": "Ada", "amount": 7}"#),
///     ToolCall::new("call_2", "pay", r#"{"to": "Ada", "amount": 700}"#),
/// ];
/// let Progressed::Suspended(batch) = toolbox.run(calls).or_suspend().await else {
///     unreachable!("nobody has approved of the second call");
/// };
/// let asked: Vec<String> = batch.pending().map(|call| call.id()).collect();
/// let stored: Vec<u8> = batch.sign(&key); // and show the calls to somebody
///
/// // Days later, in another process.
/// let batch = SuspendedBatch::verify(&stored, &key)?;
/// let decision = batch.request(&asked[0])?.approve();
/// let report = toolbox.bind(()).resume(batch, [decision])?.await;
/// assert_eq!(report.results()[0].text(), "paid 7 to Ada"); // in the first process
/// assert_eq!(report.results()[1].text(), "paid 700 to Ada");
/// # Ok(()) }
/// ```
///
/// # What is kept
///
/// Calls that have their results keep them and are not run again, and layers have seen them. All others are begun anew: their
/// arguments are read again, what they touch is worked out again, and their place in an order
/// [across batches](crate::Bound::order_across_batches) is behind whatever came meanwhile, since a batch that is suspended holds
/// nothing. Their [idempotency keys](crate::CallContext::idempotency_key) and the [ids](PendingCall::id) of the requests stay the same.
/// The batch's time begins anew; durations in the report are as if there had been no pause, without what calls had waited for before it.
///
/// What was approved and still waits for another call stays approved. A call that was to be decided on is never made without a decision, whatever tool and policy say when it is resumed. One whose tool
/// is gone by then, or has another description, other parameters or other effects, is answered so and not made. The policy should be
/// the same: under other effects calls that have run may have come too early.
///
/// # Safety of what is stored
///
/// What is [signed](Self::sign) can be read by whoever has it, arguments and results included, but not changed. It can be copied,
/// though: **one that is resumed twice runs twice.** The runtime keeps no record of batches; take the value out of your store, in one
/// transaction, before you resume it, and give idempotency keys to your backends, which are the same both times.
pub struct SuspendedBatch {
    /// What no other batch has.
    pub(crate) key: String,
    /// How long it took until it was suspended.
    pub(crate) took: Duration,
    /// Whether arguments may be changed.
    pub(crate) edits: bool,
    /// Whose calls they are.
    pub(crate) tenant: Option<Arc<str>>,
    pub(crate) calls: Vec<SuspendedCall>,
}

/// One call of a batch that is suspended.
pub(crate) enum SuspendedCall {
    Finished(ToolResult),
    Open(OpenCall),
}

/// A call without a result.
pub(crate) struct OpenCall {
    pub(crate) call: ToolCall,
    /// What its arguments are read from, if that is not what the model wrote.
    pub(crate) arguments: Option<String>,
    /// What tells its tool from others.
    pub(crate) tool: Fingerprint,
    /// What a decision on it is made of, if it needs one.
    pub(crate) request: Option<[u8; 32]>,
    /// Whether it was approved, and waits for other calls.
    pub(crate) approved: bool,
    /// The arguments that it was approved with, if they are others.
    pub(crate) edited: Option<String>,
}

impl SuspendedCall {
    pub(crate) fn call(&self) -> &ToolCall {
        match self {
            Self::Finished(result) => result.call(),
            Self::Open(open) => &open.call,
        }
    }
}

impl SuspendedBatch {
    /// The calls that wait for a decision, in their order.
    pub fn pending(&self) -> impl Iterator<Item = PendingCall<'_>> {
        let calls = self.calls.iter().enumerate();
        calls.filter_map(|(index, call)| match call {
            SuspendedCall::Open(open) if !open.approved => Some(PendingCall {
                index,
                open,
                request: open.request?,
            }),
            SuspendedCall::Open(_) | SuspendedCall::Finished(_) => None,
        })
    }

    /// The calls that need a decision, also those that were approved and wait for others.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (usize, [u8; 32])> {
        let calls = self.calls.iter().enumerate();
        calls.filter_map(|(index, call)| match call {
            SuspendedCall::Open(open) => Some((index, open.request?)),
            SuspendedCall::Finished(_) => None,
        })
    }

    /// The call that waits for a decision under this [id](PendingCall::id).
    ///
    /// # Errors
    ///
    /// If no call of this batch does.
    pub fn request(&self, id: &str) -> Result<PendingCall<'_>, ResumeError> {
        let found = self.pending().find(|call| call.id() == id);
        found.ok_or_else(|| ResumeError::UnknownRequest { id: id.to_owned() })
    }

    /// The results that there are, in the order of the calls: to show what has been done. They stand in the report too, at last.
    pub fn results(&self) -> impl Iterator<Item = &ToolResult> {
        self.calls.iter().filter_map(|call| match call {
            SuspendedCall::Finished(result) => Some(result),
            SuspendedCall::Open(_) => None,
        })
    }

    /// A name for the batch that no other has, in any process: for the store, to see that it is resumed once. It stays the same if the
    /// batch is suspended again.
    pub fn id(&self) -> &str {
        &self.key
    }

    /// The tenant whose calls they are, as the desk that began them said ([`Bound::for_tenant`](crate::Bound::for_tenant)).
    ///
    /// No desk of another tenant, or of none, resumes it; show it to nobody else either.
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Whether a decision may change arguments: see [`OrSuspend::with_edits`](crate::batch::OrSuspend::with_edits).
    pub fn may_edit(&self) -> bool {
        self.edits
    }

    /// The batch as bytes that nobody changes unnoticed who does not have the key: JSON with the number of its format, signed with
    /// HMAC-SHA-256. To be stored byte by byte, as a text at most: a store that lays out JSON anew changes it.
    ///
    /// The key is 32 bytes of a good source of random numbers, which every process has that resumes batches and nobody else; not a
    /// password.
    pub fn sign(&self, key: &[u8; 32]) -> Vec<u8> {
        super::stored::signed::sign(self, key)
    }

    /// Reads a batch that was [signed](Self::sign) with this key.
    ///
    /// # Errors
    ///
    /// If a single byte is another, the key is another, or the format is that of another release: see [`SuspendedError`].
    pub fn verify(stored: &[u8], key: &[u8; 32]) -> Result<Self, SuspendedError> {
        super::stored::signed::verify(stored, key)
    }
}

impl fmt::Debug for SuspendedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pending: Vec<_> = self.pending().collect();
        f.debug_struct("SuspendedBatch")
            .field("id", &self.id())
            .field("calls", &self.calls.len())
            .field("pending", &pending)
            .finish_non_exhaustive()
    }
}

/// A call of a suspended batch that waits for a decision.
#[derive(Clone, Copy)]
pub struct PendingCall<'a> {
    index: usize,
    open: &'a OpenCall,
    pub(crate) request: [u8; 32],
}

impl<'a> PendingCall<'a> {
    /// The position of the call in its batch.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The call as the model made it.
    pub fn call(&self) -> &'a ToolCall {
        &self.open.call
    }

    /// The arguments that the tool would be called with, as JSON text. They are valid.
    pub fn arguments(&self) -> &'a str {
        let read = self.open.arguments.as_deref();
        read.unwrap_or(self.open.call.arguments())
    }

    /// A name for this request that no other has, in any process, and that stays the same however often the batch is suspended:
    /// that of the [`ApprovalRequest`](crate::approval::ApprovalRequest::id) that an approver would get.
    pub fn id(&self) -> String {
        hex(&self.request)
    }
}

impl fmt::Debug for PendingCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingCall")
            .field("index", &self.index)
            .field("tool", &self.call().name())
            .field("arguments", &self.arguments())
            .field("id", &self.id())
            .finish()
    }
}

/// The bytes as 64 hexadecimal digits.
pub(crate) fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of which these are the hexadecimal digits.
pub(super) fn of_hex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    // Also whether there are more or fewer, or others that mean the same.
    (hex(&bytes) == digits).then_some(bytes)
}
