//! A response of Gemini, and the content that answers its calls.
//!
//! The facts are those of the SDK's types `GenerateContentResponse`, `FunctionCall`, `FunctionResponse`, `FunctionResponsePart` and
//! `FinishReason`.

use serde_json::Value;

use crate::dialect::base64::base64;
use crate::dialect::response::{
    Kind, Members, Misfit, arguments, chosen, cut_if, is_complete, kind, members, wrong,
};
use crate::dialect::{Message, Turn};
use crate::tool::{Content, Media};
use crate::{DecodeError, Report, ToolCall, ToolResult};

const EXPECTED: &str = "a response of Gemini (an object with `candidates`)";

pub(super) fn read(body: &[u8], choice: Option<usize>) -> Result<Turn, DecodeError> {
    let response = members(body, EXPECTED)?;
    match kind(&response) {
        Kind::Gemini => {}
        other => return Err(other.unexpected(EXPECTED)),
    }
    blocked(&response)?;
    let wrong = wrong(EXPECTED);
    let candidates = response.parts("candidates").map_err(&wrong)?;
    let candidate = chosen(&candidates, choice, "candidates").map_err(&wrong)?;
    let reason = candidate.word_if_given("finishReason").map_err(&wrong)?;
    let reason = reason.unwrap_or_default();
    let turn = turn(candidate, reason == "MAX_TOKENS").map_err(&wrong)?;
    match failure(candidate, reason).filter(|_| turn.calls.is_empty()) {
        Some(problem) => Err(problem),
        None => Ok(turn),
    }
}

/// Why there is no turn, where the reason to finish says so.
pub(super) fn failure(candidate: &Members<'_>, reason: String) -> Option<DecodeError> {
    match reason.as_str() {
        // They stand for a call which is none, mostly without any part.
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => {
            let message = candidate.string("finishMessage").unwrap_or_default();
            Some(DecodeError::MalformedCall { reason, message })
        }
        "MISSING_THOUGHT_SIGNATURE" => Some(DecodeError::Provider {
            message: "a thought signature is missing in the request (MISSING_THOUGHT_SIGNATURE); send all messages of the model as they came, each part with its signature".to_owned(),
        }),
        _ => None,
    }
}

/// The provider's refusal to show the model what was asked, if it is one.
pub(super) fn blocked(response: &Members<'_>) -> Result<(), DecodeError> {
    let feedback = response.object("promptFeedback");
    match feedback.and_then(|feedback| feedback.string("blockReason")) {
        None => Ok(()),
        Some(reason) => Err(DecodeError::Provider {
            message: format!("it blocked the prompt ({reason})"),
        }),
    }
}

fn turn(candidate: &Members<'_>, is_cut: bool) -> Result<Turn, Misfit> {
    let Some(content) = candidate.part("content")? else {
        return Ok(Turn::default());
    };
    let parts = content.parts("parts")?;
    if parts.is_empty() {
        return Ok(Turn::default());
    }
    let last = parts.len();
    let mut calls = Vec::new();
    for (part, place) in parts.iter().zip(1..) {
        if part.part("functionCall")?.is_some() {
            let call = call(part.text());
            calls.extend(call.map(|call| cut_if(call, is_cut && place == last)));
        }
    }
    // The parts as they came, since each may bear a signature.
    let text = content.text();
    let message = Message::new(match content.get("role") {
        Some("null") => format!(
            "{{\"role\":\"model\",\"parts\":{}}}",
            content.get("parts").unwrap_or("[]")
        ),
        Some(_) => text.to_owned(),
        None => format!("{{\"role\":\"model\",{}", &text[1..]),
    });
    Ok(Turn::new(calls, vec![message]))
}

/// The call that a part is, if it is one for us: `toolCall` is the provider's own.
pub(super) fn call(part: &str) -> Option<ToolCall> {
    let call = Members::of(part).ok().flatten()?.object("functionCall")?;
    Some(ToolCall::new(
        call.string("id").unwrap_or_default(),
        call.string("name").unwrap_or_default(),
        arguments(call.given("args").or(Some("{}"))),
    ))
}

pub(super) fn answer(report: &Report) -> Vec<Message> {
    if report.results().is_empty() {
        return Vec::new();
    }
    let parts: Vec<String> = report.results().iter().map(part).collect();
    vec![Message::new(format!(
        "{{\"role\":\"user\",\"parts\":[{}]}}",
        parts.join(",")
    ))]
}

/// Without an id where the call has none: then the order tells which is whose.
pub(super) fn part(result: &ToolResult) -> String {
    let id = match result.id() {
        "" => String::new(),
        id => format!("\"id\":{},", Value::from(id)),
    };
    let key = if result.is_error() { "error" } else { "output" };
    let files: Vec<String> = result.parts().iter().filter_map(file).collect();
    let files = match files.is_empty() {
        true => String::new(),
        false => format!(",\"parts\":[{}]", files.join(",")),
    };
    format!(
        "{{\"functionResponse\":{{{id}\"name\":{},\"response\":{{\"{key}\":{}}}{files}}}}}",
        Value::from(result.name()),
        value(result)
    )
}

/// What the tool answered, as JSON: a value as it is, all else as text. Images stand beside it.
fn value(result: &ToolResult) -> String {
    match result.parts() {
        [Content::Json(json)] if is_complete(json) => json.clone(),
        [Content::Text(text) | Content::Json(text)] => Value::from(text.as_str()).to_string(),
        parts => {
            let told = parts.iter().filter(|part| file(part).is_none());
            let texts: Vec<_> = told
                .map(Content::as_text)
                .filter(|text| !text.is_empty())
                .collect();
            Value::from(texts.join("\n")).to_string()
        }
    }
}

/// An image that the provider takes (from Gemini 3 on).
fn file(part: &Content) -> Option<String> {
    let Content::Image(Media {
        mime_type, data, ..
    }) = part
    else {
        return None;
    };
    let is_taken = matches!(
        mime_type.as_str(),
        "image/png" | "image/jpeg" | "image/webp"
    );
    is_taken.then(|| {
        format!(
            "{{\"inlineData\":{{\"mimeType\":\"{mime_type}\",\"data\":\"{}\"}}}}",
            base64(data)
        )
    })
}
