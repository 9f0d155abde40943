//! What a tool says about itself.

use std::fmt;
use std::time::Duration;

use super::Named;
use super::list::same;
use super::parameter::Parameters;
use super::schema::Schema;

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

/// What a tool says a call of it touches, as key templates such as `customer:{customer_id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeclaredEffects {
    /// Nothing was said.
    Undeclared,
    /// A call touches nothing but its arguments.
    Pure,
    /// A call reads and writes these keys and nothing else.
    Keys {
        /// The keys it reads.
        reads: &'static [&'static str],
        /// The keys it writes.
        writes: &'static [&'static str],
    },
}

impl DeclaredEffects {
    /// Whether the tool says that no call of it changes anything.
    pub fn changes_nothing(&self) -> bool {
        match self {
            Self::Undeclared => false,
            Self::Pure => true,
            Self::Keys { writes, .. } => writes.is_empty(),
        }
    }
}

/// Name, description, parameters and effects of one tool: what a manifest is made of.
#[derive(Clone, Debug)]
pub struct ToolDefinition {
    name: String,
    description: String,
    parameters: Schema,
    output: Option<Schema>,
    effects: DeclaredEffects,
    timeout: Option<Duration>,
    place: Place,
}

impl ToolDefinition {
    /// The definition of a tool without parameters, of which nothing is known but what `T` and `description` say.
    pub fn new<T: Named>(description: impl Into<String>) -> Self {
        Self {
            name: T::NAME.to_owned(),
            description: description.into(),
            parameters: Schema::of(&Parameters::Each(&[])),
            output: None,
            effects: DeclaredEffects::Undeclared,
            timeout: None,
            place: T::PLACE,
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

    /// The JSON Schema of the arguments: an object, its properties in the order of the function's parameters.
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
    /// let schema = toolbox.definitions()[0].output_schema().unwrap();
    /// assert_eq!(
    ///     schema.to_string(),
    ///     r#"{"type":"object","properties":{"celsius":{"type":"number","format":"float"}},"required":["celsius"]}"#
    /// );
    /// # Ok::<(), tool_runtime::BuildError>(())
    /// ```
    pub fn output_schema(&self) -> Option<&Schema> {
        self.output.as_ref()
    }

    pub(super) fn with_output(mut self, schema: Schema) -> Self {
        self.output = Some(schema);
        self
    }

    /// What a call touches.
    pub fn effects(&self) -> DeclaredEffects {
        self.effects
    }

    /// The timeout the attribute sets, if any.
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
    /// The attribute's timeout in milliseconds.
    pub timeout_ms: Option<u64>,
}

impl Declaration {
    /// The definition, its schemas made.
    pub fn define(&self) -> ToolDefinition {
        ToolDefinition {
            name: self.name.to_owned(),
            description: self.description.trim_matches('\n').to_owned(),
            parameters: Schema::of(&self.parameters),
            output: None,
            effects: self.effects,
            timeout: self.timeout_ms.map(Duration::from_millis),
            place: self.place,
        }
    }
}
