//! What a policy means for the tools of a toolbox, worked out once and not for each call.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::permits::{Need, Needs, Resource};
use super::plan::{Class, Plan};
use super::policy::{Limits, Policy, Repair, Retry, StreamedCalls};
use crate::outcome::ErrorDetail;
use crate::tool::{
    CallEffects, Canonical, Changes, Compiled, DeclaredEffects, ToolDefinition, Touching,
};
#[cfg(feature = "tracing")]
use crate::trace::spans::{self, Shown};

/// A policy and the tools it is for.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// When the calls of a streamed response begin.
    pub(crate) streamed_calls: StreamedCalls,
    /// Whether arguments in another form are read as they were meant.
    pub(crate) repair: Repair,
    pub(crate) limits: Limits,
    /// Whether the log is told what the model does not read.
    #[cfg(feature = "tracing")]
    pub(crate) log_sources: bool,
    /// What of calls stands in their spans.
    #[cfg(feature = "tracing")]
    pub(crate) shown: Shown,
    pub(crate) tools: Vec<ToolRules>,
    /// Whether calls of any tool need something beside their batch's permit, and a thread.
    pub(crate) limits_tools: bool,
}

/// What holds for the calls of one tool.
#[derive(Clone, Debug)]
pub(crate) struct ToolRules {
    /// What the tool calls itself.
    pub(crate) name: String,
    /// What the spans of its calls say of it.
    #[cfg(feature = "tracing")]
    pub(crate) span: spans::Tool,
    pub(crate) timeout: Duration,
    /// How much of an error the model reads.
    pub(crate) error_detail: ErrorDetail,
    /// What counts as declared.
    pub(crate) effects: DeclaredEffects,
    /// Whether nobody has declared anything.
    pub(crate) undeclared: bool,
    /// Whether each call says for itself what it touches.
    pub(crate) per_call: bool,
    /// Whether it calls others.
    pub(crate) calls_others: bool,
    pub(crate) class: Class,
    pub(crate) never_skipped: bool,
    /// Whether the policy wants approval for all its calls.
    pub(crate) approval: bool,
    /// How many bytes the texts of a result have at most.
    pub(crate) max_result_bytes: usize,
    /// How calls are tried again that may be.
    pub(crate) retry: Retry,
    /// Whether a call that is made twice changes no more than one that is made once, whatever it changes.
    is_idempotent: bool,
    /// How calls that are the same are told, if they are to run once.
    pub(crate) canonical: Option<Canonical>,
    /// The permits that a call needs beside its batch's.
    pub(crate) needs: Needs,
    /// Those, and a thread.
    pub(crate) needs_on_thread: Needs,
    /// Of what a call that is a tenant's needs the tenant's own permits too.
    pub(crate) needs_per_tenant: Needs,
    templates: Compiled,
}

impl Rules {
    pub(crate) fn new(policy: &Policy, definitions: &[ToolDefinition]) -> Self {
        let tools = definitions.iter().enumerate();
        let tools: Vec<_> = tools
            .map(|(index, tool)| ToolRules::new(policy, index, tool))
            .collect();
        Self {
            streamed_calls: policy.when_streamed(),
            repair: policy.repairs(),
            limits: policy.limits(),
            #[cfg(feature = "tracing")]
            log_sources: policy.logs_sources(),
            #[cfg(feature = "tracing")]
            shown: policy.traces(),
            limits_tools: tools
                .iter()
                .any(|tool| !tool.needs.is_empty() || !tool.needs_per_tenant.is_empty()),
            tools,
        }
    }
}

impl Rules {
    /// The same, with a day for everything: in a test, calls wait for each other longer than they otherwise would.
    #[cfg(feature = "testing")]
    pub(crate) fn without_haste(&self) -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        let mut rules = self.clone();
        let limits = &mut rules.limits;
        (
            limits.batch_timeout,
            limits.max_wait,
            limits.approval_timeout,
        ) = (DAY, DAY, DAY);
        for tool in &mut rules.tools {
            tool.timeout = DAY;
        }
        rules
    }

    /// The same, with one attempt for each call.
    pub(crate) fn without_retries(&self) -> Self {
        let mut rules = self.clone();
        for tool in &mut rules.tools {
            tool.retry = Retry::never();
        }
        rules
    }

    /// Adds a call of the tool with this index to a plan; of none if it cannot run.
    pub(super) fn push(&self, plan: &mut Plan, tool: Option<usize>) {
        let rules = tool.map(|tool| &self.tools[tool]);
        let never_skipped = rules.is_some_and(|rules| rules.never_skipped);
        plan.push(rules.map(|rules| rules.class), never_skipped);
    }
}

