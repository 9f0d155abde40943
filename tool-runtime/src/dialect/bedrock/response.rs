//! A response of Bedrock Converse, and the message that answers its calls.
//!
//! The facts are those of botocore's model: `ConverseResponse`, `ToolUseBlock`, `StopReason`, `ToolResultBlock`.

use serde_json::Value;

use crate::dialect::base64::base64;
use crate::dialect::response::{Kind, Members, kind, members};
use crate::dialect::{Message, Turn};
use crate::tool::Content;
use crate::{DecodeError, Report, ToolCall, ToolResult};

const EXPECTED: &str = "a response of Bedrock Converse (an object with `output` and `stopReason`)";

/// The reasons to stop that stand for a call which is none.
const MALFORMED: [&str; 2] = ["malformed_tool_use", "malformed_model_output"];

pub(super) fn read(body: &[u8]) -> Result<Turn, DecodeError> {
    let response = members(body, EXPECTED)?;
    match kind(&response) {
        Kind::Bedrock => {}
        other => return Err(other.unexpected(EXPECTED)),
    }
    let reason = response.string("stopReason").unwrap_or_default();
    let output = response.object("output");
    let message = output.as_ref().and_then(|output| output.get("message"));
    let Some((text, message)) =
        message.and_then(|text| Some((text, Members::of(text).ok().flatten()?)))
    else {
        return Err(DecodeError::WrongShape {
            expected: EXPECTED,
            found: "an `output` without a `message`".to_owned(),
        });
    };
    let blocks = message.elements("content");
    let last = blocks.len();
    let calls = blocks.iter().zip(1..).filter_map(|(block, place)| {
        let call = call(block)?;
        Some(match reason == "max_tokens" && place == last {
            true => call.cut_off(),
            false => call,
        })
    });
    let calls: Vec<ToolCall> = calls.collect();
    if calls.is_empty() && MALFORMED.contains(&reason.as_str()) {
        return Err(DecodeError::MalformedCall {
            reason,
            message: String::new(),
        });
    }
    // A message without content is refused.
    let messages = match last {
        0 => Vec::new(),
        _ => vec![Message::new(text.to_owned())],
    };
    Ok(Turn::new(calls, messages))
}

/// The call that a content block is, if it is one for us: one with a type is the provider's own.
pub(super) fn call(block: &str) -> Option<ToolCall> {
    let call = Members::of(block).ok().flatten()?.object("toolUse")?;
    if call
        .string("type")
        .is_some_and(|kind| kind == "server_tool_use")
    {
        return None;
    }
    Some(ToolCall::new(
        call.string("toolUseId").unwrap_or_default(),
        call.string("name").unwrap_or_default(),
        call.get("input").unwrap_or("{}"),
    ))
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
        Content::Json(json) if json.starts_with('{') => Some(format!("{{\"json\":{json}}}")),
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
