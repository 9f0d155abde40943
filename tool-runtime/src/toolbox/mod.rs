//! Many tools: a name to its tool, and a batch of calls to the tools they name.

mod builder;
#[cfg(feature = "discover")]
mod discover;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use builder::ToolboxBuilder;
#[cfg(feature = "discover")]
pub use discover::Discoverable;

use crate::batch::{Dispatch, Idle, Job, Policy, Run, Target, Threads};
use crate::dialect::Dialect;
use crate::outcome::Settled;
use crate::text::nearest;
use crate::tool::{
    CallContext, DeclaredEffects, IntoState, Prepared, State, Tool, ToolDefinition, ToolList,
};
use crate::{BuildError, IntoCalls, Manifest, ManifestError, PolicyError, ToolCall};

/// The tools a model may call: their definitions, and the table that finds a tool by its name.
///
/// `S` is the state the tools borrow from; [`Provide`](crate::Provide) says what a state lends. The compiler accepts
/// only tools whose state `S` provides. A toolbox is built once per process and never changes; a clone is the same
/// toolbox.
///
/// ```
/// use tool_runtime::{ToolCall, Toolbox, tool, tools};
///
/// struct Greeting(String);
///
/// /// Greets somebody.
/// #[tool(pure)]
/// async fn greet(
///     /// Whom to greet.
///     name: String,
///     #[state] greeting: &Greeting,
/// ) -> String {
///     format!("{}, {name}!", greeting.0)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let toolbox = Toolbox::<Greeting>::builder().tools(tools![greet]).build()?;
/// let calls = [ToolCall::new("call_1", "greet", r#"{"name": "Ada"}"#)];
/// let report = toolbox.bind(Greeting("Hello".into())).run(calls).await;
/// assert_eq!(report.results()[0].text(), "Hello, Ada!");
/// # Ok(()) }
/// ```
pub struct Toolbox<S: 'static = ()>(Arc<Shared<S>>);

struct Shared<S: 'static> {
    tools: Vec<Arc<dyn Tool<S>>>,
    definitions: Vec<ToolDefinition>,
    by_name: HashMap<String, usize>,
    policy: Arc<Policy>,
    idle: Arc<Idle>,
    threads: Arc<Threads>,
}

/// Something about a toolbox that its user should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The program is built with `panic = "abort"`: a tool that panics ends it, and no call gets a result.
    PanicAborts,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PanicAborts => f.write_str(
                "the program is built with `panic = \"abort\"`: a tool that panics ends the program, and no call of its batch gets a result",
            ),
        }
    }
}

impl Toolbox<()> {
    /// A toolbox of tools without state.
    ///
    /// # Errors
    ///
    /// As [`ToolboxBuilder::build`].
    pub fn new(tools: ToolList<()>) -> Result<Self, BuildError> {
        Self::builder().tools(tools).build()
    }

    /// Runs a model's calls in parallel: one result for each, in their order.
    ///
    /// As [`Bound::run`], without state.
    pub fn run(&self, calls: impl IntoCalls) -> Run {
        self.bind(()).run(calls)
    }
}

impl<S: State> Toolbox<S> {
    /// Begins a toolbox over the state `S`.
    pub fn builder() -> ToolboxBuilder<S> {
        ToolboxBuilder::new()
    }

    /// The toolbox with the state for one request, in O(1).
    pub fn bind(&self, state: impl IntoState<S>) -> Bound<S> {
        Bound {
            toolbox: self.clone(),
            state: state.into(),
            policy: Arc::clone(&self.0.policy),
        }
    }
}

impl<S> Toolbox<S> {
    /// The tools in a provider's request format.
    ///
    /// # Errors
    ///
    /// If the provider does not take them: see [`ManifestError`].
    pub fn manifest(&self, dialect: impl Dialect) -> Result<Manifest, ManifestError> {
        dialect.manifest(&self.0.definitions)
    }

    /// What the tools say about themselves, in the order they were added.
    pub fn definitions(&self) -> &[ToolDefinition] {
        &self.0.definitions
    }

