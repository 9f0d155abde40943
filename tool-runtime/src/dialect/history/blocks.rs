//! Histories in which calls and results are blocks of messages.

use super::{Form, Found, Inserted, Said, Turn, insert};
use crate::dialect::Message;
use crate::dialect::response::Members;
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
