//! OpenAI Responses, the request side.
//!
//! The facts are those of the provider's documentation of function calling and of its SDK's types `FunctionToolParam`
//! and `ToolChoiceFunctionParam`.

mod history;
mod response;

use serde_json::Value;

use super::configured::dialect;
use super::exchange::Exchange;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::settings::Asked;
use super::{Message, RequestFields, Turn, openai_chat};
use crate::{DecodeError, Report, RequestSettingsError, ToolCall};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenAiResponses;

dialect!(OpenAiResponses, strict);

impl Provider for OpenAiResponses {
    const NAME: &'static str = "OpenAI Responses";
    const PLAIN: Subset = subset::OPENAI;
    const STRICT: Option<Subset> = Some(subset::OPENAI_STRICT);

    fn tool(tool: &Offered<'_>) -> String {
        format!(
            "{{\"type\":\"function\",\"name\":{},\"description\":{},\"parameters\":{},\"strict\":{}}}",
            Value::from(tool.name),
            Value::from(tool.definition.description()),
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
    fn read(body: &[u8], _choice: Option<usize>) -> Result<Turn, DecodeError> {
        response::read(body)
    }

    fn answer(report: &Report) -> Vec<Message> {
        response::answer(report)
    }

    fn complete(history: &mut Vec<Message>) -> Vec<ToolCall> {
        history::complete(history)
    }
}
