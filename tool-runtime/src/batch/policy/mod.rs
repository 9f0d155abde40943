//! How a batch runs: values only.

mod check;
mod choices;
mod meaning;
mod milliseconds;
mod repair;
mod retry;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use choices::{OnFailure, StreamedCalls, Undeclared};
pub use repair::Repair;
pub use retry::Retry;
use serde::{Deserialize, Serialize};

use crate::outcome::ErrorDetail;
use crate::outgoing::Envelope;
use crate::tool::{ArgumentLimits, DeclaredEffects};

/// The limits under which a batch runs.
///
/// | setting | default | what it bounds |
/// |---|---|---|
/// | [`call_timeout`](Self::call_timeout) | 60 s | one call, from its first poll, or from the start of its thread |
/// | [`tool_timeout`](Self::tool_timeout) | the attribute's `timeout`, else `call_timeout` | one call of one tool |
/// | [`batch_timeout`](Self::batch_timeout) | 300 s | all calls of a batch, the waiting ones too |
/// | [`grace`](Self::grace) | 1 s | a call that is over time, from its cancellation to its end |
/// | [`max_wait`](Self::max_wait) | 120 s | what a call waits for earlier calls, what it waits for permits, and what it waits between two attempts |
/// | [`approval_timeout`](Self::approval_timeout) | 120 s | what a call waits for its approval |
/// | [`slow_poll`](Self::slow_poll) | 100 ms | one poll of an `async` or `inline` tool; the log is told of one that takes longer |
/// | [`max_calls`](Self::max_calls) | 1,000 | calls of a batch |
/// | [`max_argument_bytes`](Self::max_argument_bytes) | 1 MiB | the text of one call's arguments |
/// | [`max_argument_depth`](Self::max_argument_depth) | 64 | objects and arrays inside of each other in arguments |
/// | [`max_concurrency`](Self::max_concurrency) | 64 | calls of a batch that run at once |
/// | [`max_blocking_threads`](Self::max_blocking_threads) | 64 | plain `fn` calls of a toolbox that run at once |
/// | [`tool_concurrency`](Self::tool_concurrency) | the attribute's `max_concurrency` | calls of one tool that run at once, in all batches of a toolbox |
/// | [`group_concurrency`](Self::group_concurrency) | none | calls of some tools that run at once, in all batches of a toolbox |
/// | [`tool_concurrency_per_tenant`](Self::tool_concurrency_per_tenant) | none | those of them that are one tenant's |
/// | [`group_concurrency_per_tenant`](Self::group_concurrency_per_tenant) | none | the same, of the tools of a group |
/// | [`retry`](Self::retry) | 3 attempts | how often a call is tried, see [`Retry`] |
/// | [`max_queue`](Self::max_queue) | 10,000 | calls of all batches of a toolbox that wait for a thread or because of one of these limits |
/// | [`max_result_bytes`](Self::max_result_bytes) | 131,072 | the texts of one result |
/// | [`tool_max_result_bytes`](Self::tool_max_result_bytes) | `max_result_bytes` | the texts of one result of one tool |
/// | [`max_media_bytes`](Self::max_media_bytes) | 10,485,760 | the images and sounds of one result |
/// | [`repair`](Self::repair) | off | whether arguments in another form are read as they were meant, see [`Repair`] |
/// | [`error_detail`](Self::error_detail) | its text and details | what the model reads of a tool's error, see [`ErrorDetail`] |
/// | [`tool_error_detail`](Self::tool_error_detail) | `error_detail` | what it reads of one tool's |
/// | [`log_sources`](Self::log_sources) | no | whether events for the log say what the model does not read |
/// | [`trace_arguments`](Self::trace_arguments) | no | whether the spans of calls have their arguments |
/// | [`trace_results`](Self::trace_results) | no | whether the spans of calls have what their tools answered |
///
/// A batch therefore ends within `batch_timeout` and `grace`, as long as one thread of the runtime is free. Where the
/// `Drop` of what a stopped call holds does not return, its result comes one second later.
///
/// A toolbox has one policy; a binding may have another:
///
/// ```
/// use std::time::Duration;
/// use tool_runtime::{Policy, Toolbox, tool, tools};
///
/// # /// Adds.
/// # #[tool(pure)] async fn add(/** A number. */ a: i64) -> i64 { a }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let toolbox = Toolbox::<()>::builder()
///     .tools(tools![add])
///     .policy(Policy::default().call_timeout(Duration::from_secs(10)))
///     .build()?;
/// let one_by_one = toolbox.bind(()).with(Policy::default().max_concurrency(1))?;
/// # Ok(()) }
/// ```
///
/// It is read and written with serde, so that operators change it without a build; durations are in milliseconds:
///
/// ```
/// use tool_runtime::Policy;
///
/// let policy: Policy = serde_json::from_str(
///     r#"{"call_timeout_ms": 10000, "tools": {"get_tickets": {"timeout_ms": 2000}}}"#,
/// )?;
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A value that cannot be kept (zero, more than a day, a tool that is not there) is refused where the policy meets the
/// toolbox: by `build` and by `with`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    #[serde(rename = "call_timeout_ms", with = "milliseconds")]
    call_timeout: Duration,
    #[serde(rename = "batch_timeout_ms", with = "milliseconds")]
    batch_timeout: Duration,
    #[serde(rename = "grace_ms", with = "milliseconds")]
    grace: Duration,
    #[serde(rename = "max_wait_ms", with = "milliseconds")]
    max_wait: Duration,
    #[serde(rename = "approval_timeout_ms", with = "milliseconds")]
    approval_timeout: Duration,
    #[serde(rename = "slow_poll_ms", with = "milliseconds")]
    slow_poll: Duration,
    max_calls: usize,
    max_argument_bytes: usize,
    max_argument_depth: usize,
    max_concurrency: usize,
    max_blocking_threads: usize,
    max_queue: usize,
    max_result_bytes: usize,
    max_media_bytes: usize,
    envelope: Envelope,
    on_failure: OnFailure,
    undeclared: Undeclared,
    coalesce: bool,
    streamed_calls: StreamedCalls,
    repair: Repair,
    error_detail: ErrorDetail,
    log_sources: bool,
    trace_arguments: bool,
    trace_results: bool,
    #[serde(skip_serializing_if = "Retry::is_default")]
    retry: Retry,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tools: BTreeMap<String, ToolPolicy>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    groups: BTreeMap<String, GroupPolicy>,
}

