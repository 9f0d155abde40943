//! OpenAI Chat Completions, and who else speaks it: Mistral, and Ollama with its native API.
//!
//! What is different at each host is a table, `hosts.rs`. The facts are those of the providers' documentation of function calling and
//! of their SDKs' types: OpenAI's `ChatCompletionFunctionToolParam`, `ChatCompletionToolChoiceOptionParam`, `ChatCompletionMessage` and
//! `ChatCompletionToolMessageParam`; Mistral's `Function`, `ChatCompletionRequest`, `ToolChoiceEnum`, `ToolCall`, `FunctionCall` and
//! `ToolMessage`; Ollama's `Tool`, `ChatResponse` and `Message`, and of its server `ToolFunctionParameters`, `ToolProperty`, `ChatRequest`,
//! `ToolCall` and `Message`.

mod content;
mod entry;
mod history;
mod hosts;
mod response;
mod say;
mod stream;

use std::fmt;

use serde_json::Value;

pub(super) use self::hosts::OPENAI;
use self::hosts::{Differences, Host, MISTRAL, OLLAMA};
pub(super) use self::say::say;
use super::configured::dialect;
use super::exchange::{Exchange, Streams};
use super::ids::Ids;
use super::lower::subset::Subset;
use super::request::{Offered, Provider};
use super::settings::Asked;
use super::stream::TurnStream;
use super::{Message, RequestFields, Turn};
use crate::journal::Recovered;
use crate::turns::Conversation;
use crate::{DecodeError, Report, RequestSettingsError, ToolResult};

/// OpenAI's Chat Completions API, which many other providers speak too.
///
/// `encode` gives one message per call. The API has no mark for an error: the text is one
/// ([`ToolResult::marked_text`](crate::ToolResult::marked_text)). It takes no images or sounds
/// there: a text says what they are, and of a link its name and address. The call of a custom tool is answered as every other.
///
/// Ids go back as they came, since they are the provider's own (it takes none of more than 40 characters from elsewhere:
/// [`call_id`](Self::call_id) makes such), and texts as long as they are: nothing is cut here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenAiChat;

dialect!(OpenAiChat, strict, choice, streams);

impl Host for OpenAiChat {
    const DIFFERENCES: Differences = OPENAI;
}

/// Mistral's chat completions.
///
/// It takes every schema; what a `$ref` leads to stands in its place, since some models write as text what stands behind one. Which
/// schemas it takes as strict ones is published nowhere: [`strict`](Self::strict) keeps to what OpenAI takes.
///
/// A call to which it gives no id (or the text `null`) has an empty one, and its result is sent without. The provider takes no other ids
/// than such as it makes, nine letters and digits: those of a history that another provider's model began have to be replaced, in the
/// calls and in their results ([`call_id`](Self::call_id)). It takes no user's message directly behind a result; where
/// [`complete`](Self::complete) would bring the two together it puts a message “OK.” of the assistant between.
///
/// `encode` gives one message per call, with the tool's name. There is no mark for an error, and what is no text is told in one, as in
/// [`OpenAiChat`].
///
/// ```
/// use tool_runtime::dialect::{Mistral, RequestSettings, ToolChoice};
/// use tool_runtime::{Toolbox, tool, tools};
///
/// /// Says what time it is.
/// #[tool(pure)]
/// async fn tell_time() -> &'static str {
///     "noon"
/// }
///
/// let toolbox = Toolbox::new(tools![tell_time])?;
/// let required = RequestSettings::default().choice(ToolChoice::Required);
/// assert_eq!(
///     toolbox.manifest(Mistral)?.as_str(),
///     r#"[{"type":"function","function":{"name":"tell_time","description":"Says what time it is.","parameters":{"type":"object","properties":{},"additionalProperties":false}}}]"#
/// );
/// assert_eq!(toolbox.request_fields(Mistral, &required)?.as_str(), r#"{"tool_choice":"any"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mistral;

