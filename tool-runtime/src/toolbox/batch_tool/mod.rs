//! A tool that calls others: several calls in one, for models that make one call a turn.
//!
//! A call of it is a batch inside a call, and what becomes of that is its one result. `schema` says what the model is shown, `steps` what a
//! call of it touches and does, `referring` lets its calls have results of earlier ones, `packed` is what the model reads of it.

mod packed;
mod referring;
mod schema;
mod steps;

use std::panic::Location;
use std::sync::Arc;

use super::manifests::Manifests;
use super::{All, Shared, Toolbox};
use crate::BuildError;
use crate::batch::Rules;
use crate::tool::{CallContext, Naming, Place, Prepared, State, Tool, ToolDefinition};

pub(super) use steps::Steps;

/// The name that it has unless another is chosen.
const NAME: &str = "batch";

/// How many calls are made by one call of it, unless something else is said, and at most.
const MAX_STEPS: usize = 16;
const MOST_STEPS: usize = 128;

/// A tool that calls several others of its toolbox at once, for models that make one call a turn: see
/// [`Toolbox::with_batch_tool`].
///
/// | setting | default |
/// |---|---|
/// | [`named`](Self::named) | `batch` |
/// | [`max_steps`](Self::max_steps) | 16, at most 128 |
/// | [`references`](Self::references) | off |
/// | [`with_description`](Self::with_description) | says when to use it |
#[derive(Clone, Debug)]
#[must_use = "a batch tool does nothing until a toolbox has it"]
pub struct BatchTool {
    name: String,
    max_steps: usize,
    references: bool,
    description: Option<String>,
    place: Place,
}

impl BatchTool {
    /// The tool `batch` for up to 16 calls.
    #[track_caller]
    pub fn new() -> Self {
        let caller = Location::caller();
        Self {
            name: NAME.to_owned(),
            max_steps: MAX_STEPS,
            references: false,
            description: None,
            place: Place::new(caller.file(), caller.line()),
        }
    }

    /// The same under another name, one that every provider takes.
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// The same for up to so many calls, 1 to 128. A call that asks for more makes none.
    pub fn max_steps(self, calls: usize) -> Self {
        Self {
            max_steps: calls,
            ..self
        }
    }

    /// The same, whose calls may have results of earlier ones among their arguments: `{"$result": "a", "path": "/id"}` stands for what the
    /// [JSON pointer](https://www.rfc-editor.org/rfc/rfc6901) `/id` leads to in the result of the call `a`, and without `path` for all of it,
    /// also if that is text. Each call then has an `id`.
    ///
    /// ```
    /// use tool_runtime::{BatchTool, ToolCall, Toolbox, tool, tools};
    ///
    /// /// Find a customer by name.
    /// #[tool(reads("customers"))]
    /// async fn find_customer(/** The name. */ name: String) -> Vec<u64> {
    ///     vec![name.len() as u64]
    /// }
    ///
    /// /// Count a customer's orders.
    /// #[tool(reads("orders:{customer}"))]
    /// async fn count_orders(/** The customer's number. */ customer: u64) -> u64 {
    ///     customer * 10
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let toolbox = Toolbox::new(tools![find_customer, count_orders])?;
    /// let toolbox = toolbox.with_batch_tool(BatchTool::new().references(true))?;
    /// let arguments = r#"{"calls": [
    ///     {"id": "ada", "tool": "find_customer", "arguments": {"name": "Ada"}},
    ///     {"id": "orders", "tool": "count_orders", "arguments": {"customer": {"$result": "ada", "path": "/0"}}}
    /// ]}"#;
    /// let report = toolbox.run([ToolCall::new("call_1", "batch", arguments)]).await;
    /// assert_eq!(
    ///     report.results()[0].text(),
    ///     "step `ada` (`find_customer`): ok\n[3]\n\nstep `orders` (`count_orders`): ok\n30"
    /// );
    /// # Ok(()) }
    /// ```
    ///
    /// - **Only to earlier calls of the same list.** A reference to a later call, to none or to itself and a malformed pointer are wrong
    ///   arguments of the batch tool, told all at once before anything runs.
    /// - **A call waits for those that it refers to**, and for nothing else on that account. What it touches is not known before: its keys end
    ///   before the first `{…}`, so it waits for more than it would with its arguments written out, and later calls wait for it.
    /// - **What it gets is held to its schema** like any arguments, when it is known. What the pointer does not lead to is told with what is
    ///   there. The value is as it left for the model: cut, redacted, in its envelope.
    /// - **If a call that it refers to did not succeed**, it is skipped because of that one.
    /// - **Approval** is asked for the arguments with the values in their places. Where the batch may be suspended a call with references
    ///   that needs it is denied: whoever decides has not seen them.
    pub fn references(self, references: bool) -> Self {
        Self { references, ..self }
    }

