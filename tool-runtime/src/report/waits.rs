//! When a call ran, and what it waited for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::ToolError;

/// When a call ran, counted from the start of its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it was started.
    pub started: Duration,
    /// When its result was there.
    pub finished: Duration,
}

/// An attempt of a call that failed, after which the call was to be tried again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// When it ran.
    pub span: Span,
    /// What it failed with.
    pub error: ToolError,
    /// What that says, without what [leaves in no result](crate::Redaction).
    pub text: String,
    /// How long the call was to wait before the next.
    pub back_off: Duration,
}

/// What a call waited for, and when, counted from the start of its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// What it waited for.
    pub what: WaitedFor,
    /// When it began to wait.
    pub from: Duration,
    /// When it waited no more.
    pub to: Duration,
}

/// What a call can wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitedFor {
    /// Calls before it that use the same data.
    Calls {
        /// The index of the one that ended last. None if that was a call of an earlier batch which could not be stopped, or if
        /// they had not all ended when the call got its result.
        last: Option<usize>,
        /// What both use, as in `customer:7`; none if one of the two is exclusive.
        key: Option<String>,
    },
    /// A permit.
    Limit(ConcurrencyLimit),
    /// Somebody's decision on it.
    Approval,
}

/// `call 1, for account:2`
impl fmt::Display for WaitedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calls { last: None, .. } => f.write_str("calls before it"),
            Self::Calls {
                last: Some(last),
                key: None,
            } => write!(f, "call {last}"),
            Self::Calls {
                last: Some(last),
                key: Some(key),
            } => write!(f, "call {last}, for {key}"),
            Self::Approval => f.write_str("approval"),
            Self::Limit(limit) => match limit {
                ConcurrencyLimit::Batch => f.write_str("a permit of the batch"),
                ConcurrencyLimit::Threads => f.write_str("a thread"),
                ConcurrencyLimit::PerTool => f.write_str("a permit of the tool"),
                ConcurrencyLimit::Group(name) => write!(f, "a permit of the group `{name}`"),
                ConcurrencyLimit::TenantTool => {
                    f.write_str("one of its tenant's permits of the tool")
                }
                ConcurrencyLimit::TenantGroup(name) => {
                    write!(f, "one of its tenant's permits of the group `{name}`")
                }
            },
        }
    }
}

/// What limits how many calls run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConcurrencyLimit {
    /// [`Policy::max_concurrency`](crate::Policy::max_concurrency).
    Batch,
    /// [`Policy::max_blocking_threads`](crate::Policy::max_blocking_threads).
    Threads,
    /// [`Policy::tool_concurrency`](crate::Policy::tool_concurrency), or the attribute's `max_concurrency`.
    PerTool,
    /// [`Policy::group_concurrency`](crate::Policy::group_concurrency), of the group with this name.
    Group(Arc<str>),
    /// [`Policy::tool_concurrency_per_tenant`](crate::Policy::tool_concurrency_per_tenant): other calls of the same tenant's.
    TenantTool,
    /// [`Policy::group_concurrency_per_tenant`](crate::Policy::group_concurrency_per_tenant), of the group with this name.
    TenantGroup(Arc<str>),
}
