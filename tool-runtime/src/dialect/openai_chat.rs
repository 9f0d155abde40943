//! OpenAI Chat Completions.
//!
//! The facts are those of the provider's documentation of function calling and of its SDK's types
//! `ChatCompletionFunctionToolParam`, `ChatCompletionToolChoiceOptionParam`, `ChatCompletionMessage` and
//! `ChatCompletionToolMessageParam`.

use serde_json::Value;

use super::configured::dialect;
use super::exchange::Exchange;
use super::lower::subset::{self, Subset};
use super::request::{Offered, Provider};
use super::response::{Kind, Members, chosen, kind, members};
use super::settings::{Asked, ToolChoice};
use super::{Message, RequestFields, RequestWarning, Turn};
use crate::json;
use crate::{DecodeError, Report, RequestSettingsError, ToolCall, ToolResult};

const EXPECTED: &str = "a response of OpenAI Chat Completions (an object with `choices`)";

/// OpenAI's Chat Completions API, which many other providers speak too.
///
/// `encode` gives one message per call. The API has no mark for an error: the text says it. It takes no images or sounds
/// there: a text says what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenAiChat;

dialect!(OpenAiChat, strict, choice);

impl Provider for OpenAiChat {
    const NAME: &'static str = "OpenAI Chat Completions";
    const PLAIN: Subset = subset::OPENAI;
    const STRICT: Option<Subset> = Some(subset::OPENAI_STRICT);
    const MAX_TOOLS: Option<usize> = Some(128);

    fn tool(tool: &Offered<'_>) -> String {
        let strict = if tool.is_strict {
            ",\"strict\":true"
        } else {
            ""
        };
        format!(
            "{{\"type\":\"function\",\"function\":{{\"name\":{},\"description\":{},\"parameters\":{}{strict}}}}}",
            Value::from(tool.name),
            Value::from(tool.definition.description()),
            tool.schema
        )
    }

    fn say(asked: &Asked<'_>, fields: &mut RequestFields) -> Result<(), RequestSettingsError> {
        say(Self::NAME, asked, fields, |name| {
            format!("{{\"type\":\"function\",\"function\":{{\"name\":{name}}}}}")
        });
        Ok(())
    }
}

/// What both of OpenAI's APIs say, which differ in how one tool is chosen.
///
/// The choice is the SDK's `ChatCompletionToolChoiceOptionParam`, or `ToolChoiceOptions` and `ToolChoiceFunctionParam`.
/// `parallel_tool_calls` is true where nothing is said (the SDK's `create` parameters); some reasoning models refuse it, by the
/// texts of the API's errors. Several calls in one turn switch strict schemas off for fine-tuned models, says the provider's guide.
pub(super) fn say(
    dialect: &'static str,
    asked: &Asked<'_>,
    fields: &mut RequestFields,
    chosen: fn(Value) -> String,
) {
    match asked.choice {
        ToolChoice::Auto => {}
        ToolChoice::Required => fields.push("tool_choice", "\"required\""),
        ToolChoice::Forbidden => fields.push("tool_choice", "\"none\""),
        ToolChoice::Named(name) => fields.push("tool_choice", chosen(Value::from(name.as_str()))),
    }
    let (Some(parallel), false) = (asked.parallel, *asked.choice == ToolChoice::Forbidden) else {
        return;
    };
    fields.push("parallel_tool_calls", parallel.to_string());
    fields.warn(RequestWarning::SomeModelsRefuse {
        dialect,
        models: "some reasoning models",
        refused: "`parallel_tool_calls`; leave `parallel` unset for them",
    });
    if parallel && asked.is_strict {
        fields.warn(RequestWarning::StrictMayLapse { dialect });
    }
}

impl Exchange for OpenAiChat {
    fn read(body: &[u8], choice: Option<usize>) -> Result<Turn, DecodeError> {
        let response = members(body, EXPECTED)?;
        match kind(&response) {
            Kind::OpenAiChat => {}
            other => return Err(other.unexpected(EXPECTED)),
        }
        let wrong = |found: String| DecodeError::WrongShape {
            expected: EXPECTED,
            found,
        };
        let choices = response.elements("choices");
        let choice = chosen(&choices, choice, "choices").map_err(wrong)?;
        let choice = Members::of(choice).ok().flatten();
        let message = choice.as_ref().and_then(|choice| choice.get("message"));
        let Some((text, message)) =
            message.and_then(|text| Some((text, Members::of(text).ok().flatten()?)))
        else {
            return Err(wrong(
                "a choice without a `message`; is it a part of a stream?".to_owned(),
            ));
        };
        Ok(Turn {
            calls: message
                .elements("tool_calls")
                .into_iter()
                .filter_map(call)
                .collect(),
            messages: vec![Message::new(text.to_owned())],
        })
    }

    fn answer(report: &Report) -> Vec<Message> {
        report.results().iter().map(result).collect()
    }
}

/// The call that an entry of `tool_calls` is. The arguments are a string of JSON; some hosts send the object itself. A
/// custom tool's call has free text instead, which is answered as arguments that are no JSON.
fn call(entry: &str) -> Option<ToolCall> {
    let entry = Members::of(entry).ok().flatten()?;
    let custom = || Some((entry.object("custom")?, "input"));
    let function = entry
        .object("function")
        .map(|function| (function, "arguments"));
    let (name, arguments) = match function.or_else(custom) {
        Some((called, key)) => (called.string("name"), called.get(key).and_then(arguments)),
        None => (None, None),
    };
    Some(ToolCall::new(
        entry.string("id").unwrap_or_default(),
        name.unwrap_or_default(),
        arguments.unwrap_or_default(),
    ))
}

fn arguments(text: &str) -> Option<String> {
    match text {
        "null" => None,
        object => Some(json::string(text).unwrap_or_else(|| object.to_owned())),
    }
}

fn result(result: &ToolResult) -> Message {
    Message::new(format!(
        "{{\"role\":\"tool\",\"tool_call_id\":{},\"content\":{}}}",
        Value::from(result.id()),
        Value::from(result.text())
    ))
}
