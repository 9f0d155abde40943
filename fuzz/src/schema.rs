//! Schemas that are known only at run time, whatever they are: refused in words, or offered to every provider and held to.

#[cfg(not(feature = "schema-validation"))]
use std::{cell::RefCell, sync::Arc};

use serde_json::{Value, json};
#[cfg(feature = "schema-validation")]
use tool_runtime::RuntimeTool;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
};
#[cfg(not(feature = "schema-validation"))]
use tool_runtime::{
    CallContext, Content, Tool,
    tool::{Named, Place, Prepared, State},
    tools,
};
use tool_runtime::{Manifest, Policy, ToolCall, ToolDefinition, Toolbox};

use super::paused::paused;

/// A schema and, behind a line end, arguments.
pub fn schema(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (schema, arguments) = text.split_once('\n').unwrap_or((&text, "{}"));
    let Ok(schema) = serde_json::from_str::<Value>(schema) else {
        return;
    };
    // As it is, and as that of an argument.
    let inside = json!({"type": "object", "properties": {"value": schema}});
    for schema in [schema, inside] {
        let definition = ToolDefinition::named("plugin", "Does what a plugin does.");
        for definition in [
            definition.clone().with_parameters(schema.clone()),
            definition.with_parameters(schema).with_mapped_types(true),
        ] {
            match build(definition) {
                Ok(toolbox) => use_it(&toolbox, arguments),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

fn use_it(toolbox: &Toolbox, arguments: &str) {
    manifests(toolbox);
    let wrapped = format!(r#"{{"value": {arguments}}}"#);
    let texts = [arguments, &*wrapped, "{}", r#"{"value": null}"#, "[]"];
    let calls = texts.map(|text| ToolCall::new("", "plugin", text));
    let desk = toolbox.bind(()).with(Policy::default().coalesce(true));
    let report = paused(desk.expect("the policy can be kept").run(&calls));
    for result in report.results() {
        let code = result.outcome().ending.code();
        assert!(
            matches!(code, "ok" | "invalid_arguments"),
            "{}",
            result.text()
        );
    }
}

/// What a provider gets of it is JSON, the same again, and read as a manifest; or it is refused in words.
fn manifests(toolbox: &Toolbox) {
    for (plain, again) in made(toolbox).into_iter().zip(made(toolbox)) {
        let manifest = match plain {
            Ok(manifest) => manifest,
            Err(error) => {
                assert!(!error.is_empty());
                continue;
            }
        };
        let text = manifest.to_string();
        assert_eq!(again.map(|again| again.to_string()).as_ref(), Ok(&text));
        let read: Manifest = text.parse().expect("what was written is read");
        let diff = read.diff(&manifest);
        assert!(diff.is_empty(), "{diff}");
    }
}

fn made(toolbox: &Toolbox) -> [Result<Manifest, String>; 13] {
    macro_rules! of {
        ($($dialect:expr),*) => {
            [$(toolbox.manifest($dialect).map_err(|error| error.to_string())),*]
        };
    }
    of![
        Anthropic,
        Anthropic.strict(),
        Bedrock,
        Bedrock.strict(),
        Gemini,
        Mcp,
        Mistral,
        Mistral.strict(),
        Ollama,
        OpenAiChat,
        OpenAiChat.strict(),
        OpenAiResponses,
        OpenAiResponses.strict()
    ]
}

#[cfg(feature = "schema-validation")]
fn build(definition: ToolDefinition) -> Result<Toolbox, tool_runtime::BuildError> {
    let tool = RuntimeTool::new(definition, |arguments, _, _| async move {
        Ok::<_, std::convert::Infallible>(arguments.text().to_owned())
    });
    Toolbox::builder().tool(tool).build()
}

#[cfg(not(feature = "schema-validation"))]
thread_local! {
    static DEFINITION: RefCell<Option<ToolDefinition>> = const { RefCell::new(None) };
}

/// Without a validator nobody holds arguments to the schema.
#[cfg(not(feature = "schema-validation"))]
struct Plugin {}

#[cfg(not(feature = "schema-validation"))]
impl Named for Plugin {
    const NAME: &'static str = "plugin";
    const PLACE: Place = Place::new(file!(), line!());
}

#[cfg(not(feature = "schema-validation"))]
impl<S: State> Tool<S> for Plugin {
    fn definition(&self) -> ToolDefinition {
        DEFINITION.take().expect("it was put down")
    }

    fn prepare(&self, arguments: &str, _: CallContext, _: Arc<S>) -> Prepared {
        let arguments = arguments.to_owned();
        Prepared::new(Box::pin(async move { Ok(Content::text(arguments).into()) }))
    }
}

#[cfg(not(feature = "schema-validation"))]
fn build(definition: ToolDefinition) -> Result<Toolbox, tool_runtime::BuildError> {
    DEFINITION.set(Some(definition));
    Toolbox::new(tools![Plugin])
}
