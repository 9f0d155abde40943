//! What a tool says about itself.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Named;
use super::canonical::Canonical;
use super::compiled::Compiled;
use super::effects::DeclaredEffects;
use super::list::same;
use super::parameter::Parameters;
use super::schema::Schema;
use super::template;
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

/// The longest timeout a tool may ask for, as in the policy: one day.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The most attempts of a call.
const MAX_ATTEMPTS: u32 = 100;

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
    /// Whether each call says for itself what it touches.
    pub(super) effects_per_call: bool,
    /// The parameters, of a tool that a macro made and that does not take its context.
    table: Option<&'static Parameters>,
    timeout: Option<Duration>,
    attempts: Option<u32>,
    max_concurrency: Option<usize>,
    strict: Option<bool>,
    place: Place,
    /// The schema as it was given, until it is made into what checks arguments.
    pub(super) given: Option<Value>,
    /// Why no toolbox can have this tool.
    pub(super) fault: Option<BuildError>,
}

impl ToolDefinition {
    /// The definition of a tool without parameters, of which nothing is known but what `T` and `description` say.
    pub fn new<T: Named>(description: impl Into<String>) -> Self {
        Self::bare(T::NAME.to_owned(), description.into(), T::PLACE)
    }

    /// The definition of a tool without parameters, with a name known only at run time. Its place is where this is called.
    #[track_caller]
    pub fn named(name: impl Into<String>, description: impl Into<String>) -> Self {
        let caller = Location::caller();
        let place = Place::new(caller.file(), caller.line());
        Self::bare(name.into(), description.into(), place)
    }

    fn bare(name: String, description: String, place: Place) -> Self {
        Self {
            name,
            description,
            parameters: Arc::new(Schema::of(&Parameters::each(&[]))),
            output: None,
            effects: DeclaredEffects::Undeclared,
            is_destructive: false,
            is_idempotent: false,
            effects_per_call: false,
            // Whoever writes `prepare` has it.
            table: None,
            timeout: None,
            attempts: None,
            max_concurrency: None,
            strict: None,
            place,
            given: None,
            fault: None,
        }
    }

    /// The same with these parameters: a JSON Schema of `"type": "object"`, written or made by
    /// [`schema_for!`](schemars::schema_for).
    ///
    /// Properties that it does not name are refused unless it says `additionalProperties`, and so does the schema that the
    /// model sees. A hand-written `Tool` reads its arguments itself and is to keep to what it says here.
    #[must_use]
    pub fn with_parameters(mut self, schema: impl Into<Value>) -> Self {
        let schema = schema.into();
        self.parameters = Arc::new(Schema::given(&schema));
        self.given = Some(schema);
        self
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

    /// Whether the tool is one that a toolbox can have, as far as it can be told from this definition alone.
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        let (name, place) = (self.name.clone(), self.place);
        if !is_legal(&name) {
            return Err(BuildError::IllegalName { name, place });
        }
        if !self.parameters.is_object() {
            return Err(BuildError::NotAnObject { name, place });
        }
        if self
            .output
            .as_ref()
            .is_some_and(|output| !output.is_object())
        {
            return Err(BuildError::OutputNotAnObject { name, place });
        }
        if let Some((parameter, problem)) = self.parameters.fault() {
            return Err(BuildError::Parameter {
                name,
                place,
                parameter: parameter.to_owned(),
                problem: problem.to_owned(),
            });
        }
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let effects = template::check(&self.effects, &self.parameters);
        if let Err(problem) = effects.and_then(|()| self.check_destructive()) {
            return Err(BuildError::InvalidEffects {
                name,
                place,
                problem,
            });
        }
        match self.timeout {
            Some(timeout) if timeout.is_zero() || timeout > MAX_TIMEOUT => {
                Err(BuildError::InvalidTimeout {
                    name,
                    place,
                    timeout,
                })
            }
            _ => self.check_numbers(),
        }
    }

