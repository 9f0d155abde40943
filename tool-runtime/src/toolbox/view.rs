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
    ///     "There is no tool named `delete_note`, so nothing was called. The tool is `read_note`."
    /// );
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn view(&self, shows: impl Fn(&ToolDefinition) -> bool) -> Self {
        let shown = |definition: &&ToolDefinition| shows(definition);
        let definitions: Vec<_> = self.0.definitions.iter().filter(shown).cloned().collect();
        self.showing(definitions)
    }

    /// The view with these definitions of its own.
    pub(super) fn showing(&self, definitions: Vec<ToolDefinition>) -> Self {
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
        let (steps, definitions) = self.steps_in_view(definitions);
        Self(Arc::new(Shared {
            by_name: by_name.collect(),
            definitions,
            manifests: Manifests::default(),
            steps,
            own: self.0.own.clone(),
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

    /// The [view](Self::view) with the tools that have one of these tags, in the order of the toolbox.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// /// Look up an invoice.
    /// #[tool(pure, tags("billing", "support"))]
    /// async fn get_invoice(/** Which. */ id: u64) -> u64 { id }
    ///
    /// /// Restart a server.
    /// #[tool(tags("operations"))]
    /// async fn restart_server(/** Which. */ name: String) { drop(name) }
    ///
    /// let toolbox = Toolbox::new(tools![get_invoice, restart_server])?;
    /// let support = toolbox.tagged(["support"])?;
    /// assert_eq!(support.tools()[0].name(), "get_invoice");
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If no tool of the toolbox has one of the tags.
    pub fn tagged(
        &self,
        tags: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, BuildError> {
        let tags: Vec<_> = tags.into_iter().collect();
        let known = self.0.definitions.iter().flat_map(ToolDefinition::tags);
        let is_known = |tag: &str| known.clone().any(|known| known == tag);
        let unknown = tags.iter().map(AsRef::as_ref).find(|tag| !is_known(tag));
        if let Some(tag) = unknown {
            return Err(BuildError::ViewOfUnknownTag {
                tag: tag.to_owned(),
                nearest: nearest(tag, known).map(str::to_owned),
            });
        }
        let is_wanted = |tag: &str| tags.iter().any(|wanted| wanted.as_ref() == tag);
        Ok(self.view(|tool| tool.tags().any(is_wanted)))
    }

    /// The view with all tools of this one, offered with strict schemas or without, whatever the dialect says. A tool that says so
    /// itself ([`ToolDefinition::with_strict`], `#[tool(strict)]`) is offered as it says.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, dialect::OpenAiChat, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    /// let toolbox = Toolbox::new(tools![tell_time])?.with_strict(true);
    /// assert!(toolbox.manifest(OpenAiChat)?.as_str().contains(r#""strict":true"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_strict(&self, is_strict: bool) -> Self {
        let mut definitions = self.0.definitions.clone();
        for tool in &mut definitions {
            tool.strict_in_view = Some(is_strict);
        }
        self.showing(definitions)
    }
}
