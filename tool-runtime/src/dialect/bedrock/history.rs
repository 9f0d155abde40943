//! A history of Bedrock Converse: calls and results are blocks, and the two sides take turns.
//!
//! The facts are those of botocore's model: `Message`, `ToolUseBlock`, `ToolResultBlock`.

use super::response::{block, call};
use crate::dialect::Message;
use crate::dialect::history::{self, Blocks, Form, Found, Inserted, Said, Turn};
use crate::dialect::response::Members;
use crate::{ToolCall, ToolResult};

// Some models take nothing beside results; but two messages of the user in a row are refused for all.
const BLOCKS: Blocks = Blocks {
    key: "content",
    is_result: |block| found(block).is_some(),
    is_shared: true,
};

struct Conversation;

pub(super) fn complete(history: &mut Vec<Message>) -> Vec<ToolCall> {
    history::complete(&Conversation, history)
}

impl Form for Conversation {
    fn said(&self, message: &Members<'_>) -> Said {
        let blocks = message.elements("content").into_iter();
        match message.string("role").as_deref() {
            Some("assistant") => Said::Calls(blocks.filter_map(call).collect()),
            Some("user") => Said::Results(blocks.filter_map(found).collect()),
            _ => Said::Other,
        }
    }

    fn result(&self, result: &ToolResult) -> String {
        block(result)
    }

    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
        history::blocks(BLOCKS, history, turn, results);
    }
}

fn found(block: &str) -> Option<Found> {
    let result = Members::of(block).ok().flatten()?.object("toolResult")?;
    Some(Found {
        id: result.string("toolUseId").unwrap_or_default(),
        name: String::new(),
    })
}
