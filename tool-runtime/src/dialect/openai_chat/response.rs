//! A response in the format, and the messages that answer its calls.

use serde_json::Value;

use super::hosts::{Differences, Envelope, Ids};
use crate::dialect::response::{Kind, Members, chosen, is_complete, kind, members};
use crate::dialect::{Message, Turn};
use crate::json;
use crate::{DecodeError, Report, ToolCall, ToolResult};

pub(super) fn read(
    host: &Differences,
    body: &[u8],
    choice: Option<usize>,
) -> Result<Turn, DecodeError> {
    let response = members(body, host.expected)?;
    let message = match (kind(&response), host.envelope) {
        (Kind::OpenAiChat, Envelope::Choices) => one(&response, choice),
        (Kind::Ollama, Envelope::Message) => whole(&response),
        (other, _) => return Err(other.unexpected(host.expected)),
    };
    let (text, reason) = message.map_err(|found| DecodeError::WrongShape {
        expected: host.expected,
        found,
    })?;
    let message = Members::of(text).ok().flatten();
    let entries = message.map(|message| message.elements("tool_calls"));
    let mut calls: Vec<ToolCall> = entries
        .unwrap_or_default()
        .into_iter()
        .filter_map(|entry| call(host, entry))
        .collect();
    if reason.as_deref() == Some("length") {
        calls = cut_last(calls);
    }
    Ok(Turn::new(calls, vec![Message::new(text.to_owned())]))
}

/// The calls of a turn that the limit of tokens has ended: the last is cut off unless it is whole.
pub(super) fn cut_last(mut calls: Vec<ToolCall>) -> Vec<ToolCall> {
    if let Some(last) = calls.pop() {
        calls.push(match is_complete(last.arguments()) && !last.is_text() {
            true => last,
            false => last.cut_off(),
        });
    }
    calls
}

/// The message of the one choice, and why it ends.
fn one<'a>(
    response: &Members<'a>,
    choice: Option<usize>,
) -> Result<(&'a str, Option<String>), String> {
    let choices = response.elements("choices");
    let choice = Members::of(chosen(&choices, choice, "choices")?)
        .ok()
        .flatten();
    let message = choice.as_ref().and_then(|choice| choice.get("message"));
    let message = message.filter(|message| message.starts_with('{'));
    let reason = choice
        .as_ref()
        .and_then(|choice| choice.string("finish_reason"));
    let message = message.ok_or("a choice without a `message`; is it a part of a stream?")?;
    Ok((message, reason))
}

/// The message beside other members. One that is not done is a part of a stream, of which every part looks so.
fn whole<'a>(response: &Members<'a>) -> Result<(&'a str, Option<String>), String> {
    match response.get("message") {
        _ if response.get("done") != Some("true") => {
            Err("a part of a stream; ask for `stream: false`".to_owned())
        }
        Some(message) if message.starts_with('{') => Ok((message, response.string("done_reason"))),
        _ => Err("a `message` that is no object".to_owned()),
    }
}

pub(super) fn answer(host: &Differences, report: &Report) -> Vec<Message> {
    let results = report.results().iter();
    results.map(|answer| result(host, answer)).collect()
}

/// The call that an entry of `tool_calls` is. The arguments are a string of JSON; some hosts send the object itself. A
/// custom tool's call has free text instead.
pub(super) fn call(host: &Differences, entry: &str) -> Option<ToolCall> {
    let entry = Members::of(entry).ok().flatten()?;
    let id = given_id(host, entry.string("id"));
    if let (None, Some(custom)) = (entry.object("function"), entry.object("custom")) {
        let text = |key| custom.string(key).unwrap_or_default();
        return Some(ToolCall::with_text(id, text("name"), text("input")));
    }
    let function = entry.object("function");
    let name = function
        .as_ref()
        .and_then(|function| function.string("name"));
    let given = function
        .as_ref()
        .and_then(|function| function.get("arguments"));
    Some(ToolCall::new(
        id,
        name.unwrap_or_default(),
        given.and_then(arguments).unwrap_or_default(),
    ))
}

/// An id, empty if there is none.
pub(super) fn given_id(host: &Differences, id: Option<String>) -> String {
    let id = id.filter(|id| host.no_id != Some(id.as_str()));
    id.unwrap_or_default()
}

fn arguments(text: &str) -> Option<String> {
    match text {
        "null" => None,
        object => Some(json::string(text).unwrap_or_else(|| object.to_owned())),
    }
}

pub(super) fn result(host: &Differences, result: &ToolResult) -> Message {
    let mut members = vec![("role", "tool")];
    if host.ids == Ids::Always || !result.id().is_empty() {
        members.push(("tool_call_id", result.id()));
    }
    members.extend(host.tool_name.map(|key| (key, result.name())));
    members.push(("content", result.text()));
    let members = members.into_iter();
    let members: Vec<_> = members
        .map(|(key, text)| format!("\"{key}\":{}", Value::from(text)))
        .collect();
    Message::new(format!("{{{}}}", members.join(",")))
}
