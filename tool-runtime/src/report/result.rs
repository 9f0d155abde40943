//! What goes back for one call.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::results::{Results, alone};
use super::{FailedAttempt, Span, Wait, WaitedFor};
use crate::outcome::{CancelledBy, Ending, ErrorDetail, Interrupted, Outcome, Settled, text};
use crate::outgoing::{Leaving, said};
use crate::tool::{Answer, ArgumentErrors, Calls, Changes, Content, Parts, Repaired};
use crate::{ToolCall, ToolError};

/// What goes back for one call. A clone is the same result, not a copy.
#[derive(Clone)]
pub struct ToolResult {
    results: Arc<Results>,
    place: usize,
}

/// What is told of a call.
pub(crate) struct Told {
    pub(super) outcome: Outcome,
    pub(super) answer: Answer,
    /// All parts in one text, made when it is first asked for; a part that is text already is not copied.
    pub(super) joined: OnceLock<String>,
    pub(super) failure: Option<Box<Failure>>,
    pub(super) timing: Timing,
}

/// What the program has of a failure beside what the model reads.
#[derive(Default)]
pub(super) struct Failure {
    pub(super) argument_errors: Option<ArgumentErrors>,
    pub(super) error: Option<ToolError>,
    pub(super) error_id: Option<String>,
    /// What was said by the panic that it ended with.
    pub(super) panic_message: Option<String>,
}

/// When things happened to a call.
#[derive(Debug, Default)]
pub(crate) struct Timing {
    pub(crate) queued: Duration,
    pub(crate) span: Option<Span>,
    pub(crate) waits: Vec<Wait>,
    pub(crate) failed_attempts: Vec<FailedAttempt>,
    pub(crate) same_as: Option<usize>,
    pub(crate) longest_poll: Option<Duration>,
}

impl ToolResult {
    /// The result at this place among others.
    pub(super) fn at(results: Arc<Results>, place: usize) -> Self {
        Self { results, place }
    }

    fn told(&self) -> &Told {
        self.results.told(self.place)
    }

    fn failure(&self) -> Option<&Failure> {
        self.told().failure.as_deref()
    }

    /// The call that this is the result of, as the model made it.
    pub fn call(&self) -> &ToolCall {
        self.results.calls().get(self.index())
    }

    /// The arguments that an [approver](crate::approval::Approver) has put in the place of the model's, if it has.
    pub fn edited_arguments(&self) -> Option<&str> {
        self.results.calls().edited(self.index())
    }

    /// The call's id.
    pub fn id(&self) -> &str {
        self.call().id()
    }

    /// The tool's name as the model wrote it.
    pub fn name(&self) -> &str {
        self.call().name()
    }

    /// How the call ended.
    pub fn outcome(&self) -> Outcome {
        self.told().outcome
    }

    /// Whether the result is marked as an error for the model: every outcome but ok is.
    pub fn is_error(&self) -> bool {
        self.told().outcome.ending != Ending::Ok
    }

    /// The text the model reads: that of all [`parts`](Self::parts), each on a line of its own.
    pub fn text(&self) -> &str {
        match self.parts() {
            [Content::Text(text) | Content::Json(text)] => text,
            parts => self.told().joined.get_or_init(|| {
                let texts: Vec<_> = parts.iter().map(Content::as_text).collect();
                texts.join("\n")
            }),
        }
    }

