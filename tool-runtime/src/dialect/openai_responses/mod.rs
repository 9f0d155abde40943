//! OpenAI Responses.
//!
//! The facts are those of the provider's documentation of function calling and of its SDK's types `FunctionToolParam`
//! and `ToolChoiceFunctionParam`; for the response see `response.rs`.

mod history;
mod response;
mod stream;

use serde_json::Value;

use super::configured::dialect;
use super::exchange::{Exchange, Streams};
use super::ids::Ids;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::settings::Asked;
use super::stream::{Framing, TurnStream};
use super::{Message, RequestFields, Turn, openai_chat};
use crate::journal::Recovered;
use crate::turns::Conversation;
use crate::{DecodeError, Report, RequestSettingsError, ToolResult};

/// OpenAI's Responses API. Its manifest says of each tool whether it is strict: the API makes strict what it can where
/// nothing is said.
///
/// [`complete`](Self::complete) knows the calls of functions and of custom tools; calls of a computer, a shell or a patch are answered by
/// whoever runs them.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::OpenAiResponses, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// assert_eq!(
///     toolbox.manifest(OpenAiResponses.strict())?.as_str(),
///     r#"[{"type":"function","name":"tell_time","description":"Says what time it is.","parameters":{"type":"object","properties":{},"required":[],"additionalProperties":false},"strict":true}]"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `decode` keeps every item of the output for the next input, reasoning and what the provider ran itself too; what a program has to answer
/// by other means than tools, such as a `computer_call`, is among them. `encode` gives one item per call, for a custom tool's call a
/// `custom_tool_call_output`. The API has no mark for an error: the text is one
/// ([`ToolResult::marked_text`](crate::ToolResult::marked_text)). PNG, JPEG, GIF and WebP go as images; of other images and of
/// sounds a text says what they are, and of a link its name and address.
///
/// Ids go back as they came, since they are the provider's own (it takes none of more than 64 characters from elsewhere:
/// [`call_id`](Self::call_id) makes such), and texts as long as they are: nothing is cut here, though OpenAI is said to take no more than 10,485,760 characters of one.
///
/// ```
/// use tool_runtime::{Toolbox, dialect::OpenAiResponses, tool, tools};
///
/// /// Looks up a book's title.
/// #[tool(pure)]
/// async fn find_title(/** The book's number. */ id: u64) -> Result<&'static str, String> {
///     if id == 7 { Ok("Emma") } else { Err("there is no such book".to_owned()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = r#"{"object": "response", "status": "completed", "output": [
///     {"type": "reasoning", "id": "rs_1", "summary": []},
///     {"type": "function_call", "call_id": "call_1", "name": "find_title", "arguments": "{\"id\": 7}"}
/// ]}"#;
/// let turn = OpenAiResponses.decode(body)?;
/// let mut input: Vec<_> = turn.messages().collect();
/// let report = Toolbox::new(tools![find_title])?.run(turn.calls()).await;
/// input.extend(OpenAiResponses.encode(&report));
/// assert_eq!(input.len(), 3);
/// assert_eq!(input[2].as_str(), r#"{"type":"function_call_output","call_id":"call_1","output":"Emma"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenAiResponses;

dialect!(OpenAiResponses, strict, streams);

impl Provider for OpenAiResponses {
    const NAME: &'static str = "OpenAI Responses";
    const SEVERAL: &'static str = "You can make several function calls in one reply.";
    const PLAIN: Subset = subset::OPENAI;
    const STRICT: Option<Subset> = Some(subset::OPENAI_STRICT);

    fn tool(tool: &Offered<'_>) -> String {
        format!(
            "{{\"type\":\"function\",\"name\":{},\"description\":{},\"parameters\":{},\"strict\":{}}}",
            Value::from(tool.name),
            Value::from(tool.description),
            tool.schema,
            tool.is_strict
        )
    }

    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError> {
        openai_chat::say(Self::NAME, &openai_chat::OPENAI, asked, fields, |name| {
            format!("{{\"type\":\"function\",\"name\":{name}}}")
        })
    }
}

impl Exchange for OpenAiResponses {
    const IDS: Ids = Ids::OPENAI_RESPONSES;

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

impl Streams for OpenAiResponses {
    fn turn(_: Option<usize>) -> TurnStream {
        let read = |body: &[u8]| response::read(body);
        TurnStream::new(
            Framing::Events,
            stream::Items::default(),
            read,
            stream::EXPECTED,
        )
    }
}
