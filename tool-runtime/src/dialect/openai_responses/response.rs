//! A response of OpenAI Responses, and the items that answer its calls.
//!
//! The facts are those of the SDK's types `ResponseFunctionToolCall`, `ResponseCustomToolCall`, `FunctionCallOutput` and
//! `ResponseCustomToolCallOutputParam`.

use serde_json::Value;

use crate::dialect::base64::base64;
use crate::dialect::response::{
    Kind, Members, arguments, cut_if, is_complete, kind, members, wrong,
};
use crate::dialect::{Message, Turn};
use crate::tool::Content;
use crate::{DecodeError, Report, ToolCall, ToolResult};

const EXPECTED: &str = "a response of OpenAI Responses (an object with `\"object\": \"response\"`)";

pub(super) fn read(body: &[u8]) -> Result<Turn, DecodeError> {
    let response = members(body, EXPECTED)?;
    match kind(&response) {
        Kind::OpenAiResponses => turn(&response),
        other => Err(other.unexpected(EXPECTED)),
    }
}

fn turn(response: &Members<'_>) -> Result<Turn, DecodeError> {
    let status = response.word_if_given("status").map_err(wrong(EXPECTED))?;
    let status = status.unwrap_or_default();
    match status.as_str() {
        "queued" | "in_progress" => {
            let found = format!("one that is still `{status}`; ask for it again until it is not");
            return Err(wrong(EXPECTED)(found));
        }
        "failed" => {
            let message = "it failed, and does not say why".to_owned();
            return Err(DecodeError::Provider { message });
        }
        _ => {}
    }
    let items = response.list("output").map_err(wrong(EXPECTED))?;
    let is_cut = matches!(status.as_str(), "incomplete" | "cancelled");
    let last = items.len();
    let mut calls = Vec::new();
    for (item, place) in items.iter().zip(1..) {
        item.word("type").map_err(wrong(EXPECTED))?;
        calls.extend(call(item, is_cut && place == last));
    }
    let messages = items
        .iter()
        .map(|item| Message::new(item.text().to_owned()));
    Ok(Turn::new(calls, messages.collect()))
}

/// The call that an item is, if it is one for us: `web_search_call`, `mcp_call` and others are the provider's own.
pub(super) fn call(item: &Members<'_>, may_be_cut: bool) -> Option<ToolCall> {
    let text = |key| item.string(key).unwrap_or_default();
    let is_unfinished = item.string("status").as_deref() == Some("incomplete");
    let call = match item.string("type")?.as_str() {
        "function_call" => {
            let arguments = arguments(item.given("arguments"));
            let is_cut = is_unfinished || may_be_cut && !is_complete(&arguments);
            cut_if(
                ToolCall::new(text("call_id"), text("name"), arguments),
                is_cut,
            )
        }
        // Nobody can tell of free text whether it is complete.
        "custom_tool_call" => cut_if(
            ToolCall::with_text(text("call_id"), text("name"), text("input")),
            is_unfinished || may_be_cut,
        ),
        _ => return None,
    };
    let caller = item.get("caller").filter(|caller| caller.starts_with('{'));
    let echo = caller.map(|caller| format!(",\"caller\":{caller}"));
    Some(call.with_echo(echo.unwrap_or_default()))
}

pub(super) fn answer(report: &Report) -> Vec<Message> {
    report.results().iter().map(item).collect()
}

/// There is no mark for an error: the text is one. A call from a program is answered to that program.
pub(super) fn item(result: &ToolResult) -> Message {
    let kind = match result.call().is_text() {
        true => "custom_tool_call_output",
        false => "function_call_output",
    };
    Message::new(format!(
        "{{\"type\":\"{kind}\",\"call_id\":{},\"output\":{}{}}}",
        Value::from(result.id()),
        output(result),
        result.call().echo()
    ))
}

/// A text, or a list of parts where one is an image.
fn output(result: &ToolResult) -> String {
    let parts = result.parts();
    let is_shown = |part: &Content| matches!(part, Content::Image(image) if image.is_shown());
    if !parts.iter().any(is_shown) {
        return Value::from(result.marked_text()).to_string();
    }
    let parts: Vec<String> = parts.iter().filter_map(part).collect();
    format!("[{}]", parts.join(","))
}

/// One part among several; none for an empty text.
fn part(part: &Content) -> Option<String> {
    match part {
        Content::Image(image) if image.is_shown() => {
            let url = format!("data:{};base64,{}", image.mime_type, base64(&image.data));
            Some(format!(
                "{{\"type\":\"input_image\",\"detail\":\"auto\",\"image_url\":{}}}",
                Value::from(url)
            ))
        }
        other => {
            let text = other.as_text();
            (!text.is_empty()).then(|| {
                format!(
                    "{{\"type\":\"input_text\",\"text\":{}}}",
                    Value::from(&*text)
                )
            })
        }
    }
}