dialect!(Mistral, strict, choice, streams);

impl Host for Mistral {
    const DIFFERENCES: Differences = MISTRAL;
}

/// Ollama's native API, `/api/chat`, with `"stream": false`. (With the one that is compatible with OpenAI's, use [`OpenAiChat`].)
///
/// The server keeps few keywords of a schema, and no `$ref`: definitions stand where they are used, bounds, formats and all others are
/// told in descriptions. A type that contains itself has no form there. The server has no strict schemas, and neither a choice of tools
/// nor a switch for parallel calls.
///
/// Calls often come without an id; then it is empty, and the result is sent without one: the server tells results by their order and
/// the names of their tools, so send all messages of [`encode`](Self::encode), as they are. There is no mark for an error, and what is no
/// text is told in one, as in [`OpenAiChat`].
///
/// ```
/// use tool_runtime::{Toolbox, dialect::Ollama, tool, tools};
///
/// /// Rates a book.
/// #[tool(writes("book:{id}"))]
/// async fn rate_book(
///     /// The book's number.
///     id: u64,
///     /// How good it is.
///     #[arg(range(min = 1, max = 5))]
///     stars: u8,
/// ) {
///     let _ = (id, stars);
/// }
///
/// let toolbox = Toolbox::new(tools![rate_book])?;
/// let manifest = serde_json::to_value(toolbox.manifest(Ollama)?)?;
/// assert_eq!(
///     manifest[0]["function"]["parameters"]["properties"]["stars"],
///     serde_json::json!({"type": "integer", "description": "How good it is. (at least 1; at most 5)"})
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ollama;

dialect!(Ollama, streams);

impl Host for Ollama {
    const DIFFERENCES: Differences = OLLAMA;
}

impl<H: Host + Copy + fmt::Debug + Send + Sync> Provider for H {
    const NAME: &'static str = H::DIFFERENCES.name;
    const PLAIN: Subset = H::DIFFERENCES.schemas;
    const STRICT: Option<Subset> = H::DIFFERENCES.strict;
    const MAX_TOOLS: Option<usize> = H::DIFFERENCES.max_tools;

    fn tool(tool: &Offered<'_>) -> String {
        let strict = if tool.is_strict {
            ",\"strict\":true"
        } else {
            ""
        };
        format!(
            "{{\"type\":\"function\",\"function\":{{\"name\":{},\"description\":{},\"parameters\":{}{strict}}}}}",
            Value::from(tool.name),
            Value::from(tool.description),
            tool.schema
        )
    }

    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError> {
        say(
            H::DIFFERENCES.name,
            &H::DIFFERENCES,
            asked,
            fields,
            |name| format!("{{\"type\":\"function\",\"function\":{{\"name\":{name}}}}}"),
        )
    }
}

impl<H: Host + Copy + fmt::Debug + Send + Sync> Exchange for H {
    const IDS: Ids = H::DIFFERENCES.call_ids;

    fn read(body: &[u8], choice: Option<usize>) -> Result<Turn, DecodeError> {
        response::read(&H::DIFFERENCES, body, choice)
    }

    fn answer(report: &Report) -> Vec<Message> {
        response::answer(&H::DIFFERENCES, report)
    }

    fn complete(history: &mut Vec<Message>, recovered: Option<&Recovered>) -> Vec<ToolResult> {
        history::complete(&H::DIFFERENCES, history, recovered)
    }

    fn conversation(history: &[Message]) -> Conversation {
        history::conversation(&H::DIFFERENCES, history)
    }
}

impl<H: Host + Copy + fmt::Debug + Send + Sync> Streams for H {
    fn turn(choice: Option<usize>) -> TurnStream {
        let host = &H::DIFFERENCES;
        TurnStream::new(
            host.framing,
            stream::Pieces::new(host, choice),
            move |body: &[u8]| response::read(host, body, choice),
            host.expected,
        )
    }
}