    /// The text for a provider that has no mark for an error: one of the tool's own, which may read as an answer, says first that
    /// the call failed. With a client that has such a mark, take [`text`](Self::text) and [`is_error`](Self::is_error).
    ///
    /// ```
    /// use tool_runtime::{ToolCall, Toolbox, tool, tools};
    ///
    /// /// Looks up a seat.
    /// #[tool(pure)]
    /// async fn find_seat() -> Result<u8, String> {
    ///     Err("12 of 12 seats".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let toolbox = Toolbox::new(tools![find_seat]).unwrap();
    /// let report = toolbox.run([ToolCall::new("1", "find_seat", "{}")]).await;
    /// let result = &report.results()[0];
    /// assert_eq!(result.text(), "12 of 12 seats. Nothing was changed.");
    /// assert_eq!(result.marked_text(), "`find_seat` failed: 12 of 12 seats. Nothing was changed.");
    /// # }
    /// ```
    pub fn marked_text(&self) -> Cow<'_, str> {
        let text = self.text();
        // What the runtime says of a call begins with the tool's name.
        let says_so = || text.starts_with(&format!("`{}` ", self.name()));
        match self.outcome().ending == Ending::Failed && !says_so() {
            true => Cow::Owned(format!("`{}` failed: {text}", self.name())),
            false => Cow::Borrowed(text),
        }
    }

    /// What the model gets, at least one part: the tool's own answer if the outcome is ok, a text otherwise. It is as it leaves: no longer
    /// than [`Policy::max_result_bytes`](crate::Policy::max_result_bytes), without what a [`Redaction`](crate::Redaction) takes out, in the
    /// policy's [`Envelope`](crate::Envelope).
    ///
    /// ```
    /// # use tool_runtime::{Content, Toolbox, ToolCall, tool, tools};
    /// /// Draws a point.
    /// #[tool(pure)]
    /// async fn draw() -> Vec<Content> {
    ///     vec![Content::text("A point:"), Content::image("image/gif", [0; 35])]
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let toolbox = Toolbox::new(tools![draw]).unwrap();
    /// let report = toolbox.run([ToolCall::new("1", "draw", "{}")]).await;
    /// let result = &report.results()[0];
    /// assert!(matches!(result.parts(), [Content::Text(_), Content::Image(_)]));
    /// assert_eq!(result.text(), "A point:\n[image/gif, 35 bytes, not shown]");
    /// # }
    /// ```
    pub fn parts(&self) -> &[Content] {
        self.told().answer.parts()
    }

    /// The parts, as they left.
    pub(crate) fn answer(&self) -> &Answer {
        &self.told().answer
    }

    /// What was wrong with the arguments, if that is the outcome.
    pub fn argument_errors(&self) -> Option<&ArgumentErrors> {
        self.failure()?.argument_errors.as_ref()
    }

    /// What was repaired in the arguments before the tool took them, if the policy says so: see [`Repair`](crate::batch::Repair).
    pub fn repairs(&self) -> &[Repaired] {
        self.results.calls().repairs(self.index())
    }

    /// The arguments that the tool reads: those of the call, what was made of them by [`repairs`](Self::repairs), or those that an
    /// [approver](crate::approval::Approver) has put in their place.
    pub fn arguments(&self) -> &str {
        self.results.calls().arguments(self.index())
    }

    /// What became of each call that the call consists of, if it is one of a [batch tool](crate::BatchTool) and was made: the report of
    /// its own, with a result for each in their order. A result that was stored has lost it.
    pub fn steps(&self) -> Option<&super::Report> {
        self.results.calls().steps(self.index())
    }

    /// What the call has touched.
    #[cfg(feature = "testing")]
    pub(crate) fn touches(&self) -> &crate::tool::TouchLog {
        self.results.calls().touches(self.index())
    }

    /// The error of the tool, with its sources, if it failed.
    pub fn error(&self) -> Option<&ToolError> {
        self.failure()?.error.as_ref()
    }

    /// The id by which it is found again what the model does not read: of an internal failure, a panic, a result that cannot be written,
    /// and of every failure where the policy says that only its [kind](crate::batch::ErrorDetail::Kind) is told.
    ///
    /// It stands in the text for the model, and so perhaps in what the model tells the user; here, where the program has the error
    /// itself; in the event that the feature `tracing` makes of it, as `error_id`; and in the stored report. Calls that share a result
    /// ([`Policy::coalesce`](crate::Policy::coalesce)) share the id.
    ///
    /// ```
    /// # use tool_runtime::{ToolCall, ToolError, ToolResult, Toolbox, layer, tool, tools};
    /// /// Look up an order.
    /// #[tool(reads("order:{id}"))]
    /// async fn get_order(/** The order's number. */ id: u64) -> Result<String, ToolError> {
    ///     Err(ToolError::internal("connection to db-7 refused"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // What the program keeps, wherever it does. Without it: the feature `tracing`, and `Policy::log_sources`.
    /// let log = layer::finished(|result: &ToolResult, _: &()| {
    ///     if let (Some(id), Some(error)) = (result.error_id(), result.error()) {
    ///         eprintln!("error_id={id} tool={} {error:?}", result.name());
    ///     }
    /// });
    /// let toolbox = Toolbox::builder().tools(tools![get_order]).layer(log).build()?;
    /// let report = toolbox.run([ToolCall::new("call_1", "get_order", r#"{"id": 7}"#)]).await;
    /// let result = &report.results()[0];
    /// let id = result.error_id().unwrap();
    /// assert_eq!(
    ///     result.text(),
    ///     format!(
    ///         "`get_order` failed with an internal error (error id `{id}`). Nothing was changed. Try it once more at most."
    ///     )
    /// );
    /// # Ok(()) }
    /// ```
    pub fn error_id(&self) -> Option<&str> {
        self.failure()?.error_id.as_deref()
    }

    /// What the panic said that the call ended with, if that is a text; its beginning, if it is long. It is for the program: it stands
    /// neither in the text for the model nor in `Debug` nor in a stored report.
    pub fn panic_message(&self) -> Option<&str> {
        self.failure()?.panic_message.as_deref()
    }

    /// What [`CallContext::idempotency_key`](crate::CallContext::idempotency_key) was, of a result that a batch has just made: what is
    /// read from a store has lost it.
    pub(crate) fn idempotency_key(&self) -> String {
        self.results.calls().idempotency_key(self.index())
    }

    /// The position of the call in its batch, of a result that a batch has just made.
    pub(crate) fn index(&self) -> usize {
        self.results.index(self.place)
    }

    /// When the call was handed to the batch, counted from its start: zero unless it was pushed later, or went on when the batch was
    /// resumed.
    pub fn queued(&self) -> Duration {
        self.told().timing.queued
    }

    /// When the call ran, from the start of its first attempt to its result; `None` if it was not started.
    pub fn span(&self) -> Option<Span> {
        self.told().timing.span
    }

    /// What the call waited for, in the order in which it did.
    pub fn waits(&self) -> &[Wait] {
        &self.told().timing.waits
    }

    /// The attempts that failed and were followed by another or were to be, in their order.
    pub fn failed_attempts(&self) -> &[FailedAttempt] {
        &self.told().timing.failed_attempts
    }

    /// How long the longest poll of the call took, if that was longer than [`Policy::slow_poll`](crate::Policy::slow_poll): it kept a
    /// worker of the runtime busy meanwhile, blocking or computing without an await. Of a call that has its result in the middle of a poll,
    /// how long that had taken until then.
    pub fn longest_poll(&self) -> Option<Duration> {
        self.told().timing.longest_poll
    }

    pub(super) fn duration(&self) -> Duration {
        let span = self.span();
        span.map(|span| span.finished.saturating_sub(span.started))
            .unwrap_or_default()
    }

    /// The call of this batch that it waited for, the last if there were several.
    pub(super) fn last_predecessor(&self) -> Option<usize> {
        self.waits().iter().find_map(|wait| match wait.what {
            WaitedFor::Calls { last, .. } => last,
            WaitedFor::Limit(_) | WaitedFor::Approval => None,
        })
    }
}