    /// The same with another description, from which the model learns when to use it.
    pub fn with_description(self, description: impl Into<String>) -> Self {
        Self {
            description: Some(description.into()),
            ..self
        }
    }

    /// Whether the tools of a toolbox, shown or not, let it be.
    fn check(&self, shown: &[ToolDefinition], all: &[ToolDefinition]) -> Result<(), BuildError> {
        let refuse = |problem: String| {
            Err(BuildError::BatchTool {
                name: self.name.clone(),
                problem,
            })
        };
        if !Naming::PORTABLE.takes(&self.name) {
            return refuse("its name is not one every provider takes: 1 to 64 ASCII letters, digits, `_` and `-`, beginning with a letter or `_`; give it one with `BatchTool::named`".to_owned());
        }
        if let Some(other) = all.iter().find(|tool| tool.calls_others()) {
            return refuse(format!("the toolbox has one already, `{}`", other.name()));
        }
        let has_name = |tool: &&ToolDefinition| {
            let names = Naming::ALL.map(|naming| tool.wire_name(naming));
            tool.name() == self.name || names.contains(&self.name.as_str())
        };
        if let Some(other) = all.iter().find(has_name) {
            return refuse(format!(
                "the tool at {} has that name; give one of the two another, this one with `BatchTool::named`",
                other.place()
            ));
        }
        if !(1..=MOST_STEPS).contains(&self.max_steps) {
            return refuse(format!(
                "`max_steps` is {}; it takes 1 to {MOST_STEPS}",
                self.max_steps
            ));
        }
        match shown.is_empty() {
            true => refuse("there is no tool that it could call; add tools first".to_owned()),
            false => Ok(()),
        }
    }
}

impl Default for BatchTool {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<S: State> Toolbox<S> {
    /// The [view](Self::view) with all tools of this one and one more, which calls several of them at once: for models that make one call a
    /// turn. What would be a turn for each call is one turn then.
    ///
    /// The model gives it a list of calls, `{"calls": [{"tool": "get_customer", "arguments": {…}}, …]}`. They are run as the calls of a turn are, in parallel where they may and in order where they touch the same data, and what the model would
    /// read of each stands in the one result, in their order. It is marked as an error if none of the calls succeeded.
    ///
    /// ```
    /// use tool_runtime::{BatchTool, ToolCall, Toolbox, tool, tools};
    ///
    /// /// Look up a customer.
    /// #[tool(reads("customer:{id}"))]
    /// async fn get_customer(/** The number. */ id: u64) -> String {
    ///     format!("customer {id}")
    /// }
    ///
    /// /// Look up a customer's orders.
    /// #[tool(reads("orders:{customer}"))]
    /// async fn get_orders(/** The customer's number. */ customer: u64) -> Result<String, String> {
    ///     Err(format!("nothing is known of customer {customer}"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let toolbox = Toolbox::new(tools![get_customer, get_orders])?.with_batch_tool(BatchTool::new())?;
    /// assert_eq!(toolbox.tools()[2].name(), "batch"); // in every manifest
    ///
    /// // What a model writes.
    /// let arguments = r#"{"calls": [
    ///     {"tool": "get_customer", "arguments": {"id": 7}},
    ///     {"tool": "get_orders", "arguments": {"customer": 7}}
    /// ]}"#;
    /// let report = toolbox.run([ToolCall::new("call_1", "batch", arguments)]).await;
    /// let result = &report.results()[0];
    /// assert_eq!(
    ///     result.text(),
    ///     "step 1 (`get_customer`): ok\ncustomer 7\n\n\
    ///      step 2 (`get_orders`): failed\nnothing is known of customer 7. Nothing was changed."
    /// );
    /// // For the program, what became of each is a report of its own.
    /// assert!(result.steps().unwrap().results()[1].is_error());
    /// # Ok(()) }
    /// ```
    ///
    /// # What holds for the calls in it
    ///
    /// All that holds for calls of a turn: permits and timeouts, layers, quotas, redaction, the cap of a result, the policy, tenants and
    /// scopes. A call of it names only tools that this view shows, and not itself.
    ///
    /// - **To its siblings it is one call**, which touches all that its calls touch: it waits for earlier calls of the turn that one of its
    ///   calls conflicts with, and later ones wait for all of it. It is a call that failed only if none of its calls succeeded.
    /// - **It has the batch's time** and no timeout of its own, unless the policy says one. When that is over, or the call is cancelled, its
    ///   calls are ended and the result tells what is known of each; they have three quarters of the
    ///   [grace](crate::Policy::grace) to end by themselves. Where a call of it that may write something could not be stopped, the result
    ///   waits for it as long as there is time, since later calls are to find its work done.
    /// - **As many calls run at once as the policy says for one batch**, beside those of the turn.
    /// - **Its result is at most as long as the results of its calls**, each within the cap of its own tool.
    /// - **Layers stand round each of its calls and not round it**: one that lets a few calls through at a time would else wait for itself.
    ///   [`finished`](crate::layer::finished) of the layers for all tools is told of it too.
    /// - **Approval** is asked for each call that needs it, as for one of the turn. Where nobody is asked, since the batch may be
    ///   [suspended](crate::batch::Run::or_suspend), it is for the whole of it, with the arguments of all its calls, and good for all.
    /// - **A quota** counts its calls and not it.
    /// - **A [journal](crate::journal)** has it and each of its calls, whose ids are its own with a number: `toolu_1/2`. After a crash it
    ///   may have taken effect; what each of its calls did is there under those ids.
    /// - Its calls are prepared twice: when it is, for what they touch, and when they run.
    ///
    /// # What the model is shown
    ///
    /// A list in which each element is a call of one of the tools with that tool's own schema, for up to 8 tools whose schemas have 8 KiB
    /// together, where the provider takes that. Else the name is one of the tools', and `arguments` a string with JSON in it. Either is
    /// taken in any case.
    ///
    /// Add it after all views: a view of this toolbox has it if it shows it, with the tools that it shows then.
    ///
    /// # Errors
    ///
    /// If a tool of the toolbox has its name, which may be one that a view hides; if that is not a name every provider takes; if it is for
    /// no call or more than 128; if the toolbox has such a tool already, or no other.
    pub fn with_batch_tool(&self, tool: BatchTool) -> Result<Self, BuildError> {
        let shared = &self.0;
        let before = &shared.all;
        tool.check(&shared.definitions, &before.definitions)?;
        let definition = tool.definition(&shared.definitions);
        let mut definitions = before.definitions.clone();
        definitions.push(definition.clone());
        let index = before.tools.len();
        let alone: Arc<dyn Tool<S>> = Arc::new(Alone(definition.clone()));
        let all = Arc::new(All {
            tools: [&before.tools[..], &[alone]].concat(),
            layers: [&before.layers[..], &[Vec::new()]].concat(),
            common: before.common.clone(),
            rules: Arc::new(Rules::new(&before.policy, &definitions)),
            policy: before.policy.clone(),
            running: before.running.clone(),
            definitions,
        });
        let mut by_name = shared.by_name.clone();
        by_name.insert(definition.name().to_owned(), index);
        Ok(Self(Arc::new(Shared {
            definitions: [&shared.definitions[..], &[definition]].concat(),
            by_name,
            manifests: Manifests::default(),
            steps: Some(Steps {
                index,
                tool,
                toolbox: self.over(&all),
            }),
            own: shared.own.clone(),
            all,
        })))
    }