/// What differs for one tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ToolPolicy {
    #[serde(
        rename = "timeout_ms",
        with = "milliseconds::optional",
        skip_serializing_if = "Option::is_none"
    )]
    timeout: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_concurrency: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_concurrency_per_tenant: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_result_bytes: Option<usize>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    never_skipped: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    approval: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<DeclaredEffects>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<Retry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_detail: Option<ErrorDetail>,
}

/// Tools that share a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupPolicy {
    tools: BTreeSet<String>,
    max_concurrency: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_concurrency_per_tenant: Option<usize>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            call_timeout: Duration::from_secs(60),
            batch_timeout: Duration::from_secs(300),
            grace: Duration::from_secs(1),
            max_wait: Duration::from_secs(120),
            approval_timeout: Duration::from_secs(120),
            slow_poll: Duration::from_millis(100),
            max_calls: 1000,
            max_argument_bytes: 1 << 20,
            max_argument_depth: 64,
            max_concurrency: 64,
            max_blocking_threads: 64,
            max_queue: 10_000,
            max_result_bytes: 128 * 1024,
            max_media_bytes: 10 * 1024 * 1024,
            envelope: Envelope::Escaped,
            on_failure: OnFailure::Isolate,
            undeclared: Undeclared::Free,
            coalesce: false,
            streamed_calls: StreamedCalls::Eager,
            repair: Repair::Off,
            error_detail: ErrorDetail::Message,
            log_sources: false,
            trace_arguments: false,
            trace_results: false,
            retry: Retry::default(),
            tools: BTreeMap::new(),
            groups: BTreeMap::new(),
        }
    }
}

/// What of a policy a batch keeps while it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) batch_timeout: Duration,
    pub(crate) grace: Duration,
    pub(crate) max_wait: Duration,
    pub(crate) approval_timeout: Duration,
    pub(crate) slow_poll: Duration,
    pub(crate) max_calls: usize,
    pub(crate) arguments: ArgumentLimits,
    pub(crate) max_concurrency: usize,
    pub(crate) max_queue: usize,
    pub(crate) max_result_bytes: usize,
    pub(crate) max_media_bytes: usize,
    pub(crate) envelope: Envelope,
    pub(crate) on_failure: OnFailure,
}
