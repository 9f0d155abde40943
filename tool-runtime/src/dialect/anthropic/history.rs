//! A history of Anthropic Messages: calls and results are blocks, and what one side says in a row is one turn.
//!
//! The facts are those of the provider's documentation of tool use: results stand first in the user message after the calls.

use super::response::{call, result};
use crate::ToolResult;
use crate::dialect::Message;
use crate::dialect::history::{self, Answer, Blocks, Found};
use crate::dialect::response::Members;
use crate::journal::Recovered;
use crate::turns::Conversation;

const BLOCKS: Blocks = Blocks {
    key: "content",
    model: "assistant",
    user: &[Some("user")],
    call,
    found,
    answer,
    block: result,
    is_shared: true,
};

pub(super) fn complete(
    history: &mut Vec<Message>,
    recovered: Option<&Recovered>,
) -> Vec<ToolResult> {
    history::complete(&BLOCKS, history, recovered)
}

pub(super) fn conversation(history: &[Message]) -> Conversation {
    history::conversation(&BLOCKS, history)
}

fn answer(block: &str) -> Option<Answer> {
    let block = Members::of(block).ok().flatten()?;
    (block.string("type")? == "tool_result").then(|| Answer {
        json: block.get("content").unwrap_or_default().to_owned(),
        is_error: Some(block.get("is_error") == Some("true")),
    })
}

fn found(block: &str) -> Option<Found> {
    let block = Members::of(block).ok().flatten()?;
    (block.string("type")? == "tool_result").then(|| Found {
        id: block.string("tool_use_id").unwrap_or_default(),
        name: String::new(),
    })
}
