//! A history of Bedrock Converse: calls and results are blocks, and the two sides take turns.
//!
//! The facts are those of botocore's model: `Message`, `ToolUseBlock`, `ToolResultBlock`.

use super::response::{block, call};
use crate::ToolResult;
use crate::dialect::Message;
use crate::dialect::history::{self, Answer, Blocks, Found};
use crate::dialect::response::Members;
use crate::journal::Recovered;
use crate::turns::Conversation;

// Some models take nothing beside results; but two messages of the user in a row are refused for all.
const BLOCKS: Blocks = Blocks {
    key: "content",
    model: "assistant",
    user: &[Some("user")],
    call,
    found,
    answer,
    block,
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
    let result = Members::of(block).ok().flatten()?.object("toolResult")?;
    Some(Answer {
        json: result.get("content").unwrap_or_default().to_owned(),
        is_error: Some(result.string("status").as_deref() == Some("error")),
    })
}

fn found(block: &str) -> Option<Found> {
    let result = Members::of(block).ok().flatten()?.object("toolResult")?;
    Some(Found {
        id: result.string("toolUseId").unwrap_or_default(),
        name: String::new(),
    })
}
