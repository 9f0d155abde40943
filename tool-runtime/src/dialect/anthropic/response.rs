//! A response of Anthropic Messages, and the message that answers its calls.
//!
//! The facts are those of the SDK's types `Message`, `ToolUseBlock` and `ToolResultBlockParam`.

use std::fmt::Write;

use serde_json::Value;

use crate::dialect::base64::base64;
use crate::dialect::response::{Kind, Members, Misfit, arguments, cut_if, kind, members, wrong};
use crate::dialect::{Message, Turn};
use crate::tool::Content;
use crate::{DecodeError, Report, ToolCall, ToolResult};

const EXPECTED: &str = "a response of Anthropic Messages (an object with `\"type\": \"message\"`)";

/// The reasons to stop that leave the last block as far as it was written.
pub(super) const CUT: [&str; 3] = ["max_tokens", "model_context_window_exceeded", "refusal"];

pub(super) fn read(body: &[u8]) -> Result<Turn, DecodeError> {
    let response = members(body, EXPECTED)?;
    match kind(&response) {
        Kind::Anthropic => turn(&response).map_err(wrong(EXPECTED)),
        other => Err(other.unexpected(EXPECTED)),
    }
}

fn turn(response: &Members<'_>) -> Result<Turn, Misfit> {
    let blocks = response.list("content")?;
    // An empty turn is no message: the provider refuses one without content.
    let content = response.get("content").filter(|_| !blocks.is_empty());
    let message = content
        .map(|content| Message::new(format!("{{\"role\":\"assistant\",\"content\":{content}}}")));
    // The object of a call that was cut is whole: what it lacks is not seen.
    let reason = response.word_if_given("stop_reason")?.unwrap_or_default();
    let is_cut = CUT.contains(&reason.as_str());
    let last = blocks.len();
    let mut calls = Vec::new();
    for (block, place) in blocks.iter().zip(1..) {
        if block.word("type")? == "tool_use" {
            let call = call(block.text());
            calls.extend(call.map(|call| cut_if(call, is_cut && place == last)));
        }
    }
    let turn = Turn::new(calls, message.into_iter().collect());
    Ok(turn.paused(reason == PAUSED))
}

/// The reason to stop of a turn that is to go on.
pub(super) const PAUSED: &str = "pause_turn";

pub(super) fn answer(report: &Report) -> Vec<Message> {
    if report.results().is_empty() {
        return Vec::new();
    }
    let blocks: Vec<String> = report.results().iter().map(result).collect();
    let content = blocks.join(",");
    vec![Message::new(format!(
        "{{\"role\":\"user\",\"content\":[{content}]}}"
    ))]
}

/// The call that a content block is, if it is one for us: `server_tool_use` is the provider's own.
pub(super) fn call(block: &str) -> Option<ToolCall> {
    let block = Members::of(block).ok().flatten()?;
    (block.string("type")? == "tool_use").then(|| {
        ToolCall::new(
            block.string("id").unwrap_or_default(),
            block.string("name").unwrap_or_default(),
            arguments(block.given("input")),
        )
    })
}

/// A result block. The provider refuses an empty text, so an empty result has no content.
pub(super) fn result(result: &ToolResult) -> String {
    let mut block = format!(
        "{{\"type\":\"tool_result\",\"tool_use_id\":{}",
        Value::from(result.id())
    );
    let content = match result.parts() {
        [Content::Text(text) | Content::Json(text)] if text.is_empty() => None,
        [Content::Text(text) | Content::Json(text)] => Some(Value::from(text.as_str()).to_string()),
        parts => {
            let parts: Vec<String> = parts.iter().filter_map(part).collect();
            (!parts.is_empty()).then(|| format!("[{}]", parts.join(",")))
        }
    };
    if let Some(content) = content {
        // Writing to a `String` does not fail.
        let _ = write!(block, ",\"content\":{content}");
    }
    if result.is_error() {
        block += ",\"is_error\":true";
    }
    block + "}"
}

/// The block of one part among several; none for an empty text.
fn part(part: &Content) -> Option<String> {
    match part {
        Content::Image(image) if image.is_shown() => Some(format!(
            "{{\"type\":\"image\",\"source\":{{\"type\":\"base64\",\"media_type\":{},\"data\":\"{}\"}}}}",
            Value::from(image.mime_type.as_str()),
            base64(&image.data)
        )),
        Content::ToolReference(name) => Some(format!(
            "{{\"type\":\"tool_reference\",\"tool_name\":{}}}",
            Value::from(name.as_str())
        )),
        other => {
            let text = other.as_text();
            (!text.is_empty())
                .then(|| format!("{{\"type\":\"text\",\"text\":{}}}", Value::from(&*text)))
        }
    }
}
