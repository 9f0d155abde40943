//! What a policy means for the tools of a toolbox, worked out once and not for each call.

use std::time::Duration;

use super::permits::Needs;
use super::plan::{Class, Plan};
use super::policy::{Limits, Policy};
use crate::tool::{CallEffects, Compiled, DeclaredEffects, ToolDefinition, Touching};

/// A policy and the tools it is for.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) limits: Limits,
    pub(crate) tools: Vec<ToolRules>,
}

/// What holds for the calls of one tool.
#[derive(Debug)]
pub(crate) struct ToolRules {
    pub(crate) timeout: Duration,
    /// What counts as declared.
    pub(crate) effects: DeclaredEffects,
    /// Whether nobody has declared anything.
    pub(crate) undeclared: bool,
    /// Whether each call says for itself what it touches.
    pub(crate) per_call: bool,
    pub(crate) class: Class,
    pub(crate) never_skipped: bool,
    /// The permits that a call needs beside its batch's.
    pub(crate) needs: Needs,
    /// Those, and a thread.
    pub(crate) needs_on_thread: Needs,
    templates: Compiled,
}

impl Rules {
    pub(crate) fn new(policy: &Policy, definitions: &[ToolDefinition]) -> Self {
        let tools = definitions.iter().enumerate();
        Self {
            limits: policy.limits(),
            tools: tools
                .map(|(index, tool)| ToolRules::new(policy, index, tool))
                .collect(),
        }
    }
}

impl Rules {
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
        let per_call = tool.has_effects_per_call() && written.is_none();
        let [needs, needs_on_thread] = policy.needs(index, tool);
        Self {
            timeout: policy.timeout_of(tool.name(), tool.timeout()),
            undeclared: *declared == DeclaredEffects::Undeclared && !per_call,
            per_call,
            class: match &effects {
                _ if per_call => Class::Any,
                DeclaredEffects::Undeclared => Class::Undeclared,
                DeclaredEffects::Pure => Class::Pure,
                DeclaredEffects::Exclusive => Class::Any,
                DeclaredEffects::Keys { .. } => Class::Keyed,
            },
            never_skipped: policy.is_never_skipped(tool.name()),
            needs,
            needs_on_thread,
            templates: own.instead_of(&effects),
            effects,
        }
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
