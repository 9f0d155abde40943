//! A response of Gemini, and the content that answers its calls.
//!
//! The facts are those of the SDK's types `GenerateContentResponse`, `FunctionCall`, `FunctionResponse`, `FunctionResponsePart` and
//! `FinishReason`.

use serde_json::Value;

use crate::dialect::base64::base64;
use crate::dialect::response::{Kind, Members, chosen, kind, members};
use crate::dialect::{Message, Turn};
use crate::tool::{Content, Media};
use crate::{DecodeError, Report, ToolCall, ToolResult};

const EXPECTED: &str = "a response of Gemini (an object with `candidates`)";

/// The reasons to finish that stand for a call which is none, mostly without any part.
const MALFORMED: [&str; 2] = ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"];

pub(super) fn read(body: &[u8], choice: Option<usize>) -> Result<Turn, DecodeError> {
    let response = members(body, EXPECTED)?;
    match kind(&response) {
        Kind::Gemini => {}
        other => return Err(other.unexpected(EXPECTED)),
    }
    let feedback = response.object("promptFeedback");
    if let Some(reason) = feedback.and_then(|feedback| feedback.string("blockReason")) {
        let message = format!("it blocked the prompt ({reason})");
        return Err(DecodeError::Provider { message });
    }
    let candidates = response.elements("candidates");
    let candidate =
        chosen(&candidates, choice, "candidates").map_err(|found| DecodeError::WrongShape {
            expected: EXPECTED,
            found,
        })?;
    let candidate = Members::of(candidate).ok().flatten();
    let reason = candidate
        .as_ref()
        .and_then(|one| one.string("finishReason"));
    let turn = candidate.as_ref().map_or_else(Turn::default, |candidate| {
        turn(candidate, reason.as_deref() == Some("MAX_TOKENS"))
    });
    match reason {
        Some(reason) if turn.calls.is_empty() && MALFORMED.contains(&reason.as_str()) => {
            let told = candidate.and_then(|candidate| candidate.string("finishMessage"));
            Err(DecodeError::MalformedCall {
                reason,
                message: told.unwrap_or_default(),
            })
        }
        _ => Ok(turn),
    }
}

fn turn(candidate: &Members<'_>, is_cut: bool) -> Turn {
    let Some((text, content)) = candidate.get("content").zip(candidate.object("content")) else {
        return Turn::default();
    };
    let parts = content.elements("parts");
    if parts.is_empty() {
        return Turn::default();
    }
    let last = parts.len();
    let calls = parts.iter().zip(1..).filter_map(|(part, place)| {
        let call = call(part)?;
        Some(if is_cut && place == last {
            call.cut_off()
        } else {
            call
        })
    });
    // The parts as they came, since each may bear a signature.
    let message = Message::new(match content.get("role") {
        Some(_) => text.to_owned(),
        None => format!("{{\"role\":\"model\",{}", &text.trim_start()[1..]),
    });
    Turn::new(calls.collect(), vec![message])
}

/// The call that a part is, if it is one for us: `toolCall` is the provider's own.
pub(super) fn call(part: &str) -> Option<ToolCall> {
    let call = Members::of(part).ok().flatten()?.object("functionCall")?;
    let arguments = call.get("args").filter(|arguments| *arguments != "null");
    Some(ToolCall::new(
        call.string("id").unwrap_or_default(),
        call.string("name").unwrap_or_default(),
        arguments.unwrap_or("{}"),
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
        [Content::Json(json)] => json.clone(),
        [_] => Value::from(result.text()).to_string(),
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
