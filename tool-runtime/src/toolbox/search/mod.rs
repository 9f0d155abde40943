//! Hundreds of tools: a few in every request, and the others where a model finds them.
//!
//! The definitions of hundreds of tools cost tens of thousands of tokens before any work is done, in every request, and a model chooses worse
//! among many. A [`Searchable`] toolbox shows a few tools and `search_tools`; what a model finds with that is added to what its
//! [`Conversation`] shows, behind what was there before, so that a provider's cache holds.
//!
//! ```
//! use tool_runtime::dialect::OpenAiChat;
//! use tool_runtime::search::Found;
//! use tool_runtime::{ToolCall, Toolbox, tool, tools};
//!
//! /// Look up a customer.
//! #[tool(pure)]
//! async fn get_customer(/** The customer's number. */ customer_id: u64) -> u64 { customer_id }
//!
//! /// Give a customer money back for an invoice.
//! #[tool]
//! async fn refund_payment(/** Which invoice. */ invoice_id: u64) { let _ = invoice_id; }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let toolbox = Toolbox::new(tools![get_customer, refund_payment])?;
//! let searchable = toolbox.searchable(["get_customer"])?; // once, for each view that there is
//!
//! // For each conversation: with nothing found, or with what was stored of it.
//! let conversation = searchable.conversation(OpenAiChat, Found::default())?;
//! let names = |manifest: tool_runtime::Manifest| -> Vec<String> {
//!     manifest.tools().iter().map(|tool| tool.name().to_owned()).collect()
//! };
//! assert_eq!(names(conversation.manifest()?), ["get_customer", "search_tools"]);
//!
//! let call = ToolCall::new("call_1", "search_tools", r#"{"query": "give money back"}"#);
//! let report = conversation.bind(()).run([call]).await; // a desk as any other
//! assert!(report.results()[0].text().starts_with("Found a tool."));
//!
//! // The next request has it, and its calls are made.
//! assert_eq!(names(conversation.manifest()?), ["get_customer", "search_tools", "refund_payment"]);
//! let call = ToolCall::new("call_2", "refund_payment", r#"{"invoice_id": 7}"#);
//! assert!(!conversation.bind(()).run([call]).await.results()[0].is_error());
//!
//! let stored = serde_json::to_string(&conversation.found())?; // beside the history
//! assert_eq!(stored, r#"{"format":1,"found":["refund_payment"]}"#);
//! # Ok(()) }
//! ```
//!
//! # What is found
//!
//! What a [view](crate::Toolbox::view) hides is not searched, so it cannot be found: make the view first, and that searchable. The words of a query
//! are looked for in the names of tools, which are parted at `_` and where the case changes, in their descriptions, and in the names of their
//! parameters, in any language and without regard to case and accents; words that few tools have count more (BM25). A query in another
//! language than the descriptions finds little: the model reads what there is to do about that.
//!
//! A call of a tool that was not found yet is one of an unknown tool, and the model reads that it is to search. So is a call that stands in the
//! same turn as the search that finds it.
//!
//! # Anthropic
//!
//! Anthropic's API can have all definitions and keep from the model those that it has not found. With
//! [`Anthropic.deferred()`](crate::dialect::Anthropic::deferred) they stand in each request, marked `defer_loading`, and the result of
//! `search_tools` names those that the model is to read (`tool_reference`). The manifest is the same bytes from the first request to the last,
//! and the definitions that were not found cost bytes but no tokens. Not all models have it.

mod conversation;
mod found;
mod index;
pub(crate) mod tool;
mod words;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

pub use conversation::Conversation;
pub use found::Found;

use self::index::Index;
use self::tool::{Offer, SearchTool, Searching};
use super::manifests::Manifests;
use super::{All, Shared, Toolbox};
use crate::batch::Rules;
use crate::dialect::{FormatKey, RequestFormat};
use crate::text::nearest;
use crate::tool::{State, ToolDefinition};
use crate::{BuildError, ManifestError};

/// How many tools a search finds if nothing else is said.
const MOST: NonZeroUsize = NonZeroUsize::new(5).unwrap();

/// A toolbox of which a conversation shows a few tools, and the others once they are found: see the [module](self).
///
/// It is made once, as the toolbox is, and never changes.
pub struct Searchable<S: 'static = ()> {
    /// All tools that can be found, and behind them the one that finds them.
    toolbox: Toolbox<S>,
    /// Which of them every request has, in their order.
    shown: Arc<[bool]>,
    index: Arc<Index>,
    offers: Arc<Mutex<Vec<Offered>>>,
    most: NonZeroUsize,
}

/// The tools as providers are told about them, for each dialect and its settings that was asked for.
type Offered = (FormatKey, Arc<[Offer]>);

