//! A response of Bedrock Converse, and the message that answers its calls.
//!
//! The facts are those of botocore's model: `ConverseResponse`, `ToolUseBlock`, `StopReason`, `ToolResultBlock`.

use serde_json::Value;

use crate::dialect::base64::base64;
use crate::dialect::response::{
    Kind, Members, Misfit, arguments, cut_if, is_complete, kind, members, wrong,
};
use crate::dialect::{Message, Turn};
use crate::tool::Content;
use crate::{DecodeError, Report, ToolCall, ToolResult};

const EXPECTED: &str = "a response of Bedrock Converse (an object with `output` and `stopReason`)";

/// The reasons to stop that stand for a call which is none.
pub(super) const MALFORMED: [&str; 2] = ["malformed_tool_use", "malformed_model_output"];

/// The reasons to stop that leave the last block as far as it was written.
pub(super) const CUT: [&str; 4] = [
    "max_tokens",
    "model_context_window_exceeded",
    "guardrail_intervened",
    "content_filtered",
];

pub(super) fn read(body: &[u8]) -> Result<Turn, DecodeError> {
    let response = members(body, EXPECTED)?;
    match kind(&response) {
        Kind::Bedrock => {}
        other => return Err(other.unexpected(EXPECTED)),
    }
    let reason = response.word("stopReason").map_err(wrong(EXPECTED))?;
    let turn = turn(&response, CUT.contains(&reason.as_str())).map_err(wrong(EXPECTED))?;
    if turn.calls.is_empty() && MALFORMED.contains(&reason.as_str()) {
        let message = String::new();
        return Err(DecodeError::MalformedCall { reason, message });
    }
    Ok(turn)
}

fn turn(response: &Members<'_>, is_cut: bool) -> Result<Turn, Misfit> {
    let output = response.part("output")?;
    let output = output.ok_or_else(|| response.missing("output"))?;
    let message = output.part("message")?;
    let message = message.ok_or_else(|| output.missing("message"))?;
    let blocks = message.list("content")?;
    let last = blocks.len();
    let mut calls = Vec::new();
    for (block, place) in blocks.iter().zip(1..) {
        let Some(block) = block.part("toolUse")? else {
            continue;
        };
        if is_ours(&block)? {
            calls.push(cut_if(called(&block), is_cut && place == last));
        }
    }
    // A message without content is refused.
    let messages = match last {
        0 => Vec::new(),
        _ => vec![Message::new(message.text().to_owned())],
    };
    Ok(Turn::new(calls, messages))
}

/// Whether a call is for us: one with this type is the provider's own.
pub(super) fn is_ours(block: &Members<'_>) -> Result<bool, Misfit> {
    let kind = block.word_if_given("type")?;
    Ok(kind.as_deref() != Some("server_tool_use"))
}

/// The call that a content block is, if it is one for us.
pub(super) fn call(block: &str) -> Option<ToolCall> {
    let block = Members::of(block).ok().flatten()?.object("toolUse")?;
    is_ours(&block).unwrap_or(true).then(|| called(&block))
}

fn called(block: &Members<'_>) -> ToolCall {
    ToolCall::new(
        block.string("toolUseId").unwrap_or_default(),
        block.string("name").unwrap_or_default(),
        arguments(block.given("input").or(Some("{}"))),
    )
}

pub(super) fn answer(report: &Report) -> Vec<Message> {
    if report.results().is_empty() {
        return Vec::new();
    }
    let blocks: Vec<String> = report.results().iter().map(block).collect();
    vec![Message::new(format!(
        "{{\"role\":\"user\",\"content\":[{}]}}",
        blocks.join(",")
    ))]
}

/// The status is said of errors alone, since some models refuse one.
pub(super) fn block(result: &ToolResult) -> String {
    let mut parts: Vec<String> = result.parts().iter().filter_map(part).collect();
    if parts.is_empty() {
        // An empty text is refused, and nothing tells nothing.
        parts.push("{\"text\":\"Done.\"}".to_owned());
    }
    let status = match result.is_error() {
        true => ",\"status\":\"error\"",
        false => "",
    };
    format!(
        "{{\"toolResult\":{{\"toolUseId\":{},\"content\":[{}]{status}}}}}",
        Value::from(result.id()),
        parts.join(",")
    )
}

/// One part; none for an empty text. The service takes no JSON but objects, whatever its model says.
fn part(part: &Content) -> Option<String> {
    match part {
        Content::Json(json) if json.trim_start().starts_with('{') && is_complete(json) => {
            Some(format!("{{\"json\":{json}}}"))
        }
        Content::Image(image) if image.is_shown() => {
            let format = image.mime_type.trim_start_matches("image/");
            Some(format!(
                "{{\"image\":{{\"format\":\"{format}\",\"source\":{{\"bytes\":\"{}\"}}}}}}",
                base64(&image.data)
            ))
        }
        other => {
            let text = other.as_text();
            (!text.is_empty()).then(|| format!("{{\"text\":{}}}", Value::from(&*text)))
        }
    }
}
