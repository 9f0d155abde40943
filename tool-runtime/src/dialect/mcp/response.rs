//! A `tools/call` request, and the result that answers it: here the model's side asks us.
//!
//! The facts are those of the revision 2026-07-28: `CallToolRequest`, `CallToolResult`, `ContentBlock`.

use serde_json::Value;

use crate::dialect::base64::base64;
use crate::dialect::response::{Members, Misfit, arguments, is_complete, members, wrong};
use crate::dialect::{Message, Turn};
use crate::tool::{Content, Media, ResourceLink};
use crate::{DecodeError, Report, ToolCall, ToolResult};

const EXPECTED: &str = "a request of MCP (an object with `\"method\": \"tools/call\"`)";

pub(super) fn read(body: &[u8]) -> Result<Turn, DecodeError> {
    let request = members(body, EXPECTED)?;
    let call = call(&request).map_err(wrong(EXPECTED))?;
    Ok(Turn::new(vec![call], Vec::new()))
}

fn call(request: &Members<'_>) -> Result<ToolCall, Misfit> {
    match request.string("method").as_deref() {
        Some("tools/call") => {}
        Some(method) => return Err(format!("a request `{method}`")),
        None => return Err("an object without `method`".to_owned()),
    }
    let id = match request.given("id") {
        None => return Err("a request without an `id`, which asks for no answer".to_owned()),
        // A number's text is an id too.
        Some(number)
            if number.starts_with(|first: char| first == '-' || first.is_ascii_digit()) =>
        {
            number.to_owned()
        }
        Some(_) => request.word("id")?,
    };
    let params = request.part("params")?;
    let params = params.ok_or("a request without `params`")?;
    let name = params.word("name")?;
    let given = params.given("arguments").or(Some("{}"));
    Ok(ToolCall::new(id, name, arguments(given)))
}

pub(super) fn answer(report: &Report) -> Vec<Message> {
    report.results().iter().map(result).collect()
}

/// An object is there as such and as a text, for clients that read only one.
fn result(result: &ToolResult) -> Message {
    let parts: Vec<String> = result.parts().iter().map(part).collect();
    let structured = match result.parts() {
        [Content::Json(json)]
            if json.trim_start().starts_with('{') && is_complete(json) && !result.is_error() =>
        {
            format!(",\"structuredContent\":{json}")
        }
        _ => String::new(),
    };
    let error = match result.is_error() {
        true => ",\"isError\":true",
        false => "",
    };
    Message::new(format!(
        "{{\"content\":[{}]{structured}{error},\"resultType\":\"complete\"}}",
        parts.join(",")
    ))
}

fn part(part: &Content) -> String {
    match part {
        Content::Text(_) | Content::Json(_) | Content::ToolReference(_) => {
            format!(
                "{{\"type\":\"text\",\"text\":{}}}",
                Value::from(&*part.as_text())
            )
        }
        Content::Image(media) => file("image", media),
        Content::Audio(media) => file("audio", media),
        Content::ResourceLink(link) => resource_link(link),
    }
}

fn file(kind: &str, media: &Media) -> String {
    format!(
        "{{\"type\":\"{kind}\",\"data\":\"{}\",\"mimeType\":{}}}",
        base64(&media.data),
        Value::from(media.mime_type.as_str())
    )
}

fn resource_link(link: &ResourceLink) -> String {
    let members = [
        ("title", &link.title),
        ("description", &link.description),
        ("mimeType", &link.mime_type),
    ];
    let members = members.into_iter().filter_map(|(key, text)| {
        let text = text.as_deref()?;
        Some(format!(",\"{key}\":{}", Value::from(text)))
    });
    let size = link.size.map(|size| format!(",\"size\":{size}"));
    format!(
        "{{\"type\":\"resource_link\",\"uri\":{},\"name\":{}{}}}",
        Value::from(link.uri.as_str()),
        Value::from(link.name.as_str()),
        members.chain(size).collect::<String>()
    )
}
