//! Building a toolbox: every check that needs all tools at once.

use std::fmt;
use std::sync::Arc;

use super::layer::{Layer, Layers};
use super::manifests::Manifests;
use super::{All, Shared, Toolbox, names};
use crate::BuildError;
use crate::batch::{Policy, Rules, Shared as Running};
use crate::outgoing::Redaction;
use crate::text::nearest;
use crate::tool::{RuntimeTool, State, Tool, ToolDefinition, ToolList};

/// Collects the tools of a [`Toolbox`].
#[must_use = "a builder does nothing until `build`"]
pub struct ToolboxBuilder<S: 'static> {
    tools: Vec<Arc<dyn Tool<S>>>,
    policy: Policy,
    layers: Vec<Added<S>>,
    redaction: Redaction,
}

/// A layer, and the tools that it is for: all, if none are named.
struct Added<S> {
    layer: Arc<dyn Layer<S>>,
    names: Option<Vec<String>>,
}

// Bounds stand on the methods: on the block, a state that is none would be told of twice.
impl<S> ToolboxBuilder<S> {
    pub(super) fn new() -> Self {
        Self {
            tools: Vec::new(),
            policy: Policy::default(),
            layers: Vec::new(),
            redaction: Redaction::default(),
        }
    }

    /// Adds the tools of a `tools![…]` list. Lists add up.
    pub fn tools(mut self, tools: ToolList<S>) -> Self {
        self.tools.extend(tools.0);
        self
    }

    /// Adds every tool with `#[tool(discover = S)]` that is linked into the program, by name.
    ///
    /// A tool says for which state it is there to be found, so no dependency's tool gets in unasked.
    ///
    /// ```
    /// use tool_runtime::{Toolbox, tool};
    ///
    /// struct App;
    ///
    /// /// Says hello.
    /// #[tool(discover = App)]
    /// async fn hello() -> &'static str {
    ///     "hello"
    /// }
    ///
    /// let toolbox = Toolbox::<App>::builder().discover().build()?;
    /// assert_eq!(toolbox.tools()[0].name(), "hello");
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    ///
    /// The tools of a library crate over a type that both know are found if the crate is linked: rustc leaves out a
    /// dependency that no source file names, and `use library as _;` names one. A tool that is also listed is there twice,
    /// which `build` refuses.
    #[cfg(feature = "discover")]
    pub fn discover(mut self) -> Self
    where
        S: State,
    {
        self.tools.extend(super::discover::discovered());
        self
    }

    /// Adds a tool that is known only at run time. Needs the feature `schema-validation`.
    pub fn tool(mut self, tool: RuntimeTool<S>) -> Self
    where
        S: State,
    {
        self.tools.push(Arc::new(tool));
        self
    }

    /// The policy under which batches run, unless a binding has another.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// What is taken out of every result and every error text before it leaves, instead of what has the
    /// [shape of a credential](Redaction).
    ///
    /// ```
    /// use tool_runtime::{Redaction, ToolCall, Toolbox, tool, tools};
    ///
    /// /// Shows how to connect.
    /// #[tool(pure)]
    /// async fn show_settings() -> Result<String, String> {
    ///     Err("postgres://ada:secret@db/shop does not answer hunter2".into())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let redaction = Redaction::default().and(|text| text.replace("hunter2", "[redacted]"));
    /// let toolbox = Toolbox::<()>::builder().tools(tools![show_settings]).redact(redaction).build().unwrap();
    /// let report = toolbox.run([ToolCall::new("1", "show_settings", "{}")]).await;
    /// assert_eq!(
    ///     report.results()[0].text(),
    ///     "postgres://[redacted]@db/shop does not answer [redacted]. Nothing was changed."
    /// );
    /// # }
    /// ```
    ///
    /// The program itself still has all of it: [`ToolResult::error`](crate::ToolResult::error). A function of yours that panics lets
    /// nothing of a result leave.
    pub fn redact(mut self, redaction: Redaction) -> Self {
        self.redaction = redaction;
        self
    }

    /// Puts a [`Layer`] round the calls of all tools. The first that is added is the outermost.
    ///
    /// What an attempt of a call goes through, from the outside: its place in the order, the pause after a failed attempt, its permits,
    /// its timeout, the layers, the tool. So a layer sees each attempt, and holds permits and spends the call's time while it waits.
    pub fn layer(mut self, layer: impl Layer<S>) -> Self {
        self.layers.push(Added {
            layer: Arc::new(layer),
            names: None,
        });
        self
    }

    /// Puts a [`Layer`] round the calls of these tools, which share it: one limit for one backend. It is outside of those added
    /// later and within those added before, whether they are for all tools or for some.
    ///
    /// ```
    /// use tool_runtime::{Toolbox, layer, tool, tools};
    ///
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: i64) -> i64 { a }
    /// let log = layer::around(|_: layer::Request<()>, next| async move {
    ///     println!("adds");
    ///     next.run().await
    /// });
    /// let toolbox = Toolbox::<()>::builder().tools(tools![add]).layer_for(["add"], log).build()?;
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn layer_for(
        mut self,
        names: impl IntoIterator<Item = impl Into<String>>,
        layer: impl Layer<S>,
    ) -> Self {
        self.layers.push(Added {
            layer: Arc::new(layer),
            names: Some(names.into_iter().map(Into::into).collect()),
        });
        self
    }

    /// The toolbox. Schemas are made here and never again.
    ///
    /// # Errors
    ///
    /// If two tools have one name, a name or the arguments are not what every provider takes, a parameter's options
    /// contradict its type or one another, an output schema is not that of an object, the policy cannot be kept, or what a
    /// definition made at run time says cannot be: its schema, its effects, its timeout; or if a layer is for a tool that is not there.
    pub fn build(self) -> Result<Toolbox<S>, BuildError> {
        let mut definitions: Vec<_> = self.tools.iter().map(|tool| tool.definition()).collect();
        let by_name = names::index(&mut definitions)?;
        self.policy.check(&definitions)?;
        let rules = Rules::new(&self.policy, &definitions);
        let layers = self.layers_of_each(&definitions)?;
        let common = self.layers.into_iter();
        let common = common.filter_map(|added| added.names.is_none().then_some(added.layer));
        let all = All {
            layers,
            common: common.collect(),
            tools: self.tools,
            definitions: definitions.clone(),
            rules: Arc::new(rules),
            policy: self.policy,
            running: Running::new(self.redaction),
        };
        Ok(Toolbox(Arc::new(Shared {
            definitions,
            by_name,
            manifests: Manifests::default(),
            steps: None,
            own: None,
            all: Arc::new(all),
        })))
    }
}

impl<S> ToolboxBuilder<S> {
    fn layers_of_each(&self, definitions: &[ToolDefinition]) -> Result<Vec<Layers<S>>, BuildError> {
        let known = |name: &String| definitions.iter().any(|tool| tool.name() == name);
        let mut named = self
            .layers
            .iter()
            .flat_map(|added| added.names.iter().flatten());
        if let Some(name) = named.find(|name| !known(name)) {
            let names = definitions.iter().map(ToolDefinition::name);
            return Err(BuildError::LayerForUnknownTool {
                name: name.clone(),
                nearest: nearest(name, names).map(str::to_owned),
            });
        }
        let of = |tool: &ToolDefinition| {
            let layers = self.layers.iter().filter(|added| match &added.names {
                None => true,
                Some(names) => names.iter().any(|name| name == tool.name()),
            });
            layers.map(|added| Arc::clone(&added.layer)).collect()
        };
        Ok(definitions.iter().map(of).collect())
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