impl ToolRules {
    fn new(policy: &Policy, index: usize, tool: &ToolDefinition) -> Self {
        let own = Compiled::new(tool.effects());
        let written = policy.effects_of(tool.name());
        let declared = written.unwrap_or(tool.effects());
        let effects = match declared {
            DeclaredEffects::Undeclared => policy.undeclared_as(tool),
            effects => effects.clone(),
        };
        // What calls of others touch is what those touch.
        let calls_others = tool.calls_others();
        let per_call = tool.has_effects_per_call() && (written.is_none() || calls_others);
        let own_timeout = match calls_others {
            true => Some(policy.limits().batch_timeout),
            false => tool.timeout(),
        };
        let [needs, needs_on_thread] = policy.needs(index, tool);
        let needs_per_tenant = policy.needs_per_tenant(index, tool);
        Self {
            name: tool.name().to_owned(),
            #[cfg(feature = "tracing")]
            span: spans::Tool::new(tool.name(), tool.description()),
            timeout: policy.timeout_of(tool.name(), own_timeout),
            error_detail: policy.error_detail_of(tool.name()),
            undeclared: *declared == DeclaredEffects::Undeclared && !per_call,
            per_call,
            calls_others,
            class: match &effects {
                _ if per_call => Class::Any,
                DeclaredEffects::Undeclared => Class::Undeclared,
                DeclaredEffects::Pure => Class::Pure,
                DeclaredEffects::Exclusive => Class::Any,
                DeclaredEffects::Keys { .. } => Class::Keyed,
            },
            never_skipped: policy.is_never_skipped(tool.name()),
            approval: policy.wants_approval(tool.name()),
            // Each result in it has its own cap.
            max_result_bytes: match calls_others {
                true => usize::MAX,
                false => policy.max_result_bytes_of(tool.name()),
            },
            retry: policy.retry_of(tool.name(), tool.attempts()),
            is_idempotent: tool.is_idempotent(),
            canonical: match effects {
                // One decision is good for one call.
                DeclaredEffects::Pure
                    if policy.coalesces() && !per_call && !policy.decides_on(tool) =>
                {
                    tool.canonical()
                }
                _ => None,
            },
            needs,
            needs_on_thread,
            needs_per_tenant,
            templates: own.instead_of(&effects),
            effects,
        }
    }

    /// Whether a call that touches this, if it says so itself, changes something.
    pub(crate) fn changes(&self, effects: Option<&CallEffects>) -> Changes {
        match effects {
            Some(effects) if self.per_call => effects.changes(),
            _ => self.effects.changes(),
        }
    }

    /// Whether such a call may be made again.
    pub(crate) fn may_repeat(&self, effects: Option<&CallEffects>) -> bool {
        self.is_idempotent || self.changes(effects) == Changes::Nothing
    }

    /// What a call of this tenant's needs, which needs these whosever it is. Its own come first: what it waits for is then told as the
    /// nearest reason.
    pub(super) fn needs_of<'a>(&self, tenant: &Arc<str>, needs: &'a Needs) -> Cow<'a, Needs> {
        if self.needs_per_tenant.is_empty() {
            return Cow::Borrowed(needs);
        }
        let own = self.needs_per_tenant.iter().map(|need| Need {
            resource: Resource::Tenant(Arc::clone(tenant), Arc::new(need.resource.clone())),
            limit: need.limit,
        });
        Cow::Owned(own.chain(needs.iter().cloned()).collect())
    }

    /// What a call touches.
    pub(crate) fn touches(&self, touching: Touching) -> CallEffects {
        match touching {
            Touching::Given(effects) if self.per_call => effects,
            Touching::Given(_) => self.templates.resolve(&[]),
            Touching::Holes(values) => self.templates.resolve(&values),
        }
    }
}
