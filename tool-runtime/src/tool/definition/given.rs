//! The schemas that somebody wrote for a tool: of its parameters, and of what it answers.

use std::sync::Arc;

use serde_json::Value;

use super::ToolDefinition;
use crate::BuildError;
use crate::tool::schema::Schema;
use crate::tool::type_names;

impl ToolDefinition {
    /// The same with these parameters: a JSON Schema of an object, written or made by [`schema_for!`](schemars::schema_for).
    ///
    /// No provider takes `$ref`, `allOf`, `anyOf`, `oneOf` and the like for the arguments as a whole. What `$ref` and `allOf` add is merged,
    /// the properties that alternatives name are properties, and which of them go together the model reads in a description:
    ///
    /// ```
    /// use tool_runtime::{ToolDefinition, dialect::{OpenAiChat, RequestFormat}};
    ///
    /// let schema = serde_json::json!({
    ///     "type": "object",
    ///     "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    ///     "anyOf": [{"required": ["id"]}, {"required": ["name"]}],
    /// });
    /// let definition = ToolDefinition::named("find", "Finds a customer.").with_parameters(schema);
    /// let manifest = OpenAiChat.manifest(&[definition])?;
    /// assert_eq!(manifest.tools()[0].parameters()["description"], "(requires `id`, or `name`)");
    /// # Ok::<(), tool_runtime::ManifestError>(())
    /// ```
    ///
    /// It may be of draft 2020-12 or of one before, which its `$schema` says; providers are sent the former. Properties that it does
    /// not name are refused unless it says `additionalProperties`, and so does the schema that the
    /// model sees. A hand-written `Tool` reads its arguments itself and is to keep to what it says here.
    #[must_use]
    pub fn with_parameters(mut self, schema: impl Into<Value>) -> Self {
        self.written = Some(schema.into());
        self.read()
    }

    /// The same; names of types in its schemas that are not JSON Schema's mean those that are: `dict` an `object`, `float` a `number`, `String` a
    /// `string`, and so on. Else a toolbox of it is not built, since no provider knows what they mean.
    ///
    /// ```
    /// use tool_runtime::ToolDefinition;
    ///
    /// let schema = serde_json::json!({"type": "dict", "properties": {"celsius": {"type": "float"}}});
    /// let definition = ToolDefinition::named("set_heat", "Sets the heat.")
    ///     .with_parameters(schema)
    ///     .with_mapped_types(true);
    /// assert!(definition.parameters().to_string().contains(r#"{"celsius":{"type":"number"}}"#));
    /// ```
    #[must_use]
    pub fn with_mapped_types(mut self, maps_types: bool) -> Self {
        self.maps_types = maps_types;
        self.read()
    }

    /// The same with the JSON Schema of what the tool answers: an object, of which it says `"type": "object"`.
    ///
    /// MCP's clients are told of it; no other provider takes one. As with `#[tool(output_schema)]` no answer is held to it: the tool is to
    /// keep to what it says here, and to answer one JSON object.
    ///
    /// ```
    /// use serde_json::{Value, json};
    /// use tool_runtime::dialect::Mcp;
    /// use tool_runtime::{RuntimeTool, ToolDefinition, Toolbox};
    ///
    /// let schema = json!({"type": "object", "properties": {"celsius": {"type": "number"}}, "required": ["celsius"]});
    /// let definition = ToolDefinition::named("get_weather", "Says what the weather is.").with_output_schema(schema);
    /// let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<Value, String>(json!({"celsius": 21.5})));
    /// # if cfg!(feature = "schema-validation") {
    /// let toolbox = Toolbox::builder().tool(tool).build()?;
    /// let manifest = toolbox.manifest(Mcp)?;
    /// assert!(manifest.as_str().contains(r#""outputSchema":{"type":"object","properties":{"celsius":{"type":"number"}}"#));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// It may be of draft 2020-12 or of one before, as that of the parameters. An answer may have members that it does not name, unless it
    /// says `additionalProperties`.
    #[must_use]
    pub fn with_output_schema(mut self, schema: impl Into<Value>) -> Self {
        self.written_output = Some(schema.into());
        self.read()
    }

    /// Reads the schemas that were written.
    fn read(mut self) -> Self {
        self.fault = None;
        if let Some(schema) = self.given_output() {
            self.fault = type_names::problem(&schema).map(|problem| self.output_fault(problem));
            self.output = Some(Arc::new(Schema::given_output(&schema)));
        }
        if let Some(schema) = self.given() {
            let problem = type_names::problem(&schema);
            let fault = problem.map(|problem| BuildError::InvalidSchema {
                name: self.name.clone(),
                place: self.place,
                problem,
            });
            self.fault = fault.or(self.fault);
            self.parameters = Arc::new(Schema::given(&schema));
        }
        self
    }

    /// What is wrong with the schema of what it answers.
    pub(in crate::tool) fn output_fault(&self, problem: String) -> BuildError {
        BuildError::InvalidOutputSchema {
            name: self.name.clone(),
            place: self.place,
            problem,
        }
    }

    /// The schema that arguments are held to, if somebody wrote one.
    pub(in crate::tool) fn given(&self) -> Option<Value> {
        self.written.as_ref().map(|schema| self.mapped(schema))
    }

    /// The schema of what it answers, if somebody wrote one.
    pub(in crate::tool) fn given_output(&self) -> Option<Value> {
        self.written_output
            .as_ref()
            .map(|schema| self.mapped(schema))
    }

    /// With names of types that are JSON Schema's.
    fn mapped(&self, schema: &Value) -> Value {
        let schema = schema.clone();
        match self.maps_types {
            true => type_names::mapped(schema),
            false => schema,
        }
    }
}
