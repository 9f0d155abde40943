//! Gemini.
//!
//! The facts are those of the provider's documentation of function calling and of its SDK's types
//! `FunctionDeclaration` and `FunctionCallingConfig`.

mod history;
mod response;
mod stream;

use serde_json::Value;

use super::configured::dialect;
use super::exchange::{Exchange, Streams};
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::settings::{Asked, ToolChoice};
use super::stream::{Framing, TurnStream};
use super::{Message, RequestFields, RequestWarning, Turn};
use crate::journal::Recovered;
use crate::tool::{Naming, ToolDefinition};
use crate::turns::Conversation;
use crate::{DecodeError, ManifestError, Report, RequestSettingsError, ToolResult};

/// Gemini's `generateContent` API, with parameters as JSON Schema.
///
/// It has no strict tools: whether calls keep to the schemas is said for a request, with the mode `VALIDATED` or `ANY` of
/// its `toolConfig`; [`Toolbox::request_fields`](crate::Toolbox::request_fields) says `ANY` where a call is forced.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Gemini, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// assert_eq!(
///     toolbox.manifest(Gemini)?.as_str(),
///     r#"[{"functionDeclarations":[{"name":"tell_time","description":"Says what time it is."}]}]"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `decode` keeps the parts of the turn as they came, each with its signature: send them back in their order and do not merge them.
/// `encode` gives one content with all responses; put other parts in one behind it. A response is under `output`, that of a call that did
/// not end well under `error`. PNG, JPEG and WebP stand beside it, which models before Gemini 3 do not take; of other images and of sounds a
/// text says what they are, and of a link its name and address. A call without an id is answered without one: then the order tells.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Gemini, tool, tools};
///
/// /// Looks up a book's title.
/// #[tool(pure)]
/// async fn find_title(/** The book's number. */ id: u64) -> Result<&'static str, String> {
///     if id == 7 { Ok("Emma") } else { Err("there is no such book".to_owned()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = r#"{"candidates": [{"finishReason": "STOP", "content": {"role": "model", "parts": [
///     {"functionCall": {"name": "find_title", "args": {"id": 8}}, "thoughtSignature": "c2lnbmF0dXJl"}
/// ]}}]}"#;
/// let turn = Gemini.decode(body)?;
/// let report = Toolbox::new(tools![find_title])?.run(turn.calls()).await;
/// let content = serde_json::to_value(&Gemini.encode(&report)[0])?;
/// let response = &content["parts"][0]["functionResponse"];
/// assert_eq!(response["response"]["error"], "there is no such book. Nothing was changed.");
/// assert!(response.get("id").is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gemini;

dialect!(Gemini, choice, streams);

impl Provider for Gemini {
    const NAME: &'static str = "Gemini";
    const SEVERAL: &'static str = "You can make several function calls in one reply.";
    const NAMING: Naming = Naming::GEMINI;
    const PLAIN: Subset = subset::GEMINI;

    fn tool(tool: &Offered<'_>) -> String {
        // A tool that takes nothing has no schema.
        let takes_nothing = tool.definition.parameters().takes_nothing();
        let parameters = match takes_nothing {
            true => String::new(),
            false => format!(",\"parametersJsonSchema\":{}", tool.schema),
        };
        format!(
            "{{\"name\":{},\"description\":{}{parameters}}}",
            Value::from(tool.name),
            Value::from(tool.description)
        )
    }

    fn list(&self, tools: &str, _is_cached: bool) -> Result<String, ManifestError> {
        if tools.is_empty() {
            return Ok("[]".to_owned());
        }
        Ok(format!("[{{\"functionDeclarations\":[{tools}]}}]"))
    }

    /// Names are only allowed with the mode `ANY` or `VALIDATED` (the SDK's `FunctionCallingConfig`), and `ANY` enforces the schemas
    /// of all tools of the request (the documentation). There is no switch for parallel calls.
    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError> {
        let mode = |mode: &str, allowed: &str| {
            format!("{{\"functionCallingConfig\":{{\"mode\":\"{mode}\"{allowed}}}}}")
        };
        match asked.choice {
            ToolChoice::Auto => {}
            ToolChoice::Required => fields.push("toolConfig", mode("ANY", "")),
            ToolChoice::Forbidden => fields.push("toolConfig", mode("NONE", "")),
            ToolChoice::Named(name) => {
                let name = Value::from(name.as_str());
                let allowed = format!(",\"allowedFunctionNames\":[{name}]");
                fields.push("toolConfig", mode("ANY", &allowed));
            }
        }
        let is_lax = |tool: &&ToolDefinition| tool.is_strict() == Some(false);
        let lax: Vec<_> = asked.definitions.iter().filter(is_lax).collect();
        if asked.is_forced() && !lax.is_empty() {
            fields.warn(RequestWarning::SchemasEnforced {
                dialect: Self::NAME,
                tools: lax.iter().map(|tool| tool.name().to_owned()).collect(),
            });
        }
        asked.warn_of_parallel(Self::NAME, fields);
        Ok(())
    }
}

impl Exchange for Gemini {
    fn read(body: &[u8], choice: Option<usize>) -> Result<Turn, DecodeError> {
        response::read(body, choice)
    }

    fn answer(report: &Report) -> Vec<Message> {
        response::answer(report)
    }

    fn complete(history: &mut Vec<Message>, recovered: Option<&Recovered>) -> Vec<ToolResult> {
        history::complete(history, recovered)
    }

    fn conversation(history: &[Message]) -> Conversation {
        history::conversation(history)
    }
}

impl Streams for Gemini {
    fn turn(choice: Option<usize>) -> TurnStream {
        let read = move |body: &[u8]| stream::unstreamed(body, choice);
        TurnStream::new(
            Framing::Events,
            stream::Parts::new(choice),
            read,
            stream::EXPECTED,
        )
    }
}
