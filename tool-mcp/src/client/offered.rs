//! One tool of a server: what it is called here, what it says of itself, and what it is held to.

use std::fmt;
use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::Value;
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{BuildError, RuntimeTool, ToolDefinition, Toolbox};

use super::text::shortened;

/// What tools are called here.
#[derive(Clone)]
pub(super) struct Naming {
    pub(super) server: Arc<str>,
    pub(super) by: Option<NameBy>,
}

/// From a tool's own name to the one that it has here.
pub(super) type NameBy = Arc<dyn Fn(&str) -> String + Send + Sync>;

impl Naming {
    fn name(&self, own: &str) -> String {
        match &self.by {
            Some(by) => by(own),
            None => format!("{}__{own}", self.server),
        }
    }
}

impl fmt::Debug for Naming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Naming")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// A tool of a server, as the server says it is.
///
/// What it says is a stranger's word: the model reads the description, people the title, and nobody acts on the
/// [annotations](Self::annotations) unless told to.
#[derive(Clone)]
pub struct ServerTool {
    tool: Tool,
    server: Arc<str>,
    name: String,
    parameters: Value,
    /// What a toolbox says of a result: nothing of one that is no object, or is handed on without its wrapper.
    output_schema: Option<Value>,
    /// What a structured result is held to.
    output: Option<Arc<jsonschema::Validator>>,
}

impl ServerTool {
    pub(super) fn new(tool: Tool, naming: &Naming) -> Result<Self, String> {
        let schema = tool.output_schema.as_deref();
        let schema = schema.map(|schema| Value::Object(schema.clone()));
        let output = schema.as_ref().map(output).transpose()?;
        let mut this = Self {
            server: Arc::clone(&naming.server),
            name: naming.name(&tool.name),
            parameters: Value::Object((*tool.input_schema).clone()),
            tool,
            output_schema: schema.filter(|schema| !is_wrapper(schema)),
            output: output.map(Arc::new),
        };
        if let Err(BuildError::OutputNotAnObject { .. }) = this.built() {
            this.output_schema = None;
        }
        this.check()?;
        Ok(this)
    }

    fn built(&self) -> Result<Toolbox, BuildError> {
        let tool = RuntimeTool::<()>::blocking(self.definition(), |_, _, _| Ok::<_, String>(""));
        Toolbox::builder().tool(tool).build()
    }

    /// Whether a toolbox can have it.
    fn check(&self) -> Result<(), String> {
        match self.built() {
            Ok(_) => Ok(()),
            Err(BuildError::InvalidOutputSchema { problem, .. }) => Err(unusable_output(&problem)),
            Err(BuildError::InvalidSchema { problem, .. }) => {
                Err(format!("its `inputSchema` cannot be used: {problem}"))
            }
            Err(BuildError::NotAnObject { .. }) => Err(
                "its `inputSchema` is none of an object, which the protocol requires; it says `\"type\": \"object\"`".to_owned(),
            ),
            Err(BuildError::IllegalName { name, .. }) => Err(format!(
                "its name here, `{}`, has none or more than 1,024 bytes",
                shortened(&name, 40)
            )),
            Err(other) => Err(other.to_string()),
        }
    }

    /// The name that the server calls it by.
    pub fn own_name(&self) -> &str {
        &self.tool.name
    }

    /// The name that it has in a toolbox: `files__read` for `read` of the server `files`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the server says of it.
    pub fn description(&self) -> &str {
        self.tool.description.as_deref().unwrap_or_default()
    }

    /// What it is called for people, if the server says so.
    pub fn title(&self) -> Option<&str> {
        let hints = self.tool.annotations.as_ref();
        let title = self.tool.title.as_deref();
        title.or_else(|| hints.and_then(|hints| hints.title.as_deref()))
    }

    /// What the server says of its effects: hints, which may be wrong or a lie.
    pub fn annotations(&self) -> Option<&ToolAnnotations> {
        self.tool.annotations.as_ref()
    }

    /// The server's schemas, icons and the rest, as rmcp has them.
    pub fn as_rmcp(&self) -> &Tool {
        &self.tool
    }

    pub(super) fn output(&self) -> Option<&Arc<jsonschema::Validator>> {
        self.output.as_ref()
    }

    /// What a toolbox has of it, at the place where the tools are added to it, with the server's name as its tag. Nothing is said of
    /// effects.
    #[track_caller]
    pub(super) fn definition(&self) -> ToolDefinition {
        let definition = ToolDefinition::named(&*self.name, self.description())
            .with_parameters(self.parameters.clone())
            .with_tags([&*self.server]);
        let definition = match self.title() {
            Some(title) => definition.with_title(title),
            None => definition,
        };
        match &self.output_schema {
            Some(schema) => definition.with_output_schema(schema.clone()),
            None => definition,
        }
    }

    /// The same with what its annotations say, for a server that is trusted: what reads is in the order of what changes something there.
    pub(super) fn trusted(&self, definition: ToolDefinition) -> ToolDefinition {
        let hints = self.tool.annotations.clone().unwrap_or_default();
        let everything = [format!("mcp:{}", self.server)];
        let definition = match hints.open_world_hint {
            Some(is_open) => definition.with_open_world(is_open),
            None => definition,
        };
        if hints.read_only_hint == Some(true) {
            return definition.with_effects(DeclaredEffects::reads(everything));
        }
        definition
            .with_effects(DeclaredEffects::writes(everything))
            .with_idempotent(hints.idempotent_hint == Some(true))
            .with_destructive(hints.destructive_hint == Some(true))
    }
}

fn output(schema: &Value) -> Result<jsonschema::Validator, String> {
    let built = jsonschema::options().build(schema);
    built.map_err(|error| unusable_output(&error.to_string()))
}

fn unusable_output(problem: &str) -> String {
    let problem = shortened(problem, 300);
    format!("its `outputSchema` cannot be used: {problem}")
}

/// Whether it is of what Python's SDK wraps, `{"result": …}`: the texts say what is in it.
fn is_wrapper(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.is_some_and(|properties| properties.keys().eq(["result"]))
}

impl fmt::Debug for ServerTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerTool")
            .field("name", &self.name)
            .field("tool", &self.tool)
            .finish_non_exhaustive()
    }
}
