//! A part of a toolbox that is a toolbox too.

use std::collections::HashSet;
use std::sync::Arc;

use super::manifests::Manifests;
use super::{Shared, Toolbox};
use crate::BuildError;
use crate::text::nearest;
use crate::tool::{State, ToolDefinition};

impl<S: State> Toolbox<S> {
    /// The part of the toolbox that has the tools of which this is true, in their order: for a tenant, a role, a step of the
    /// conversation.
    ///
    /// A view is a toolbox in its own right: its manifest shows its tools alone, a call of another is one of an unknown tool, and what
    /// the model reads then names none that it hides. It shares the schemas, the layers, the policy, and all that batches share: limits,
    /// the orders of scopes, keys of calls that could not be stopped; [`idle`](Self::idle) waits for the batches of all views. A policy
    /// ([`Bound::with`](crate::Bound::with)) may speak of every tool of the whole.
    ///
    /// ```
    /// # use tool_runtime::{ToolCall, Toolbox, tool, tools};
    /// /// Read a note.
    /// #[tool(reads("note:{id}"))]
    /// async fn read_note(/** Which. */ id: u64) -> String { format!("note {id}") }
    ///
    /// /// Delete a note for good.
    /// #[tool(writes("note:{id}"), destructive)]
    /// async fn delete_note(/** Which. */ id: u64) {}
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let toolbox = Toolbox::new(tools![read_note, delete_note])?;
    /// let guests = toolbox.view(|tool| tool.effects().changes_nothing()); // once per role
    /// let report = guests.run([ToolCall::new("1", "delete_note", r#"{"id": 7}"#)]).await;
    /// assert_eq!(
    ///     report.results()[0].text(),
    ///     "There is no tool named `delete_note`, so nothing was called. The tools are `read_note`."
    /// );
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn view(&self, shows: impl Fn(&ToolDefinition) -> bool) -> Self {
        let shown = |definition: &&ToolDefinition| shows(definition);
        let definitions: Vec<_> = self.0.definitions.iter().filter(shown).cloned().collect();
        let indexes = definitions
            .iter()
            .filter_map(|tool| self.0.by_name.get(tool.name()));
        let indexes: HashSet<usize> = indexes.copied().collect();
        let by_name = self
            .0
            .by_name
            .iter()
            .filter(|(_, index)| indexes.contains(index));
        let by_name = by_name.map(|(name, index)| (name.clone(), *index));
        Self(Arc::new(Shared {
            by_name: by_name.collect(),
            definitions,
            manifests: Manifests::default(),
            all: Arc::clone(&self.0.all),
        }))
    }

    /// The [view](Self::view) with these tools, in the order of the toolbox.
    ///
    /// # Errors
    ///
    /// If the toolbox has no tool of one of the names.
    pub fn only(
        &self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, BuildError> {
        let names: Vec<_> = names.into_iter().collect();
        let known = self.0.definitions.iter().map(ToolDefinition::name);
        let is_known = |name: &str| known.clone().any(|known| known == name);
        let unknown = names.iter().map(AsRef::as_ref).find(|name| !is_known(name));
        if let Some(name) = unknown {
            return Err(BuildError::ViewOfUnknownTool {
                name: name.to_owned(),
                nearest: nearest(name, known).map(str::to_owned),
            });
        }
        Ok(self.view(|tool| names.iter().any(|name| name.as_ref() == tool.name())))
    }
}
