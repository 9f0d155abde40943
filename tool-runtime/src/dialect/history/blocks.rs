//! Histories in which calls and results are blocks of messages.

use super::{Answer, Form, Found, Inserted, Said, Speaker, Turn, insert};
use crate::dialect::Message;
use crate::dialect::response::Members;
use crate::turns::texts;
use crate::{ToolCall, ToolResult};

/// How such a history looks at a provider.
#[derive(Debug)]
pub(in crate::dialect) struct Blocks {
    /// The member of a message that lists its blocks.
    pub(in crate::dialect) key: &'static str,
    /// The role of the model.
    pub(in crate::dialect) model: &'static str,
    /// The roles of messages with results; none is one too where it may be missing.
    pub(in crate::dialect) user: &'static [Option<&'static str>],
    /// The call that a block is.
    pub(in crate::dialect) call: fn(&str) -> Option<ToolCall>,
    /// The result that a block is.
    pub(in crate::dialect) found: fn(&str) -> Option<Found>,
    /// What such a result says.
    pub(in crate::dialect) answer: fn(&str) -> Option<Answer>,
    /// The block that a result is.
    pub(in crate::dialect) block: fn(&ToolResult) -> String,
    /// Whether results may stand in one message with what is none.
    pub(in crate::dialect) is_shared: bool,
}

impl Form for Blocks {
    fn said(&self, message: &Members<'_>) -> Said {
        let blocks = message.elements(self.key).into_iter();
        match message.string("role").as_deref() {
            Some(role) if role == self.model => Said::Calls(blocks.filter_map(self.call).collect()),
            role if self.user.contains(&role) => {
                Said::Results(blocks.filter_map(self.found).collect())
            }
            _ => Said::Other,
        }
    }

    fn answers(&self, message: &Members<'_>) -> Vec<Answer> {
        let blocks = message.elements(self.key).into_iter();
        blocks.filter_map(self.answer).collect()
    }

    fn speaker(&self, message: &Members<'_>) -> Speaker {
        let role = message.string("role");
        if !self.user.contains(&role.as_deref()) {
            return Speaker::of(message);
        }
        let content = message.get(self.key).unwrap_or_default();
        let blocks = match content.starts_with('"') {
            true => vec![content],
            false => message.elements(self.key),
        };
        let others = blocks.into_iter().filter(|block| !self.is_result(block));
        let others: Vec<String> = others.map(texts).collect();
        match others.is_empty() {
            true => Speaker::Nobody,
            false => Speaker::User(others.join("\n")),
        }
    }

    fn result(&self, result: &ToolResult) -> String {
        (self.block)(result)
    }

    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
        insert::blocks(self, history, turn, results);
    }
}

impl Blocks {
    pub(super) fn is_result(&self, block: &str) -> bool {
        (self.found)(block).is_some()
    }
}
