//! What a tool says about itself.

mod check;
mod given;

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Named;
use super::canonical::Canonical;
use super::declaration::Declaration;
use super::effects::DeclaredEffects;
use super::list::same;
use super::naming::{Naming, WireNames};
use super::parameter::Parameters;
use super::schema::Schema;
use crate::BuildError;

/// Where a tool is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    file: &'static str,
    line: u32,
}

impl Place {
    /// The place `file!()`, `line!()`.
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self { file, line }
    }

    pub(crate) const fn is(&self, other: Self) -> bool {
        self.line == other.line && same(self.file, other.file)
    }

    pub(crate) const fn parts(&self) -> (&'static str, u32) {
        (self.file, self.line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The parameters of a tool that takes nothing.
static NONE: Parameters = Parameters::each(&[]);

/// Name, description, parameters and effects of one tool: what a manifest is made of.
///
/// `#[tool]` makes one of a function. [`new`](Self::new) begins that of a type with a hand-written
/// [`Tool`](super::Tool), [`named`](Self::named) that of a tool known only at run time, a
/// [`RuntimeTool`](super::RuntimeTool); what is wrong with it is said when a toolbox of it is built.
///
/// ```
/// use std::time::Duration;
/// use tool_runtime::ToolDefinition;
/// use tool_runtime::tool::DeclaredEffects;
///
/// let definition = ToolDefinition::named("get_weather", "Says what the weather is.")
///     .with_parameters(serde_json::json!({
///         "type": "object",
///         "properties": {"city": {"type": "string", "description": "The city."}},
///         "required": ["city"],
///     }))
///     .with_effects(DeclaredEffects::reads(["weather:{city}"]))
///     .with_timeout(Duration::from_secs(5));
/// assert_eq!(definition.name(), "get_weather");
/// ```
#[derive(Clone, Debug)]
pub struct ToolDefinition {
    name: String,
    description: String,
    /// Shared by clones, as those in views are.
    parameters: Arc<Schema>,
    output: Option<Arc<Schema>>,
    effects: DeclaredEffects,
    is_destructive: bool,
    is_idempotent: bool,
    needs_approval: bool,
    /// Whether each call says for itself what it touches.
    pub(super) effects_per_call: bool,
    /// The parameters, of a tool that a macro made and that does not take its context.
    table: Option<&'static Parameters>,
    timeout: Option<Duration>,
    attempts: Option<u32>,
    max_concurrency: Option<usize>,
    title: Option<String>,
    open_world: Option<bool>,
    strict: Option<bool>,
    /// The same of the view that shows it.
    pub(crate) strict_in_view: Option<bool>,
    /// Whether a provider that can is to keep it back until the model has found it.
    pub(crate) is_deferred: bool,
    tags: Vec<String>,
    /// The names that it has where its own is refused.
    pub(crate) wire_names: WireNames,
    place: Place,
    /// The schema as somebody wrote it.
    written: Option<Value>,
    /// That of what it answers.
    written_output: Option<Value>,
    /// Whether its names of types need not be JSON Schema's.
    maps_types: bool,
    /// Why no toolbox can have this tool.
    pub(super) fault: Option<BuildError>,
    /// Whether it is the one that calls others.
    calls_others: bool,
    /// What is offered in its place where a provider has no form for its schema.
    simpler: Option<Arc<Self>>,
}

impl ToolDefinition {
    /// The definition of a tool without parameters, of which nothing is known but what `T` and `description` say.
    ///
    /// For a tool that has no type, as one that is known at run time, [`named`](Self::named) takes its name.
    pub fn new<T: Named>(description: impl Into<String>) -> Self {
        Self::bare(T::NAME.to_owned(), description.into(), T::PLACE, &NONE)
    }

    /// The definition of a tool without parameters, with a name known only at run time. Its place is where this is called.
    ///
    /// The name may be one that a provider refuses, as that of somebody else's server: 1 to 1,024 bytes of anything. In the
    /// manifest of such a provider it is then the nearest that is taken (`math_add` for `math.add`, with a number where that would be two
    /// tools' name or be cut), and a call by either name finds the tool:
    ///
    /// ```
    /// use tool_runtime::dialect::{Mcp, OpenAiChat};
    /// use tool_runtime::{RuntimeTool, ToolDefinition, Toolbox};
    ///
    /// let definition = ToolDefinition::named("math.add", "Adds.");
    /// let add = RuntimeTool::<()>::new(definition, |_, _, _| async { Ok::<_, String>("3") });
    /// # if cfg!(feature = "schema-validation") {
    /// let toolbox = Toolbox::builder().tool(add).build()?;
    /// assert!(toolbox.manifest(OpenAiChat)?.as_str().contains(r#""name":"math_add""#));
    /// assert!(toolbox.manifest(Mcp)?.as_str().contains(r#""name":"math.add""#));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn named(name: impl Into<String>, description: impl Into<String>) -> Self {
        let caller = Location::caller();
        let place = Place::new(caller.file(), caller.line());
        let name = name.into();
        Self {
            wire_names: WireNames::of(&name),
            ..Self::bare(name, description.into(), place, &NONE)
        }
    }

    fn bare(name: String, description: String, place: Place, parameters: &Parameters) -> Self {
        Self {
            name,
            description,
            parameters: Arc::new(Schema::of(parameters)),
            output: None,
            effects: DeclaredEffects::Undeclared,
            is_destructive: false,
            is_idempotent: false,
            needs_approval: false,
            effects_per_call: false,
            // Whoever writes `prepare` has it.
            table: None,
            timeout: None,
            attempts: None,
            max_concurrency: None,
            title: None,
            open_world: None,
            strict: None,
            strict_in_view: None,
            is_deferred: false,
            tags: Vec::new(),
            wire_names: WireNames::default(),
            place,
            written: None,
            written_output: None,
            maps_types: false,
            fault: None,
            calls_others: false,
            simpler: None,
        }
    }

    /// What a declaration says.
    pub(super) fn declared(declaration: &'static Declaration) -> Self {
        let description = declaration.description.trim_matches('\n').to_owned();
        let (name, place) = (declaration.name.to_owned(), declaration.place);
        let hints = declaration.hints;
        Self {
            effects: declaration.effects.clone(),
            is_destructive: declaration.is_destructive,
            is_idempotent: declaration.is_idempotent,
            needs_approval: declaration.needs_approval,
            table: (!declaration.takes_context).then_some(&declaration.parameters),
            timeout: declaration.timeout_ms.map(Duration::from_millis),
            attempts: declaration.attempts,
            max_concurrency: declaration.max_concurrency,
            title: hints.title.map(str::to_owned),
            open_world: hints.open_world,
            strict: hints.strict,
            tags: hints.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Self::bare(name, description, place, &declaration.parameters)
        }
    }

    /// The same with these effects. A hole of a template holds a property of the parameters, as in `customer:{id}`.
    #[must_use]
    pub fn with_effects(mut self, effects: DeclaredEffects) -> Self {
        self.effects = effects;
        self
    }

    /// The same, said to destroy something that cannot be brought back, or not to. Effects then do not say that it changes
    /// nothing.
    ///
    /// ```
    /// use tool_runtime::ToolDefinition;
    ///
    /// let definition = ToolDefinition::named("delete_mail", "Deletes a mail for good.").with_destructive(true);
    /// assert!(definition.is_destructive());
    /// ```
    #[must_use]
    pub fn with_destructive(mut self, is_destructive: bool) -> Self {
        self.is_destructive = is_destructive;
        self
    }

    /// The same with this timeout, more than zero and at most one day, unless the policy has one for the tool.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The same, said to be idempotent or not: a call that is made twice changes no more than one that is made once, so one that
    /// fails may be tried again.
    ///
    /// ```
    /// use tool_runtime::ToolDefinition;
    /// use tool_runtime::tool::DeclaredEffects;
    ///
    /// let definition = ToolDefinition::named("set_price", "Sets a price.")
    ///     .with_effects(DeclaredEffects::writes(["price:{item}"]))
    ///     .with_idempotent(true)
    ///     .with_attempts(5);
    /// assert!(definition.is_idempotent());
    /// ```
    #[must_use]
    pub fn with_idempotent(mut self, is_idempotent: bool) -> Self {
        self.is_idempotent = is_idempotent;
        self
    }

    /// The same, said to need approval: see [`approval`](crate::approval). It says so to people; that a call needs it, the tool says
    /// when it is [prepared](crate::tool::Prepared::needing_approval). A [`RuntimeTool`](crate::RuntimeTool) asks for every call then,
    /// unless it has a closure that says for which.
    #[must_use]
    pub fn with_approval(mut self, is_needed: bool) -> Self {
        self.needs_approval = is_needed;
        self
    }

    /// The same, with how often a call is tried at most, 1 to 100, unless the policy says something else for the tool. More than
    /// one is for a tool that is [idempotent](Self::with_idempotent) or changes nothing, since calls of no other are tried again.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// The same, with how many calls of it run at once in all batches of a toolbox, one or more, unless the policy says something
    /// else for the tool.
    #[must_use]
    pub fn with_max_concurrency(mut self, calls: usize) -> Self {
        self.max_concurrency = Some(calls);
        self
    }

    /// The same, offered with a strict schema or without, whatever the dialect says of the others. A provider that knows no
    /// strict tools is sent what it takes.
    ///
    /// ```
    /// use tool_runtime::ToolDefinition;
    ///
    /// let definition = ToolDefinition::named("set_labels", "Sets labels by name.").with_strict(false);
    /// assert_eq!(definition.is_strict(), Some(false));
    /// ```
    #[must_use]
    pub fn with_strict(mut self, is_strict: bool) -> Self {
        self.strict = Some(is_strict);
        self
    }

    /// The same with a name for people to read. MCP's clients show it; no model does.
    ///
    /// ```
    /// use tool_runtime::ToolDefinition;
    ///
    /// let definition = ToolDefinition::named("get_mail", "Reads a mail.").with_title("Mail reader");
    /// assert_eq!(definition.title(), Some("Mail reader"));
    /// ```
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same, said to reach what nobody here knows, as a search of the web does, or to stay within what is known, as one of
    /// a memory does. MCP's clients read it as a hint, and take the first for granted where nothing is said.
    ///
    /// ```
    /// use tool_runtime::ToolDefinition;
    ///
    /// let definition = ToolDefinition::named("recall", "Recalls a note.").with_open_world(false);
    /// assert_eq!(definition.is_open_world(), Some(false));
    /// ```
    #[must_use]
    pub fn with_open_world(mut self, is_open_world: bool) -> Self {
        self.open_world = Some(is_open_world);
        self
    }

    /// The same with these tags: what the tool belongs to, for [`Toolbox::tagged`](crate::Toolbox::tagged). No model reads them.
    ///
    /// ```
    /// use tool_runtime::ToolDefinition;
    ///
    /// let definition = ToolDefinition::named("get_mail", "Reads a mail.").with_tags(["mail", "support"]);
    /// assert!(definition.tags().eq(["mail", "support"]));
    /// ```
    #[must_use]
    pub fn with_tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// The same as the tool that calls others, defined at `place`: each call says for itself what it touches. Where a provider has no form
    /// for its schema, `simpler` is offered.
    pub(crate) fn calling_others(self, place: Place, simpler: Option<Self>) -> Self {
        Self {
            calls_others: true,
            effects_per_call: true,
            simpler: simpler.map(Arc::new),
            place,
            ..self
        }
    }

    /// Whether it is the tool that calls others.
    pub(crate) fn calls_others(&self) -> bool {
        self.calls_others
    }

    /// What is offered in its place where a provider has no form for its schema, with what the view says of it.
    pub(crate) fn simpler(&self) -> Option<Self> {
        let simpler = self.simpler.as_deref()?;
        Some(Self {
            strict_in_view: self.strict_in_view,
            ..simpler.clone()
        })
    }

    /// The name the model calls.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name under which a provider with this rule knows it.
    pub(crate) fn wire_name(&self, naming: Naming) -> &str {
        self.wire_names.under(naming).unwrap_or(&self.name)
    }

    /// Whether a provider may know it under this name, which is not its own.
    #[cfg(feature = "search")]
    pub(crate) fn has_wire_name(&self, name: &str) -> bool {
        self.wire_names.names().any(|known| known == name)
    }

    /// The same, kept back until the model has found it.
    #[cfg(feature = "search")]
    pub(crate) fn deferred(&self) -> Self {
        Self {
            is_deferred: true,
            ..self.clone()
        }
    }

    /// What the model reads about the tool.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Adds a sentence behind what the model reads about the tool.
    pub(crate) fn add_to_description(&mut self, sentence: &str) {
        if !self.description.is_empty() {
            self.description.push(' ');
        }
        self.description.push_str(sentence);
    }

    /// The JSON Schema of the arguments: an object, its properties in the order of the function's parameters, or by name if
    /// the schema was given.
    pub fn parameters(&self) -> &Schema {
        &self.parameters
    }

    pub(crate) fn shared_parameters(&self) -> Arc<Schema> {
        Arc::clone(&self.parameters)
    }

    /// The JSON Schema of what the tool answers, if its author asks for one or [gives one](Self::with_output_schema): an object.
    ///
    /// ```
    /// # use schemars::JsonSchema;
    /// # use serde::Serialize;
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// #[derive(Serialize, JsonSchema)]
    /// struct Weather {
    ///     celsius: f32,
    /// }
    ///
    /// /// Says what the weather is like.
    /// #[tool(output_schema)]
    /// async fn get_weather() -> Result<Weather, String> {
    ///     Ok(Weather { celsius: 21.5 })
    /// }
    ///
    /// let toolbox = Toolbox::new(tools![get_weather])?;
    /// let schema = toolbox.tools()[0].output_schema().unwrap();
    /// assert_eq!(
    ///     schema.to_string(),
    ///     r#"{"type":"object","properties":{"celsius":{"type":"number","format":"float"}},"required":["celsius"]}"#
    /// );
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn output_schema(&self) -> Option<&Schema> {
        self.output.as_deref()
    }

    pub(super) fn with_output(mut self, schema: Schema) -> Self {
        self.output = Some(Arc::new(schema));
        self
    }

    /// What a call touches.
    pub fn effects(&self) -> &DeclaredEffects {
        &self.effects
    }

    /// Whether each call says for itself what it touches, whatever [`effects`](Self::effects) says: see
    /// [`RuntimeTool::with_effects_by`](super::RuntimeTool::with_effects_by).
    pub fn has_effects_per_call(&self) -> bool {
        self.effects_per_call
    }

    /// Whether a call destroys something that cannot be brought back.
    pub fn is_destructive(&self) -> bool {
        self.is_destructive
    }

    /// Whether its author says that a call which is made twice changes no more than one that is made once.
    pub fn is_idempotent(&self) -> bool {
        self.is_idempotent
    }

    /// How often the tool says that a call is tried at most, if it does.
    pub fn attempts(&self) -> Option<u32> {
        self.attempts
    }

    /// How many calls of it the tool says run at once, if it does.
    pub fn max_concurrency(&self) -> Option<usize> {
        self.max_concurrency
    }

    /// The name that people read, if it has one.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Whether it says that it reaches what nobody here knows, or that it does not.
    pub fn is_open_world(&self) -> Option<bool> {
        self.open_world
    }

    /// What the tool belongs to.
    pub fn tags(&self) -> impl Iterator<Item = &str> + Clone {
        self.tags.iter().map(String::as_str)
    }

    /// Whether it says that it is offered with a strict schema, or without one; or the view that shows it says so.
    pub fn is_strict(&self) -> Option<bool> {
        self.strict.or(self.strict_in_view)
    }

    /// Whether its calls, or some of them, need approval: see [`approval`](crate::approval).
    pub fn needs_approval(&self) -> bool {
        self.needs_approval
    }

    /// How calls that are the same are told; none if what a call does may depend on more than its arguments, its id say.
    pub(crate) fn canonical(&self) -> Option<Canonical> {
        let table = self.table?;
        Some(Canonical::of(table, &self.parameters))
    }

    /// The timeout the tool sets, if any.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Where the tool is defined.
    pub fn place(&self) -> Place {
        self.place
    }
}