impl fmt::Debug for ToolResult {
    /// Its own call, not its siblings'.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolResult")
            .field("call", self.call())
            .field("outcome", &self.outcome())
            .field("parts", &self.parts())
            .field("repairs", &self.repairs())
            .field("error", &self.error())
            .field("error_id", &self.error_id())
            .field("timing", &self.told().timing)
            .finish()
    }
}

impl ToolResult {
    /// What a call gets whose result was lost with the program that made it.
    pub(crate) fn interrupted(call: ToolCall, known: Interrupted) -> Self {
        let text = said(&known.text(call.name()));
        let outcome = Outcome {
            ending: Ending::Cancelled(CancelledBy::Shutdown),
            effects: known.effects(),
            late: false,
            still_running: false,
            same_as: None,
            truncated: false,
        };
        let told = Told {
            outcome,
            answer: Content::Text(text).into(),
            joined: OnceLock::new(),
            failure: None,
            timing: Timing::default(),
        };
        Results::one(alone(vec![call]), 0, told)
    }
}

impl Told {
    /// What is told of a call of a tool that declares these effects; `leaving` says how what the model reads of a failure leaves.
    #[inline]
    pub(crate) fn new<'a>(
        calls: &Calls,
        index: usize,
        declared: Changes,
        settled: Settled,
        timing: Timing,
        detail: ErrorDetail,
        leaving: impl FnOnce() -> Leaving<'a>,
    ) -> Self {
        let ending = settled.ending();
        let failed = &timing.failed_attempts;
        let clean = failed.iter().all(|failed| failed.error.has_no_effects());
        let mut outcome = Outcome {
            ending,
            effects: settled.effects(ending, declared, clean),
            late: matches!(settled, Settled::Answered { late: true, .. }),
            still_running: settled.is_still_running(),
            same_as: timing.same_as,
            truncated: false,
        };
        let (answer, failure) = match settled {
            Settled::Answered {
                result: Ok(answer), ..
            } => (answer, None),
            failed => {
                let told = text::Told {
                    tool: calls.get(index).name(),
                    effects: outcome.effects,
                    declared,
                    failed: timing.failed_attempts.len(),
                    called: timing.was_called(),
                    detail,
                };
                let edited = calls.edited(index);
                let (text, truncated) = told_of(&failed, told, edited, &leaving());
                let answer = Answer::left(Parts::One(Content::Text(text)), truncated);
                (answer, Some(Box::new(Failure::of(failed))))
            }
        };
        outcome.truncated = answer.is_truncated();
        Self {
            outcome,
            answer,
            joined: OnceLock::new(),
            failure,
            timing,
        }
    }
}

