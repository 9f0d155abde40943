//! A response in the format, and the messages that answer its calls.

use serde_json::Value;

use super::hosts::{Differences, Envelope, Ids};
use crate::dialect::response::{Kind, Members, kind, members};
use crate::dialect::{Message, Turn};
use crate::json;
use crate::{DecodeError, Report, ToolCall, ToolResult};

pub(super) fn decode(host: &Differences, body: &[u8]) -> Result<Turn, DecodeError> {
    let response = members(body, host.expected)?;
    let message = match (kind(&response), host.envelope) {
        (Kind::OpenAiChat, Envelope::Choices) => choice(&response),
        (Kind::Ollama, Envelope::Message) => whole(&response),
        (other, _) => return Err(other.unexpected(host.expected)),
    };
    let text = message.map_err(|found| DecodeError::WrongShape {
        expected: host.expected,
        found,
    })?;
    let message = Members::of(text).ok().flatten();
    let entries = message.map(|message| message.elements("tool_calls"));
    let entries = entries.unwrap_or_default().into_iter();
    Ok(Turn {
        calls: entries.filter_map(|entry| call(host, entry)).collect(),
        messages: vec![Message::new(text.to_owned())],
    })
}

/// The message of the one choice.
fn choice<'a>(response: &Members<'a>) -> Result<&'a str, String> {
    let choices = response.elements("choices");
    let choice = match choices[..] {
        [choice] => Members::of(choice).ok().flatten(),
        [] => return Err("no choices".to_owned()),
        _ => {
            return Err(format!(
                "{} choices, where one is read; ask for `n: 1`",
                choices.len()
            ));
        }
    };
    let message = choice.as_ref().and_then(|choice| choice.get("message"));
    let message = message.filter(|message| message.starts_with('{'));
    message.ok_or_else(|| "a choice without a `message`; is it a part of a stream?".to_owned())
}

/// The message beside other members. One that is not done is a part of a stream, of which every part looks so.
fn whole<'a>(response: &Members<'a>) -> Result<&'a str, String> {
    match response.get("message") {
        _ if response.get("done") != Some("true") => {
            Err("a part of a stream; ask for `stream: false`".to_owned())
        }
        Some(message) if message.starts_with('{') => Ok(message),
        _ => Err("a `message` that is no object".to_owned()),
    }
}

pub(super) fn encode(host: &Differences, report: &Report) -> Vec<Message> {
    let results = report.results().iter();
    results.map(|answer| result(host, answer)).collect()
}

/// The call that an entry of `tool_calls` is. The arguments are a string of JSON; some hosts send the object itself. A
/// custom tool's call has free text instead, which is answered as arguments that are no JSON.
fn call(host: &Differences, entry: &str) -> Option<ToolCall> {
    let entry = Members::of(entry).ok().flatten()?;
    let custom = || Some((entry.object("custom")?, "input"));
    let function = entry
        .object("function")
        .map(|function| (function, "arguments"));
    let (name, arguments) = match function.or_else(custom) {
        Some((called, key)) => (called.string("name"), called.get(key).and_then(arguments)),
        None => (None, None),
    };
    let id = entry.string("id").unwrap_or_default();
    let is_given = host.no_id != Some(id.as_str());
    Some(ToolCall::new(
        if is_given { id } else { String::new() },
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

fn result(host: &Differences, result: &ToolResult) -> Message {
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