    /// What a call of the tool at `index` consists of, if it is the batch tool.
    #[inline]
    pub(super) fn steps_of(&self, index: usize) -> Option<&Steps<S>> {
        self.0.steps.as_ref().filter(|steps| steps.index == index)
    }

    /// The same view of a toolbox that has the same tools at least.
    pub(super) fn over(&self, all: &Arc<All<S>>) -> Self {
        let shared = &self.0;
        Self(Arc::new(Shared {
            definitions: shared.definitions.clone(),
            by_name: shared.by_name.clone(),
            manifests: Manifests::default(),
            steps: shared.steps.as_ref().map(|steps| Steps {
                toolbox: steps.toolbox.over(all),
                ..steps.clone()
            }),
            own: shared.own.clone(),
            all: Arc::clone(all),
        }))
    }

    /// What a view with these definitions has for its batch tool, if that is one of them, and the definitions with what it is there.
    pub(super) fn steps_in_view(
        &self,
        mut definitions: Vec<ToolDefinition>,
    ) -> (Option<Steps<S>>, Vec<ToolDefinition>) {
        let shown = definitions.iter().position(ToolDefinition::calls_others);
        let (Some(place), Some(steps)) = (shown, &self.0.steps) else {
            return (None, definitions);
        };
        let before = definitions.remove(place);
        if definitions.is_empty() {
            return (None, definitions);
        }
        let mut definition = steps.tool.definition(&definitions);
        definition.strict_in_view = before.strict_in_view;
        let toolbox = steps.toolbox.showing(definitions.clone());
        definitions.insert(place, definition);
        let steps = Steps {
            toolbox,
            ..steps.clone()
        };
        (Some(steps), definitions)
    }
}

/// What stands in the table for the batch tool: a call of it is read where the view is known.
struct Alone(ToolDefinition);

impl<S: State> Tool<S> for Alone {
    fn definition(&self) -> ToolDefinition {
        self.0.clone()
    }

    fn prepare(&self, _: &str, _: CallContext, _: Arc<S>) -> Prepared {
        Prepared::new(Box::pin(async {
            Err("there is nothing that it could call".into())
        }))
    }
}