/// What the model reads of a call without an answer, and whether that is not all of it.
#[cold]
fn told_of(
    settled: &Settled,
    told: text::Told<'_>,
    edited: Option<&str>,
    leaving: &Leaving<'_>,
) -> (String, bool) {
    let shortened = settled.error().and_then(|error| leaving.shortened(error));
    let was_long = shortened.is_some();
    let shortened = shortened.map(|error| Settled::Answered {
        result: Err(error),
        late: false,
    });
    let tool = told.tool;
    let text = shortened.as_ref().unwrap_or(settled).text(told);
    let text = match edited.filter(|_| settled.was_called()) {
        Some(edited) => format!("{}\n{text}", text::changed_call(tool, edited)),
        None => text,
    };
    let (text, truncated) = leaving.text(&text);
    (text, truncated || was_long)
}

impl Failure {
    fn of(settled: Settled) -> Self {
        let mut failure = Self {
            error_id: settled.error_id().map(str::to_owned),
            ..Self::default()
        };
        match settled {
            Settled::Answered { result, .. } => failure.error = result.err(),
            Settled::InvalidArguments(errors) => failure.argument_errors = Some(errors),
            Settled::Panicked { panic, .. } => failure.panic_message = panic.message,
            _ => {}
        }
        failure
    }
}

impl Timing {
    /// Whether an attempt that failed was made.
    fn was_called(&self) -> bool {
        let mut failed = self.failed_attempts.iter();
        failed.any(|failed| failed.error.was_called())
    }
}
