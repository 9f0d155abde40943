//! `search_tools`: the tool with which a model finds the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::found::Found;
use super::index::Index;
use crate::text::listed;
use crate::tool::declaration::{Declaration, Hints};
use crate::tool::parameter::{Parameter, Parameters, Slot};
use crate::tool::{
    Answer, CallContext, Content, DeclaredEffects, Place, Prepared, State, Tool, ToolDefinition,
};

/// What the model calls it.
pub(crate) const NAME: &str = "search_tools";

static DECLARATION: Declaration = Declaration {
    name: NAME,
    place: Place::new(file!(), line!()),
    description: "Find more tools. Those that you see are only some of those that there are: before you say that something cannot be done, search. What is found can be called from then on.",
    parameters: Parameters::each(&[Parameter::new::<String>(
        "query",
        "What the tool is to do and with what, in a few words, such as `refund a payment`.",
    )
    .shortest(1)
    .longest(1_000)]),
    effects: DeclaredEffects::Undeclared,
    hints: Hints::NONE,
    is_destructive: false,
    is_idempotent: true,
    needs_approval: false,
    takes_context: false,
    timeout_ms: None,
    attempts: None,
    max_concurrency: None,
};

/// What the tool says about itself. It writes what was found: of two searches in one turn the first finds first, or a manifest would
/// have another order the next time.
pub(super) fn definition() -> ToolDefinition {
    let writes = DeclaredEffects::writes(["found_tools"]);
    DECLARATION.define().with_effects(writes)
}

/// The tool of a conversation.
#[derive(Debug)]
pub(super) struct SearchTool(pub(super) Arc<Searching>);

impl<S: State> Tool<S> for SearchTool {
    fn definition(&self) -> ToolDefinition {
        definition()
    }

    fn prepare(&self, arguments: &str, _: CallContext, _: Arc<S>) -> Prepared {
        let mut query = Slot::<String>::empty();
        if let Err(errors) = DECLARATION.decode(arguments, &mut [&mut query]) {
            return Prepared::rejected(errors);
        }
        let (query, searching) = (query.take(), Arc::clone(&self.0));
        Prepared::new(Box::pin(async move { Ok(searching.answer(&query)) }))
    }
}

/// What a conversation searches in, and what it has found.
#[derive(Debug, Default)]
pub(super) struct Searching {
    pub(super) index: Arc<Index>,
    /// The tools of the index as the conversation's provider is told about them.
    pub(super) offers: Arc<[Offer]>,
    /// How many are found at most.
    pub(super) most: usize,
    /// Whether the provider has all definitions, and is told which the model is to read.
    pub(super) defers: bool,
    pub(super) found: Mutex<Found>,
}

/// One tool as a provider is told about it.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) name: Arc<str>,
    pub(super) wire_name: String,
    pub(super) text: String,
    /// Whether every request has it in full.
    pub(super) is_shown: bool,
}

impl Searching {
    pub(super) fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, query: &str) -> Answer {
        let best = self.index.best(query, self.most).into_iter();
        let best = best.map(|tool| &self.offers[tool]);
        let (had, new): (Vec<&Offer>, Vec<&Offer>) = {
            let mut found = self.found();
            let parted = best.partition(|offer| {
                // What the provider was told of may have been left out of the history since.
                offer.is_shown || !self.defers && found.has(&offer.name)
            });
            let (_, new): &(Vec<&Offer>, Vec<&Offer>) = &parted;
            found.add(new.iter().map(|offer| Arc::clone(&offer.name)));
            parted
        };
        match self.defers && !new.is_empty() {
            true => {
                let names = new.into_iter().map(|offer| offer.wire_name.clone());
                names.map(Content::ToolReference).collect::<Vec<_>>().into()
            }
            false => Content::Text(told(&had, &new)).into(),
        }
    }
}

/// What the model reads.
fn told(had: &[&Offer], new: &[&Offer]) -> String {
    let names = listed(had.iter().map(|offer| &*offer.wire_name));
    let definitions: Vec<&str> = new.iter().map(|offer| &*offer.text).collect();
    let definitions = definitions.join("\n");
    let mut text = match (new.len(), had.len()) {
        (0, 0) => return NOTHING.to_owned(),
        (0, _) => {
            return format!(
                "Nothing was found that you do not have. Of what you have this may do it: {names}. Otherwise search again in other words."
            );
        }
        (1, _) => {
            format!("Found a tool. You can call it now; this is its definition:\n{definitions}")
        }
        (count, _) => format!(
            "Found {count} tools, the likeliest first. You can call them now; these are their definitions:\n{definitions}"
        ),
    };
    if !had.is_empty() {
        text += &format!("\nWhat you have already may do it too: {names}.");
    }
    text
}

const NOTHING: &str = "No tool was found. Search again in other words: what the tool is to do and with what, as its description may say it. If nothing is found then either, there is no tool for it: say so, and do not make up a name.";