    fn check_numbers(&self) -> Result<(), BuildError> {
        let refuse = |setting, expected, found: String| {
            Err(BuildError::InvalidSetting {
                name: self.name.clone(),
                place: self.place,
                setting,
                expected,
                found,
            })
        };
        // Of effects that each call has for itself nobody knows yet whether they change something.
        let repeatable =
            self.is_idempotent || self.effects.changes_nothing() || self.effects_per_call;
        match self.attempts {
            Some(attempts) if !(1..=MAX_ATTEMPTS).contains(&attempts) => {
                return refuse("attempts", "1 to 100", attempts.to_string());
            }
            Some(attempts @ 2..) if !repeatable => {
                return refuse(
                    "attempts",
                    "more than 1 only if it is idempotent or changes nothing; say `with_idempotent(true)`, or declare effects that change nothing",
                    attempts.to_string(),
                );
            }
            _ => {}
        }
        match self.max_concurrency {
            Some(0) => refuse("max_concurrency", "one call or more", "0".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether these effects can stand for the tool's own.
    pub(crate) fn check_effects(&self, effects: &DeclaredEffects) -> Result<(), String> {
        template::check_holes(effects, Compiled::new(&self.effects).holes())
    }

    fn check_destructive(&self) -> Result<(), String> {
        match self.is_destructive && self.effects.changes_nothing() {
            true => Err("a destructive tool changes something, and they say that it changes nothing; name in `writes` what it destroys".to_owned()),
            false => Ok(()),
        }
    }

    /// The name the model calls.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the model reads about the tool.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The JSON Schema of the arguments: an object, its properties in the order of the function's parameters, or by name if
    /// the schema was given.
    pub fn parameters(&self) -> &Schema {
        &self.parameters
    }

    /// The JSON Schema of what the tool answers, if its author asks for one: an object.
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

    /// Whether it says that it is offered with a strict schema, or without one.
    pub fn is_strict(&self) -> Option<bool> {
        self.strict
    }

    /// Whether each call says for itself what it touches, and the effects here only what is said of it.
    pub(crate) fn has_effects_per_call(&self) -> bool {
        self.effects_per_call
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

/// What `#[tool]` knows: constants, made into a [`ToolDefinition`] once.
#[derive(Debug)]
pub struct Declaration {
    /// The name on the wire.
    pub name: &'static str,
    /// Where the attribute stands.
    pub place: Place,
    /// What the model reads.
    pub description: &'static str,
    /// The parameter table, in declaration order.
    pub parameters: Parameters,
    /// What the attribute declares.
    pub effects: DeclaredEffects,
    /// Whether it says `destructive`.
    pub is_destructive: bool,
    /// Whether it says `idempotent`.
    pub is_idempotent: bool,
    /// Whether a parameter is the context.
    pub takes_context: bool,
    /// The attribute's timeout in milliseconds.
    pub timeout_ms: Option<u64>,
    /// How often it says that a call is tried at most.
    pub attempts: Option<u32>,
    /// How many calls it says run at once.
    pub max_concurrency: Option<usize>,
}

impl Declaration {
    /// The definition, its schemas made.
    pub fn define(&'static self) -> ToolDefinition {
        ToolDefinition {
            name: self.name.to_owned(),
            description: self.description.trim_matches('\n').to_owned(),
            parameters: Arc::new(Schema::of(&self.parameters)),
            output: None,
            effects: self.effects.clone(),
            is_destructive: self.is_destructive,
            is_idempotent: self.is_idempotent,
            effects_per_call: false,
            table: (!self.takes_context).then_some(&self.parameters),
            timeout: self.timeout_ms.map(Duration::from_millis),
            attempts: self.attempts,
            max_concurrency: self.max_concurrency,
            strict: None,
            place: self.place,
            given: None,
            fault: None,
        }
    }
}

/// What every provider takes: `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`.
fn is_legal(name: &str) -> bool {
    let mut characters = name.chars();
    name.len() <= 64
        && characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
