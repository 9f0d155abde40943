//! A history of Gemini: calls and results are parts, and what one side says in a row is one turn.
//!
//! The facts are those of the SDK's types `Content`, `FunctionCall` and `FunctionResponse`.

use super::response::{call, part};
use crate::ToolResult;
use crate::dialect::Message;
use crate::dialect::history::{self, Answer, Blocks, Found};
use crate::dialect::response::Members;
use crate::journal::Recovered;
use crate::turns::Conversation;

// `function` is what the role was called before, and a content without one is the user's. What else the user says stands in a
// content that follows: pydantic-ai has found that the service mixes up other parts.
const PARTS: Blocks = Blocks {
    key: "parts",
    model: "model",
    user: &[None, Some("user"), Some("function")],
    call,
    found,
    answer,
    block: part,
    is_shared: false,
};

pub(super) fn complete(
    history: &mut Vec<Message>,
    recovered: Option<&Recovered>,
) -> Vec<ToolResult> {
    history::complete(&PARTS, history, recovered)
}

pub(super) fn conversation(history: &[Message]) -> Conversation {
    history::conversation(&PARTS, history)
}

fn answer(part: &str) -> Option<Answer> {
    let result = Members::of(part).ok().flatten()?;
    let result = result.object("functionResponse")?;
    let response = result.object("response");
    Some(Answer {
        json: result.get("response").unwrap_or_default().to_owned(),
        is_error: Some(response.is_some_and(|response| response.given("error").is_some())),
    })
}

fn found(part: &str) -> Option<Found> {
    let response = Members::of(part).ok().flatten()?;
    let response = response.object("functionResponse")?;
    Some(Found {
        id: response.string("id").unwrap_or_default(),
        name: response.string("name").unwrap_or_default(),
    })
}
