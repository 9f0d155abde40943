//! Building a toolbox: every check that needs all tools at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use super::{Shared, Toolbox};
use crate::BuildError;
use crate::batch::{Idle, Policy, Threads};
use crate::tool::{State, Tool, ToolDefinition, ToolList};

/// Collects the tools of a [`Toolbox`].
#[must_use = "a builder does nothing until `build`"]
pub struct ToolboxBuilder<S: 'static> {
    tools: Vec<Arc<dyn Tool<S>>>,
    policy: Policy,
}

impl<S: State> ToolboxBuilder<S> {
    pub(super) fn new() -> Self {
        Self {
            tools: Vec::new(),
            policy: Policy::default(),
        }
    }

    /// Adds the tools of a `tools![…]` list. Lists add up.
    pub fn tools(mut self, tools: ToolList<S>) -> Self {
        self.tools.extend(tools.0);
        self
    }

    /// The policy under which batches run, unless a binding has another.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The toolbox. Schemas are made here and never again.
    ///
    /// # Errors
    ///
    /// If two tools have one name, a name or the arguments are not what every provider takes, a parameter's options
    /// contradict its type or one another, or the policy cannot be kept.
    pub fn build(self) -> Result<Toolbox<S>, BuildError> {
        let definitions: Vec<_> = self.tools.iter().map(|tool| tool.definition()).collect();
        let by_name = index(&definitions)?;
        self.policy
            .check(definitions.iter().map(ToolDefinition::name))?;
        Ok(Toolbox(Arc::new(Shared {
            tools: self.tools,
            definitions,
            by_name,
            policy: Arc::new(self.policy),
            idle: Arc::new(Idle::new()),
            threads: Arc::new(Threads::default()),
        })))
    }
}

impl<S> fmt::Debug for ToolboxBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolboxBuilder")
            .field("tools", &self.tools.len())
            .field("policy", &self.policy)
            .finish()
    }
}

fn index(definitions: &[ToolDefinition]) -> Result<HashMap<String, usize>, BuildError> {
    let mut by_name = HashMap::with_capacity(definitions.len());
    for (index, definition) in definitions.iter().enumerate() {
        let name = definition.name();
        if !is_legal(name) {
            return Err(BuildError::IllegalName {
                name: name.to_owned(),
                place: definition.place(),
            });
        }
        if !definition.parameters().is_object() {
            return Err(BuildError::NotAnObject {
                name: name.to_owned(),
                place: definition.place(),
            });
        }
        if let Some((parameter, problem)) = definition.parameters().fault() {
            return Err(BuildError::Parameter {
                name: name.to_owned(),
                place: definition.place(),
                parameter: parameter.to_owned(),
                problem: problem.to_owned(),
            });
        }
        match by_name.entry(name.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(entry) => {
                return Err(BuildError::DuplicateName {
                    name: name.to_owned(),
                    first: definitions[*entry.get()].place(),
                    second: definition.place(),
                });
            }
        }
    }
    Ok(by_name)
}

/// What every provider takes: `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`.
fn is_legal(name: &str) -> bool {
    let mut characters = name.chars();
    name.len() <= 64
        && characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
