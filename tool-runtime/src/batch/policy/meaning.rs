//! What is set, as batches ask for it.

use std::time::Duration;

use super::super::permits::{Need, Needs, Resource};
use super::{Limits, Policy, Repair, Retry, StreamedCalls, Undeclared};
use crate::outcome::ErrorDetail;
use crate::tool::{ArgumentLimits, DeclaredEffects, ToolDefinition};
#[cfg(feature = "tracing")]
use crate::trace::spans::Shown;

impl Policy {
    /// The timeout of a call of `tool`, whose attribute says `declared`.
    pub(crate) fn timeout_of(&self, tool: &str, declared: Option<Duration>) -> Duration {
        let own = self.tools.get(tool).and_then(|tool| tool.timeout);
        own.or(declared).unwrap_or(self.call_timeout)
    }

    /// How calls of `tool` are tried again, which says `attempts` itself.
    pub(crate) fn retry_of(&self, tool: &str, attempts: Option<u32>) -> Retry {
        let own = self.tools.get(tool).and_then(|tool| tool.retry.clone());
        let declared = match attempts {
            Some(attempts) => Retry::default().attempts(attempts),
            None => Retry::default(),
        };
        own.unwrap_or_default().or(&declared).or(&self.retry)
    }

    pub(crate) fn error_detail_of(&self, tool: &str) -> ErrorDetail {
        let own = self.tools.get(tool).and_then(|tool| tool.error_detail);
        own.unwrap_or(self.error_detail)
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn logs_sources(&self) -> bool {
        self.log_sources
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn traces(&self) -> Shown {
        Shown {
            arguments: self.trace_arguments,
            results: self.trace_results,
        }
    }

    pub(crate) fn when_streamed(&self) -> StreamedCalls {
        self.streamed_calls
    }

    pub(crate) fn repairs(&self) -> Repair {
        self.repair
    }

    pub(crate) fn coalesces(&self) -> bool {
        self.coalesce
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            batch_timeout: self.batch_timeout,
            grace: self.grace,
            max_wait: self.max_wait,
            approval_timeout: self.approval_timeout,
            slow_poll: self.slow_poll,
            max_calls: self.max_calls,
            arguments: ArgumentLimits {
                bytes: self.max_argument_bytes,
                depth: self.max_argument_depth,
            },
            max_concurrency: self.max_concurrency,
            max_queue: self.max_queue,
            max_result_bytes: self.max_result_bytes,
            max_media_bytes: self.max_media_bytes,
            envelope: self.envelope,
            on_failure: self.on_failure,
        }
    }

    /// The permits that a call of `tool`, the one with this index, needs; those of one on a thread too.
    pub(crate) fn needs(&self, index: usize, tool: &ToolDefinition) -> [Needs; 2] {
        let name = tool.name();
        let own = self.tools.get(name).and_then(|tool| tool.max_concurrency);
        let own = own.or(tool.max_concurrency()).map(|limit| Need {
            resource: Resource::Tool(index),
            limit,
        });
        let groups = self
            .groups
            .iter()
            .filter(|(_, group)| group.tools.contains(name));
        let groups = groups.map(|(group, policy)| Need {
            resource: Resource::Group(group.as_str().into()),
            limit: policy.max_concurrency,
        });
        let shared: Vec<Need> = own.into_iter().chain(groups).collect();
        let thread = Need {
            resource: Resource::Threads,
            limit: self.max_blocking_threads,
        };
        let on_thread = shared.iter().cloned().chain([thread]).collect();
        [shared.into(), on_thread]
    }

    /// Of what calls of `tool` need a permit of their tenant's too, and how many there are for each.
    pub(crate) fn needs_per_tenant(&self, index: usize, tool: &ToolDefinition) -> Needs {
        let name = tool.name();
        let own = self.tools.get(name);
        let own = own.and_then(|tool| tool.max_concurrency_per_tenant);
        let own = own.map(|limit| Need {
            resource: Resource::Tool(index),
            limit,
        });
        let groups = self.groups.iter();
        let groups = groups.filter(|(_, group)| group.tools.contains(name));
        let groups = groups.filter_map(|(group, policy)| {
            Some(Need {
                resource: Resource::Group(group.as_str().into()),
                limit: policy.max_concurrency_per_tenant?,
            })
        });
        own.into_iter().chain(groups).collect()
    }

    /// How long a result of the tool `name` may be.
    pub(crate) fn max_result_bytes_of(&self, name: &str) -> usize {
        let own = self.tools.get(name).and_then(|tool| tool.max_result_bytes);
        own.unwrap_or(self.max_result_bytes)
    }

    pub(crate) fn is_never_skipped(&self, name: &str) -> bool {
        self.tools.get(name).is_some_and(|tool| tool.never_skipped)
    }

    /// Whether it wants approval for all calls of the tool `name`.
    pub(crate) fn wants_approval(&self, name: &str) -> bool {
        self.tools.get(name).is_some_and(|tool| tool.approval)
    }

    /// Whether somebody may be asked about calls of `tool`.
    pub(crate) fn decides_on(&self, tool: &ToolDefinition) -> bool {
        tool.needs_approval() || self.wants_approval(tool.name())
    }

    /// What it says that calls of the tool `name` touch.
    pub(crate) fn effects_of(&self, name: &str) -> Option<&DeclaredEffects> {
        self.tools.get(name).and_then(|tool| tool.effects.as_ref())
    }

    /// What it means that `tool` declares no effects.
    pub(crate) fn undeclared_as(&self, tool: &ToolDefinition) -> DeclaredEffects {
        match tool.is_destructive() || self.undeclared == Undeclared::Exclusive {
            true => DeclaredEffects::Exclusive,
            false => DeclaredEffects::Undeclared,
        }
    }
}
