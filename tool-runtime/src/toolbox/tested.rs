//! A toolbox as tests want it: with other tools, and with more layers, than it was built with.

use std::sync::Arc;

use super::layer::{Layer, Layers};
use super::manifests::Manifests;
use super::{All, Bound, Shared, Toolbox};
use crate::batch::{Dispatch, OnFailure, ToolRules};
use crate::testing::Turnstile;
use crate::text::nearest;
use crate::tool::{State, Tool, ToolDefinition};
use crate::{BuildError, ToolCall};

impl<S: State> Bound<S> {
    pub(crate) fn toolbox(&self) -> &Toolbox<S> {
        &self.toolbox
    }

    /// The same for a test, in which calls go through a turnstile and have as much time as they need.
    pub(crate) fn tested(&self, turnstile: Arc<Turnstile>) -> Self {
        Self {
            rules: Arc::new(self.rules.without_haste()),
            turnstile: Some(turnstile),
            ..self.clone()
        }
    }

    /// What is done about failures.
    pub(crate) fn on_failure(&self) -> OnFailure {
        self.rules.limits.on_failure
    }

    /// What counts as declared by the tool that a call names, if there is one.
    pub(crate) fn declared_by(&self, call: &ToolCall) -> Option<&ToolRules> {
        let tool = self.find(call).ok()?;
        self.rules.tools.get(tool)
    }

    /// What counts as declared by the tools.
    pub(crate) fn all_declared(&self) -> impl Iterator<Item = &ToolRules> {
        self.rules.tools.iter()
    }
}

impl<S: State> Toolbox<S> {
    /// Whether a call with this name finds a tool.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.by_name.contains_key(name)
    }

    /// The same with another tool of the same definition in the place of one; it shares nothing with this one's batches.
    pub(crate) fn with_tool(
        &self,
        name: &str,
        other: impl FnOnce(Arc<dyn Tool<S>>) -> Arc<dyn Tool<S>>,
    ) -> Result<Self, BuildError> {
        let index = self.index_of(name)?;
        let mut tools = self.0.all.tools.clone();
        tools[index] = other(Arc::clone(&tools[index]));
        Ok(self.with(tools, self.0.all.layers.clone(), self.0.all.common.clone()))
    }

    /// The same with a layer within all others, which speaks of these tools; it shares nothing with this one's batches.
    pub(crate) fn with_layer<'a>(
        &self,
        mut named: impl Iterator<Item = &'a str>,
        layer: Arc<dyn Layer<S>>,
    ) -> Result<Self, BuildError> {
        named.try_for_each(|name| self.index_of(name).map(drop))?;
        let mut layers = self.0.all.layers.clone();
        let mut common = self.0.all.common.clone();
        for layers in layers.iter_mut().chain([&mut common]) {
            layers.push(Arc::clone(&layer));
        }
        Ok(self.with(self.0.all.tools.clone(), layers, common))
    }

    fn with(
        &self,
        tools: Vec<Arc<dyn Tool<S>>>,
        layers: Vec<Layers<S>>,
        common: Layers<S>,
    ) -> Self {
        let all = &self.0.all;
        Self(Arc::new(Shared {
            definitions: self.0.definitions.clone(),
            by_name: self.0.by_name.clone(),
            manifests: Manifests::default(),
            own: self.0.own.clone(),
            all: Arc::new(All {
                tools,
                definitions: all.definitions.clone(),
                layers,
                common,
                rules: Arc::clone(&all.rules),
                #[cfg(feature = "search")]
                policy: all.policy.clone(),
                running: all.running.renewed(),
            }),
        }))
    }

    fn index_of(&self, name: &str) -> Result<usize, BuildError> {
        let known = self.0.definitions.iter().map(ToolDefinition::name);
        let index = self.0.by_name.get(name).copied();
        index.ok_or_else(|| BuildError::TestOfUnknownTool {
            name: name.to_owned(),
            nearest: nearest(name, known).map(str::to_owned),
        })
    }
}