    /// What the user of this toolbox should know, to be logged when the program starts.
    pub fn warnings(&self) -> Vec<Warning> {
        if cfg!(panic = "abort") {
            vec![Warning::PanicAborts]
        } else {
            Vec::new()
        }
    }

    /// Waits until no batch of this toolbox is going on and no call of an earlier one is still running.
    ///
    /// A call whose poll does not return, or which is on a thread of its own, cannot be stopped; its batch ends without
    /// it, and this waits for it. Await it
    /// before the program ends, or before what the tools use is taken down; not inside a tool, which would wait for itself.
    /// Tasks and threads that a tool started itself are not known here.
    pub async fn idle(&self) {
        self.0.idle.wait().await;
    }
}

impl<S> Clone for Toolbox<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Toolbox<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.definitions.iter().map(ToolDefinition::name);
        f.debug_tuple("Toolbox")
            .field(&names.collect::<Vec<_>>())
            .finish()
    }
}

/// A toolbox with its state: what runs calls.
pub struct Bound<S: 'static> {
    toolbox: Toolbox<S>,
    state: Arc<S>,
    policy: Arc<Policy>,
}

impl<S: State> Bound<S> {
    /// The same toolbox and state under another policy.
    ///
    /// # Errors
    ///
    /// If the policy cannot be kept: a duration or a limit out of range, or a tool that the toolbox does not have.
    pub fn with(self, policy: Policy) -> Result<Self, PolicyError> {
        policy.check(self.toolbox.0.definitions.iter().map(ToolDefinition::name))?;
        Ok(Self {
            policy: Arc::new(policy),
            ..self
        })
    }

    /// Runs a model's calls in parallel: one result for each, in their order, whatever becomes of them.
    ///
    /// Takes `&[ToolCall]` as a turn has it, an array or a `Vec`. Nothing begins before the future is polled; it can
    /// be spawned. A call that fails, panics, hangs, names no tool or has malformed arguments gets a result that says
    /// so, and its siblings are not touched. No call outlives the batch: see [`Run`]. What a tool
    /// spawns itself does, and is the tool's to end: its context says when.
    ///
    /// Calls run on tasks of their own: task-local values of the caller do not reach them.
    ///
    /// # Panics
    ///
    /// When awaited outside a Tokio runtime with a timer.
    pub fn run(&self, calls: impl IntoCalls) -> Run {
        let calls = calls.into();
        let targets = calls.iter().map(|call| self.target(call)).collect();
        Run::new(Job {
            calls,
            targets,
            dispatch: Arc::new(self.clone()),
            limits: self.policy.limits(),
            idle: Arc::clone(&self.toolbox.0.idle),
            threads: Arc::clone(&self.toolbox.0.threads),
        })
    }

    fn target(&self, call: &ToolCall) -> Target {
        let toolbox = &*self.toolbox.0;
        match toolbox.by_name.get(call.name()) {
            Some(&index) => {
                let definition = &toolbox.definitions[index];
                Target {
                    tool: Ok(index),
                    timeout: self
                        .policy
                        .timeout_of(definition.name(), definition.timeout()),
                    effects: definition.effects().clone(),
                }
            }
            None => {
                let names = toolbox.definitions.iter().map(ToolDefinition::name);
                Target {
                    tool: Err(Settled::UnknownTool {
                        nearest: nearest(call.name(), names.clone()).map(str::to_owned),
                        names: names.map(str::to_owned).collect(),
                    }),
                    timeout: Duration::ZERO,
                    effects: DeclaredEffects::Undeclared,
                }
            }
        }
    }
}

impl<S: State> Dispatch for Bound<S> {
    fn prepare(&self, index: usize, arguments: &str, context: CallContext) -> Prepared {
        self.toolbox.0.tools[index].prepare(arguments, context, Arc::clone(&self.state))
    }
}

impl<S> Clone for Bound<S> {
    fn clone(&self) -> Self {
        Self {
            toolbox: self.toolbox.clone(),
            state: Arc::clone(&self.state),
            policy: Arc::clone(&self.policy),
        }
    }
}

impl<S> fmt::Debug for Bound<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound")
            .field("toolbox", &self.toolbox)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
