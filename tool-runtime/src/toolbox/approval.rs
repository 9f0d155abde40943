//! Somebody outside the program decides whether a call is made.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use hmac_sha256::Hash;

use crate::ToolCall;
use crate::batch::{NOT_ASKED, RequestId, Verdict};
use crate::report::hex;
use crate::tool::{CallContext, ToolDefinition};

/// Decides whether calls are made that need approval: a person behind a user interface, a rule of the program.
///
/// It is given to a binding ([`Bound::approved_by`](crate::Bound::approved_by)) and asked for every call of a tool that says
/// `#[tool(approval)]`, as soon as the call's arguments are read and are valid. Meanwhile the call keeps its place in the order: later
/// calls that conflict with it wait, all others run. It holds no permit.
///
/// Where nobody can wait for the answer, the batch can be [suspended](crate::batch::SuspendedBatch) until it is there.
///
/// Whatever goes wrong, the call is not made: without an approver, when the approver fails or panics, when it takes longer than
/// [`Policy::approval_timeout`](crate::Policy::approval_timeout), when its decision is for another call. [`by`] makes one of a
/// closure:
///
/// ```
/// use tool_runtime::approval::{self, ApprovalRequest};
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
/// let toolbox = Toolbox::new(tools![pay])?;
/// let desk = toolbox.bind(()).approved_by(approval::by(|request: ApprovalRequest| async move {
///     // Show `request.call()` to somebody and wait for the answer.
///     Ok(request.deny("The owner of the account said no."))
/// }));
/// let report = desk
///     .run([
///         ToolCall::new("call_1", "pay", r#"{"to": "Ada", "amount": 7}"#),
///         ToolCall::new("call_2", "pay", r#"{"to": "Ada", "amount": 700}"#),
///     ])
///     .await;
/// assert_eq!(report.results()[0].text(), "paid 7 to Ada");
/// assert_eq!(
///     report.results()[1].text(),
///     "`pay` was not called, since it is not allowed: The owner of the account said no. Nothing was changed. Do not repeat the call."
/// );
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no approver",
    label = "not an approver",
    note = "write `approval::by(|request: ApprovalRequest| async move {{ Ok(request.deny(\"…\")) }})`, or implement `Approver`"
)]
pub trait Approver: Send + Sync + 'static {
    /// Decides on one call. The future runs on a task of its own, and is dropped when the call ends otherwise: over time, cancelled,
    /// skipped.
    ///
    /// What it fails with is for the program: the model reads only that nobody could be asked.
    fn decide(&self, request: ApprovalRequest) -> DecisionFuture;

    /// Whether it may change arguments before it approves of them ([`ApprovalRequest::approve_with`]); if not, as by default, such a
    /// decision is refused.
    ///
    /// Which data a call touches is then not known before the decision: what its tool declares counts up to the first `{…}`, and later
    /// calls that touch anything below that wait.
    fn edits(&self) -> bool {
        false
    }
}

/// A decision, once it is made.
pub type DecisionFuture =
    Pin<Box<dyn Future<Output = Result<Decision, Box<dyn Error + Send + Sync>>> + Send>>;

/// An approver that asks this closure, and does not change arguments: see [`Approver`].
pub fn by<F, Fut>(decide: F) -> impl Approver
where
    F: Fn(ApprovalRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Decision, Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    By {
        decide,
        edits: false,
    }
}

/// The same, for a closure that may change arguments: see [`Approver::edits`].
///
/// ```
/// use tool_runtime::approval::{self, ApprovalRequest};
///
/// let capped = approval::editing(|request: ApprovalRequest| async move {
///     let mut arguments: serde_json::Value = serde_json::from_str(request.arguments())?;
///     arguments["amount"] = 100.into();
///     Ok(request.approve_with(arguments.to_string()))
/// });
/// # let _ = capped;
/// ```
pub fn editing<F, Fut>(decide: F) -> impl Approver
where
    F: Fn(ApprovalRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Decision, Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    By {
        decide,
        edits: true,
    }
}

struct By<F> {
    decide: F,
    edits: bool,
}

impl<F, Fut> Approver for By<F>
where
    F: Fn(ApprovalRequest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Decision, Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    fn decide(&self, request: ApprovalRequest) -> DecisionFuture {
        Box::pin((self.decide)(request))
    }

    fn edits(&self) -> bool {
        self.edits
    }
}

