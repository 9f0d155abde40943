//! Many tools: their definitions, and the table that finds a tool by its name.

pub mod approval;
mod batch_tool;
mod bound;
mod builder;
#[cfg(feature = "discover")]
mod discover;
mod dispatch;
mod journaling;
pub mod layer;
mod manifests;
mod names;
mod repairing;
mod resuming;
#[cfg(feature = "search")]
pub mod search;
mod stream_events;
mod streamed;
#[cfg(feature = "testing")]
mod tested;
mod turning;
mod view;

use std::fmt;
use std::sync::Arc;

pub use batch_tool::BatchTool;
pub use bound::Bound;
pub use builder::ToolboxBuilder;
#[cfg(feature = "discover")]
pub use discover::Discoverable;

pub use stream_events::{StreamEvent, StreamEvents};
pub use streamed::{RunStream, StreamError, Streamed};

use batch_tool::Steps;
use layer::Layers;
use manifests::Manifests;
use names::ByName;

use crate::batch::{Batch, Policy, Rules, Run, Shared as Running};
use crate::dialect::{RequestFields, RequestFormat, RequestSettings};
use crate::tool::{IntoState, NoState, State, Tool, ToolDefinition, ToolList};
use crate::{BuildError, IntoCalls, Manifest, ManifestError, OfferedTool, RequestSettingsError};

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
    /// What the tools say that it shows: all, unless it is a view.
    definitions: Vec<ToolDefinition>,
    /// Where those are among all, by every name that they have.
    by_name: ByName,
    manifests: Manifests,
    /// What a call of its batch tool consists of, if it has one.
    steps: Option<Steps<S>>,
    /// A tool of which it has one of its own, in the place of that of all: what finds tools for one conversation.
    own: Option<(usize, Arc<dyn Tool<S>>)>,
    all: Arc<All<S>>,
}

impl<S> Shared<S> {
    /// The tool at this index among all.
    fn tool(&self, index: usize) -> &dyn Tool<S> {
        match &self.own {
            Some((own, tool)) if *own == index => &**tool,
            _ => &*self.all.tools[index],
        }
    }
}

/// What a toolbox and its views have.
struct All<S: 'static> {
    tools: Vec<Arc<dyn Tool<S>>>,
    definitions: Vec<ToolDefinition>,
    /// The layers of each tool.
    layers: Vec<Layers<S>>,
    /// The layers of all tools, which see calls of none too.
    common: Layers<S>,
    /// What the toolbox's own policy means.
    rules: Arc<Rules>,
    /// That policy.
    policy: Policy,
    running: Running,
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
}

// Bounds stand on the methods, so that rustc says in our words what does not keep to them.
impl<S> Toolbox<S> {
    /// Begins a toolbox over the state `S`.
    pub fn builder() -> ToolboxBuilder<S>
    where
        S: State,
    {
        ToolboxBuilder::new()
    }

    /// Runs a model's calls in parallel: one result for each, in their order.
    ///
    /// As [`Bound::run`], without state.
    pub fn run(&self, calls: impl IntoCalls) -> Run
    where
        S: NoState,
    {
        self.bind(S::none()).run(calls)
    }

    /// Begins a batch that takes calls as they come.
    ///
    /// As [`Bound::start`], without state.
    pub fn start(&self) -> Batch
    where
        S: NoState,
    {
        self.bind(S::none()).start()
    }

    /// The toolbox with the state for one request, in O(1).
    pub fn bind(&self, state: impl IntoState<S>) -> Bound<S>
    where
        S: State,
    {
        Bound {
            toolbox: self.clone(),
            state: state.into(),
            rules: Arc::clone(&self.0.all.rules),
            cancellation: None,
            tenant: None,
            scope: None,
            approver: None,
            quotas: None,
            #[cfg(feature = "testing")]
            turnstile: None,
            journal: None,
        }
    }
}

impl<S> Toolbox<S> {
    /// The tools in a provider's request format, made when it is first asked for.
    ///
    /// # Errors
    ///
    /// If the provider does not take them: see [`ManifestError`].
    pub fn manifest(&self, dialect: impl RequestFormat) -> Result<Manifest, ManifestError> {
        self.0.manifests.get(&dialect, &self.0.definitions)
    }

    /// The tools as a provider is told about them, for clients that take values instead of JSON text: of each the name, the
    /// description, the schema in what the provider takes, and whether it is strict. They are those of the
    /// [`manifest`](Self::manifest); what the tools say about themselves, for no provider, is [`tools`](Self::tools).
    ///
    /// ```
    /// use tool_runtime::{Toolbox, dialect::OpenAiChat, tool, tools};
    ///
    /// // A client's type, as async-openai's `FunctionObject`, genai's `Tool` or rig's `ToolDefinition` are.
    /// struct FunctionObject {
    ///     name: String,
    ///     description: Option<String>,
    ///     parameters: Option<serde_json::Value>,
    ///     strict: Option<bool>,
    /// }
    ///
    /// /// Says what time it is.
    /// #[tool(pure)]
    /// async fn tell_time() -> &'static str {
    ///     "noon"
    /// }
    ///
    /// let toolbox = Toolbox::new(tools![tell_time])?;
    /// let definitions = toolbox.definitions(OpenAiChat.strict())?;
    /// let functions = definitions.iter().map(|tool| FunctionObject {
    ///     name: tool.name().to_owned(),
    ///     description: Some(tool.description().to_owned()),
    ///     parameters: Some(tool.parameters().clone()),
    ///     strict: Some(tool.is_strict()),
    /// });
    /// for function in functions {
    ///     assert_eq!(function.name, "tell_time");
    ///     assert_eq!(function.description.as_deref(), Some("Says what time it is."));
    ///     assert_eq!(function.parameters.unwrap()["type"], "object");
    ///     assert_eq!(function.strict, Some(true));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the provider does not take them: see [`ManifestError`].
    pub fn definitions(
        &self,
        dialect: impl RequestFormat,
    ) -> Result<Vec<OfferedTool>, ManifestError> {
        Ok(self.manifest(dialect)?.tools().to_vec())
    }

    /// What a request says beside the manifest: whether the model may, must or must not call tools, and several at once.
    ///
    /// ```
    /// use tool_runtime::dialect::{Gemini, RequestSettings, ToolChoice};
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// # /// Says what time it is.
    /// # #[tool(pure)] async fn tell_time() -> &'static str { "noon" }
    ///
    /// let toolbox = Toolbox::new(tools![tell_time])?;
    /// let settings = RequestSettings::default().choice(ToolChoice::Named("tell_time".into()));
    /// assert_eq!(
    ///     toolbox.request_fields(Gemini, &settings)?.as_str(),
    ///     r#"{"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["tell_time"]}}}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the provider refuses it, or has no words for a choice of tools: see [`RequestSettingsError`].
    pub fn request_fields(
        &self,
        dialect: impl RequestFormat,
        settings: &RequestSettings,
    ) -> Result<RequestFields, RequestSettingsError> {
        dialect.request_fields(&self.0.definitions, settings)
    }

    /// The tool with which a model finds those that are not shown, if it has one.
    fn searches(&self) -> Option<&'static str> {
        #[cfg(feature = "search")]
        if self.0.own.is_some() && self.0.by_name.contains_key(search::tool::NAME) {
            return Some(search::tool::NAME);
        }
        None
    }

    /// What the tools say about themselves, in the order they were added.
    pub fn tools(&self) -> &[ToolDefinition] {
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
        self.0.all.running.idle().await;
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
