//! A history of Anthropic Messages: calls and results are blocks, and what one side says in a row is one turn.
//!
//! The facts are those of the provider's documentation of tool use: results stand first in the user message after the calls.

use super::response::{call, result};
use crate::dialect::Message;
use crate::dialect::history::{self, Blocks, Form, Found, Inserted, Said, Turn};
use crate::dialect::response::Members;
use crate::{ToolCall, ToolResult};

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

    fn result(&self, answer: &ToolResult) -> String {
        result(answer)
    }

    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
        history::blocks(BLOCKS, history, turn, results);
    }
}

fn found(block: &str) -> Option<Found> {
    let block = Members::of(block).ok().flatten()?;
    (block.string("type")? == "tool_result").then(|| Found {
        id: block.string("tool_use_id").unwrap_or_default(),
        name: String::new(),
    })
}