impl<S: State> Toolbox<S> {
    /// The same tools, of which a conversation shows these few and `search_tools`, and the others once it has found them: see
    /// [`search`](self).
    ///
    /// # Errors
    ///
    /// If the toolbox has no tool of one of the names, or has one that is called `search_tools`; or if it has a
    /// [batch tool](crate::BatchTool), which is added to [what a conversation shows](Conversation::toolbox).
    pub fn searchable(
        &self,
        shown: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Searchable<S>, BuildError> {
        let finder = tool::definition();
        if let Some(index) = self.0.all.by_any_name(finder.name()) {
            return Err(BuildError::DuplicateName {
                name: finder.name().to_owned(),
                first: self.0.all.definitions[index].place(),
                second: finder.place(),
            });
        }
        if let Some(batch) = self
            .0
            .all
            .definitions
            .iter()
            .find(|tool| tool.calls_others())
        {
            return Err(BuildError::BatchTool {
                name: batch.name().to_owned(),
                problem: "what it may call is known once tools were found; add it to what a conversation shows, which is `Conversation::toolbox`".to_owned(),
            });
        }
        let tools = &self.0.definitions;
        let mut is_shown = vec![false; tools.len()];
        for name in shown {
            let name = name.as_ref();
            let place = tools.iter().position(|tool| tool.name() == name);
            let Some(place) = place else {
                let known = tools.iter().map(ToolDefinition::name);
                return Err(BuildError::ViewOfUnknownTool {
                    name: name.to_owned(),
                    nearest: nearest(name, known).map(str::to_owned),
                });
            };
            is_shown[place] = true;
        }
        Ok(Searchable {
            index: Arc::new(Index::of(tools)),
            toolbox: self.with_own(finder),
            shown: is_shown.into(),
            offers: Arc::default(),
            most: MOST,
        })
    }

    /// The same with one more tool, which each conversation has for itself.
    fn with_own(&self, definition: ToolDefinition) -> Self {
        let all = &self.0.all;
        let index = all.tools.len();
        let mut definitions = all.definitions.clone();
        definitions.push(definition.clone());
        let mut tools = all.tools.clone();
        tools.push(Arc::new(SearchTool(Arc::default())));
        let mut layers = all.layers.clone();
        layers.push(all.common.clone());
        let mut by_name = self.0.by_name.clone();
        by_name.insert(definition.name().to_owned(), index);
        let mut shown = self.0.definitions.clone();
        shown.push(definition);
        Self(Arc::new(Shared {
            definitions: shown,
            by_name,
            manifests: Manifests::default(),
            steps: None,
            own: None,
            all: Arc::new(All {
                tools,
                rules: Arc::new(Rules::new(&all.policy, &definitions)),
                definitions,
                layers,
                common: all.common.clone(),
                policy: all.policy.clone(),
                running: all.running.clone(),
            }),
        }))
    }
}

impl<S> All<S> {
    /// The tool that has this name, or has it on the wire.
    fn by_any_name(&self, name: &str) -> Option<usize> {
        let has = |tool: &ToolDefinition| tool.name() == name || tool.has_wire_name(name);
        self.definitions.iter().position(has)
    }
}

impl<S: State> Searchable<S> {
    /// The same, finding at most so many tools at once; else it is 5.
    #[must_use]
    pub fn with_results(self, most: NonZeroUsize) -> Self {
        Self { most, ..self }
    }

    /// A conversation with the model of this provider, which has found this.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    /// # let searchable = Toolbox::new(tools![tell_time])?.searchable([""; 0])?;
    /// use tool_runtime::dialect::Anthropic;
    /// use tool_runtime::search::Found;
    ///
    /// let stored = r#"{"format":1,"found":["tell_time"]}"#;
    /// let conversation = searchable.conversation(Anthropic.cached(), serde_json::from_str(stored)?)?;
    /// assert!(conversation.manifest()?.as_str().contains("tell_time"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the provider does not take one of the tools that may be found: see [`ManifestError`].
    pub fn conversation(
        &self,
        dialect: impl RequestFormat + 'static,
        found: Found,
    ) -> Result<Conversation<S>, ManifestError> {
        let searching = Searching {
            index: Arc::clone(&self.index),
            offers: self.offers(&dialect)?,
            most: self.most.get(),
            defers: dialect.defers(),
            found: Mutex::new(found),
        };
        Ok(Conversation::new(self.clone(), dialect, searching))
    }

    /// What a query finds, the likeliest first: to see which words a description lacks.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    /// let searchable = Toolbox::new(tools![tell_time])?.searchable([""; 0])?;
    /// assert_eq!(searchable.search("the time of day")[0].name(), "tell_time");
    /// assert!(searchable.search("o'clock").is_empty());
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn search(&self, query: &str) -> Vec<&ToolDefinition> {
        let tools = &self.toolbox.0.definitions;
        let found = self.index.best(query, self.most.get()).into_iter();
        found.map(|tool| &tools[tool]).collect()
    }

    /// The tools that can be found as the provider is told about each.
    fn offers(&self, dialect: &dyn RequestFormat) -> Result<Arc<[Offer]>, ManifestError> {
        let key = dialect.key();
        let lock = || self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock()
            .iter()
            .find(|(known, _)| Some(*known) == key)
            .cloned();
        if let Some((_, offers)) = known {
            return Ok(offers);
        }
        let tools = self.toolbox.0.definitions.iter().zip(&*self.shown);
        let offers = tools.map(|(tool, is_shown)| {
            // One by one: all together may be more than the provider takes.
            let manifest = dialect.manifest(std::slice::from_ref(tool))?;
            let offered = &manifest.tools()[0];
            Ok(Offer {
                name: tool.name().into(),
                wire_name: offered.name().to_owned(),
                text: offered.as_str().to_owned(),
                is_shown: *is_shown,
            })
        });
        let offers: Arc<[Offer]> = offers.collect::<Result<Vec<_>, _>>()?.into();
        if let Some(key) = key {
            lock().push((key, Arc::clone(&offers)));
        }
        Ok(offers)
    }
}

impl<S> Clone for Searchable<S> {
    fn clone(&self) -> Self {
        Self {
            toolbox: self.toolbox.clone(),
            shown: Arc::clone(&self.shown),
            index: Arc::clone(&self.index),
            offers: Arc::clone(&self.offers),
            most: self.most,
        }
    }
}

impl<S> fmt::Debug for Searchable<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Searchable")
            .field("toolbox", &self.toolbox)
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}
