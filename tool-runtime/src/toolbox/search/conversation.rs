//! What one conversation shows of a toolbox that is searched.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Searchable;
use super::found::Found;
use super::tool::{NAME, SearchTool, Searching};
use crate::dialect::RequestFormat;
use crate::tool::{IntoState, State, ToolDefinition};
use crate::toolbox::manifests::Manifests;
use crate::toolbox::names::ByName;
use crate::toolbox::{Bound, Shared, Toolbox};
use crate::{Manifest, ManifestError};

/// One conversation with a model that [searches](super) for tools.
///
/// What it shows grows with each search, and each turn has what was found before it: ask anew for the manifest and for the desk. A clone is
/// the same conversation.
pub struct Conversation<S: 'static = ()> {
    searchable: Searchable<S>,
    dialect: Arc<dyn RequestFormat>,
    searching: Arc<Searching>,
    /// What is shown, with what was found then.
    shows: Arc<Mutex<Shown<S>>>,
}

/// A toolbox, and what was found when it was made.
type Shown<S> = Option<(Found, Toolbox<S>)>;

impl<S: State> Conversation<S> {
    pub(super) fn new(
        searchable: Searchable<S>,
        dialect: impl RequestFormat + 'static,
        searching: Searching,
    ) -> Self {
        Self {
            searchable,
            dialect: Arc::new(dialect),
            searching: Arc::new(searching),
            shows: Arc::default(),
        }
    }

    /// The tools that the next request offers, in the provider's request format.
    ///
    /// # Errors
    ///
    /// If the provider does not take them all together: see [`ManifestError`].
    pub fn manifest(&self) -> Result<Manifest, ManifestError> {
        self.toolbox().manifest(&*self.dialect)
    }

    /// What runs the calls of the next turn: those of the tools that are shown and of what was found, and searches.
    pub fn bind(&self, state: impl IntoState<S>) -> Bound<S> {
        self.toolbox().bind(state)
    }

    /// What was found so far, to be stored with the history.
    pub fn found(&self) -> Found {
        self.searching.found().clone()
    }

    /// The tools as they are now: those that are always shown, `search_tools`, and what was found, in that order. It is a
    /// toolbox as any other, and what is found later is not in it.
    pub fn toolbox(&self) -> Toolbox<S> {
        let found = self.found();
        let mut shows = self.shows.lock().unwrap_or_else(PoisonError::into_inner);
        match &*shows {
            Some((then, toolbox)) if *then == found => toolbox.clone(),
            before => {
                let before = before.as_ref().map(|(_, toolbox)| toolbox);
                let toolbox = self.showing(&found, before);
                *shows = Some((found, toolbox.clone()));
                toolbox
            }
        }
    }

    fn showing(&self, found: &Found, before: Option<&Toolbox<S>>) -> Toolbox<S> {
        let whole = &self.searchable.toolbox.0;
        let tools = || whole.definitions.iter().zip(&*self.searchable.shown);
        let is_finder = |tool: &&ToolDefinition| tool.name() == NAME;
        let mut called: Vec<&ToolDefinition> = tools()
            .filter_map(|(tool, is_shown)| is_shown.then_some(tool))
            .chain(whole.definitions.iter().rfind(is_finder))
            .collect();
        let first = called.len();
        // Not what is shown in any case.
        let others = |name| tools().find(|(tool, is_shown)| !**is_shown && tool.name() == name);
        called.extend(found.names().filter_map(others).map(|(tool, _)| tool));
        let definitions = match self.searching.defers {
            false => called.iter().copied().cloned().collect(),
            true => {
                let deferred = tools().filter(|(_, is_shown)| !**is_shown);
                let deferred = deferred.map(|(tool, _)| tool.deferred());
                let first = called[..first].iter().copied().cloned();
                first.chain(deferred).collect()
            }
        };
        // The same definitions have the same manifests.
        let manifests = before.filter(|_| self.searching.defers);
        let own = whole.by_name.get(NAME).copied();
        let tool = SearchTool(Arc::clone(&self.searching));
        Toolbox(Arc::new(Shared {
            definitions,
            by_name: called
                .into_iter()
                .flat_map(|tool| self.names(tool))
                .collect(),
            manifests: manifests
                .map_or_else(Manifests::default, |before| before.0.manifests.clone()),
            steps: None,
            own: own.map(|index| (index, Arc::new(tool) as Arc<_>)),
            all: Arc::clone(&whole.all),
        }))
    }

    /// All names of a tool, and where it is.
    fn names<'a>(&'a self, tool: &'a ToolDefinition) -> impl Iterator<Item = (String, usize)> + 'a {
        let by_name: &ByName = &self.searchable.toolbox.0.by_name;
        let names = std::iter::once(tool.name()).chain(tool.wire_names.names());
        names.filter_map(|name| Some((name.to_owned(), *by_name.get(name)?)))
    }
}

impl<S> Clone for Conversation<S> {
    fn clone(&self) -> Self {
        Self {
            searchable: self.searchable.clone(),
            dialect: Arc::clone(&self.dialect),
            searching: Arc::clone(&self.searching),
            shows: Arc::clone(&self.shows),
        }
    }
}

impl<S> fmt::Debug for Conversation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("dialect", &self.dialect.name())
            .field("found", &*self.searching.found())
            .finish_non_exhaustive()
    }
}