/// A call that is to be decided on. It can be decided on once: a decision is made of it and of no other, and it cannot be cloned.
pub struct ApprovalRequest {
    definition: ToolDefinition,
    context: CallContext,
    digest: RequestId,
}

impl ApprovalRequest {
    pub(super) fn new(definition: ToolDefinition, context: CallContext) -> Self {
        Self {
            digest: digest(&definition, &context),
            definition,
            context,
        }
    }

    /// The call as the model made it.
    pub fn call(&self) -> &ToolCall {
        self.context.call()
    }

    /// The arguments that the tool would be called with, as JSON text. They are valid.
    pub fn arguments(&self) -> &str {
        self.context.arguments()
    }

    /// The tool.
    pub fn definition(&self) -> &ToolDefinition {
        &self.definition
    }

    /// The position of the call in its batch.
    pub fn index(&self) -> usize {
        self.context.index()
    }

    /// A name for this request that no other has, in any process: SHA-256 over tool, arguments, id and
    /// [idempotency key](CallContext::idempotency_key) of the call, as 64 hexadecimal digits. For a form that comes back later, and for
    /// the audit.
    pub fn id(&self) -> String {
        hex(&self.digest)
    }

    /// The call is to be made, with these arguments, once.
    pub fn approve(self) -> Decision {
        self.decided(Verdict::Approved)
    }

    /// The call is to be made with other arguments: an object as JSON text. They are held to all that the model's are, and what they
    /// touch is worked out anew; if they are not valid the call is not made. The model reads that they were changed.
    ///
    /// For an approver that [`edits`](Approver::edits); the decision of another is refused.
    pub fn approve_with(self, arguments: impl Into<String>) -> Decision {
        self.decided(Verdict::Edited(arguments.into()))
    }

    /// The call is not to be made. The model reads the reason.
    pub fn deny(self, reason: impl Into<String>) -> Decision {
        self.decided(Verdict::Denied(reason.into()))
    }

    fn decided(self, verdict: Verdict) -> Decision {
        Decision {
            digest: self.digest,
            verdict,
        }
    }
}

/// What is the same for no two calls, though only one byte differs.
pub(super) fn digest(definition: &ToolDefinition, context: &CallContext) -> RequestId {
    let mut hash = Hash::new();
    let key = context.idempotency_key();
    for part in [
        definition.name(),
        context.arguments(),
        context.call().id(),
        &key,
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
}

impl fmt::Debug for ApprovalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApprovalRequest")
            .field("tool", &self.definition.name())
            .field("arguments", &self.arguments())
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

/// What was decided on a call, made of its [`ApprovalRequest`] or, while its batch is suspended, of a
/// [`PendingCall`](crate::batch::PendingCall); good for that call alone.
#[derive(Debug)]
#[must_use = "a decision does nothing unless the approver returns it, or the batch is resumed with it"]
pub struct Decision {
    digest: RequestId,
    verdict: Verdict,
}

impl Decision {
    pub(super) fn of(digest: RequestId, verdict: Verdict) -> Self {
        Self { digest, verdict }
    }

    pub(super) fn into_parts(self) -> (RequestId, Verdict) {
        (self.digest, self.verdict)
    }

    /// What was decided on the call with this digest, if it is that call's.
    fn on(self, digest: RequestId) -> Verdict {
        match self.digest == digest {
            true => self.verdict,
            false => Verdict::Denied("the approval was for another call.".to_owned()),
        }
    }
}

/// The verdict on a call, with all that may go wrong.
pub(super) async fn verdict(
    approver: &dyn Approver,
    definition: ToolDefinition,
    context: CallContext,
) -> Verdict {
    let request = ApprovalRequest::new(definition, context);
    let digest = request.digest;
    match (approver.decide(request).await, approver.edits()) {
        (Ok(decision), edits) => match decision.on(digest) {
            Verdict::Edited(_) if !edits => Verdict::Denied(
                "its arguments were changed by an approver that says it changes none.".to_owned(),
            ),
            verdict => verdict,
        },
        (Err(_), _) => Verdict::Denied(NOT_ASKED.to_owned()),
    }
}
