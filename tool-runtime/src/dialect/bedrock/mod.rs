//! Bedrock Converse.
//!
//! The facts are those of botocore's model of `bedrock-runtime`: `ToolConfiguration`, `ToolSpecification`, `ToolChoice`.

mod history;
mod response;
mod stream;

use serde_json::Value;

use super::configured::dialect;
use super::exchange::{Exchange, Streams};
use super::ids::Ids;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::settings::{Asked, ToolChoice};
use super::stream::{Framing, TurnStream};
use super::strict_limits::StrictLimits;
use super::{Message, RequestFields, RequestWarning, Turn};
use crate::journal::Recovered;
use crate::turns::Conversation;
use crate::{DecodeError, ManifestError, Report, RequestSettingsError, ToolResult};

/// Amazon Bedrock's Converse API. The manifest is the value of `toolConfig.tools`, of which there is at least one: with
/// no tool, leave `toolConfig` out. What [`Toolbox::request_fields`](crate::Toolbox::request_fields) gives goes into `toolConfig` too.
///
/// Only some models take strict tools, or a cache marker. Some (Llama, Mistral) take nothing beside results in one message, and none takes
/// two messages of the user in a row: there [`complete`](Self::complete) puts results into the message that is there.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Bedrock, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// assert_eq!(
///     toolbox.manifest(Bedrock.cached())?.as_str(),
///     r#"[{"toolSpec":{"name":"tell_time","description":"Says what time it is.","inputSchema":{"json":{"type":"object","properties":{},"additionalProperties":false}}}},{"cachePoint":{"type":"default"}}]"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `encode` gives one user message with all results. What did not end well has the status `error`, and nothing else has a status, since
/// some models refuse it. Objects go as JSON and all other values as text, which is what the service takes; PNG, JPEG, GIF and WebP as
/// images. Of other images and of sounds a text says what they are, and of a link its name and address. Ids go back as they came: they are the
/// provider's own, and it takes none of more than 64 characters from elsewhere ([`call_id`](Self::call_id) makes such).
///
/// With an AWS SDK, make its types from a message's text ([`Message::as_str`](crate::dialect::Message::as_str)); `decode` reads the JSON of
/// the HTTP API.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Bedrock, tool, tools};
///
/// /// Looks up a book's title.
/// #[tool(pure)]
/// async fn find_title(/** The book's number. */ id: u64) -> Result<&'static str, String> {
///     if id == 7 { Ok("Emma") } else { Err("there is no such book".to_owned()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = r#"{"stopReason": "tool_use", "output": {"message": {"role": "assistant", "content": [
///     {"toolUse": {"toolUseId": "tooluse_1", "name": "find_title", "input": {"id": 7}}}
/// ]}}}"#;
/// let turn = Bedrock.decode(body)?;
/// let report = Toolbox::new(tools![find_title])?.run(turn.calls()).await;
/// assert_eq!(
///     Bedrock.encode(&report)[0].as_str(),
///     r#"{"role":"user","content":[{"toolResult":{"toolUseId":"tooluse_1","content":[{"text":"Emma"}]}}]}"#
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bedrock;

dialect!(Bedrock, strict, cached, streams);

impl Provider for Bedrock {
    const NAME: &'static str = "Bedrock Converse";
    const PLAIN: Subset = subset::BEDROCK;
    const STRICT: Option<Subset> = Some(subset::BEDROCK_STRICT);
    const STRICT_LIMITS: StrictLimits = StrictLimits::ANTHROPIC;

    fn tool(tool: &Offered<'_>) -> String {
        let name = Value::from(tool.name);
        // An empty description is refused.
        let description = match tool.description {
            "" => String::new(),
            text => format!(",\"description\":{}", Value::from(text)),
        };
        let strict = if tool.is_strict {
            ",\"strict\":true"
        } else {
            ""
        };
        format!(
            "{{\"toolSpec\":{{\"name\":{name}{description},\"inputSchema\":{{\"json\":{}}}{strict}}}}}",
            tool.schema
        )
    }

    fn list(&self, tools: &str, is_cached: bool) -> Result<String, ManifestError> {
        if tools.is_empty() {
            return Err(ManifestError::NoTools {
                dialect: Self::NAME,
                instead: "leave `toolConfig` out of the request",
            });
        }
        let marker = if is_cached {
            ",{\"cachePoint\":{\"type\":\"default\"}}"
        } else {
            ""
        };
        Ok(format!("[{tools}{marker}]"))
    }

    /// A member of `toolConfig`, which only some models take and which has no "none" (botocore's `ToolChoice`); a history with calls
    /// or results is refused without a `toolConfig` (pydantic-ai, tested live). There is no switch for parallel calls. That Claude
    /// takes no forced call with extended thinking is known of Anthropic's own API, so here it is no error.
    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError> {
        let choice = match asked.choice {
            ToolChoice::Auto => None,
            ToolChoice::Required => Some("{\"any\":{}}".to_owned()),
            ToolChoice::Named(name) => {
                let name = Value::from(name.as_str());
                Some(format!("{{\"tool\":{{\"name\":{name}}}}}"))
            }
            ToolChoice::Forbidden => {
                return Err(RequestSettingsError::Refused {
                    dialect: Self::NAME,
                    problem: "has no choice that forbids tools",
                    instead: "leave `toolConfig` out of the request, or, where the history has calls and so needs it, use `ToolChoice::Auto` and say in the prompt that no tool is to be called",
                });
            }
        };
        if let Some(choice) = choice {
            fields.push("toolChoice", choice);
            let refused = match asked.is_thinking {
                false => "`toolChoice`; use `ToolChoice::Auto` for them, which is not said",
                true => {
                    "`toolChoice`, and Claude may refuse a forced call with extended thinking; use `ToolChoice::Auto` for them, which is not said"
                }
            };
            fields.warn(RequestWarning::SomeModelsRefuse {
                dialect: Self::NAME,
                models: "some models",
                refused,
            });
        }
        asked.warn_of_parallel(Self::NAME, fields);
        Ok(())
    }
}

impl Exchange for Bedrock {
    const IDS: Ids = Ids::BEDROCK;

    fn read(body: &[u8], _choice: Option<usize>) -> Result<Turn, DecodeError> {
        response::read(body)
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

impl Streams for Bedrock {
    fn turn(_: Option<usize>) -> TurnStream {
        let read = |body: &[u8]| response::read(body);
        TurnStream::new(
            Framing::Lines,
            stream::Content::default(),
            read,
            stream::EXPECTED,
        )
    }
}
