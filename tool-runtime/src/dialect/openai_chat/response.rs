//! A response in the format, and the messages that answer its calls.

use serde_json::Value;

use super::hosts::{Differences, Envelope, Ids};
use crate::dialect::response::{
    Kind, Members, Misfit, arguments, chosen, is_complete, kind, members, wrong,
};
use crate::dialect::{Message, Turn};
use crate::{DecodeError, Report, ToolCall, ToolResult};

/// The reasons to finish that leave what was written last unfinished; the last two are those of Mistral and of other hosts.
pub(super) const CUT: [&str; 4] = ["length", "content_filter", "model_length", "error"];

/// What is wrong with a call of the API's older form.
pub(super) const OLD_CALL: &str =
    "a call in `function_call`, as of requests with `functions`; offer the tools in `tools`";

pub(super) fn read(
    host: &Differences,
    body: &[u8],
    choice: Option<usize>,
) -> Result<Turn, DecodeError> {
    let response = members(body, host.expected)?;
    let turn = match (kind(&response), host.envelope) {
        (Kind::OpenAiChat, Envelope::Choices) => one(host, &response, choice),
        (Kind::Ollama, Envelope::Message) => whole(host, &response),
        (other, _) => return Err(other.unexpected(host.expected)),
    };
    turn.map_err(wrong(host.expected))
}

/// The turn of the one choice.
fn one(host: &Differences, response: &Members<'_>, choice: Option<usize>) -> Result<Turn, Misfit> {
    let choices = response.parts("choices")?;
    let choice = chosen(&choices, choice, "choices")?;
    let message = choice.part("message")?;
    let message = message.ok_or("a choice without a `message`; is it a part of a stream?")?;
    turn(host, &message, choice.word_if_given("finish_reason")?)
}

/// The turn whose message stands beside other members. One that is not done is a part of a stream, of which every part looks so.
fn whole(host: &Differences, response: &Members<'_>) -> Result<Turn, Misfit> {
    if response.get("done") != Some("true") {
        return Err("a part of a stream; ask for `stream: false`".to_owned());
    }
    let message = response.part("message")?;
    let message = message.ok_or_else(|| response.missing("message"))?;
    turn(host, &message, response.word_if_given("done_reason")?)
}

fn turn(host: &Differences, message: &Members<'_>, reason: Option<String>) -> Result<Turn, Misfit> {
    let entries = message.parts("tool_calls")?;
    if entries.is_empty() && message.part("function_call")?.is_some() {
        return Err(OLD_CALL.to_owned());
    }
    let mut calls: Vec<ToolCall> = entries.iter().map(|entry| call(host, entry)).collect();
    if reason.is_some_and(|reason| CUT.contains(&reason.as_str())) {
        calls = cut_last(calls);
    }
    Ok(Turn::new(
        calls,
        vec![Message::new(message.text().to_owned())],
    ))
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

pub(super) fn answer(host: &Differences, report: &Report) -> Vec<Message> {
    let results = report.results().iter();
    results.map(|answer| result(host, answer)).collect()
}

/// The call that an entry of `tool_calls` is, whatever it lacks. The arguments are a string of JSON; some hosts send the object itself.
/// A custom tool's call has free text instead.
pub(super) fn call(host: &Differences, entry: &Members<'_>) -> ToolCall {
    let id = given_id(host, entry.string("id"));
    let function = entry.object("function");
    if let (None, Some(custom)) = (&function, entry.object("custom")) {
        let text = |key| custom.string(key).unwrap_or_default();
        return ToolCall::with_text(id, text("name"), text("input"));
    }
    let name = function
        .as_ref()
        .and_then(|function| function.string("name"));
    let given = function.and_then(|function| function.given("arguments"));
    ToolCall::new(id, name.unwrap_or_default(), arguments(given))
}

/// An id, empty if there is none.
pub(super) fn given_id(host: &Differences, id: Option<String>) -> String {
    let id = id.filter(|id| host.no_id != Some(id.as_str()));
    id.unwrap_or_default()
}

pub(super) fn result(host: &Differences, result: &ToolResult) -> Message {
    let mut members = vec![("role", "tool")];
    if host.ids == Ids::Always || !result.id().is_empty() {
        members.push(("tool_call_id", result.id()));
    }
    members.extend(host.tool_name.map(|key| (key, result.name())));
    let text = result.marked_text();
    members.push(("content", &text));
    let members = members.into_iter();
    let members: Vec<_> = members
        .map(|(key, text)| format!("\"{key}\":{}", Value::from(text)))
        .collect();
    Message::new(format!("{{{}}}", members.join(",")))
}
