//! A history of Gemini: calls and results are parts, and what one side says in a row is one turn.
//!
//! The facts are those of the SDK's types `Content`, `FunctionCall` and `FunctionResponse`.

use super::response::{call, part};
use crate::dialect::Message;
use crate::dialect::history::{self, Blocks, Form, Found, Inserted, Said, Turn};
use crate::dialect::response::Members;
use crate::{ToolCall, ToolResult};

// What else the user says stands in a content that follows: pydantic-ai has found that the service mixes up other parts.
const PARTS: Blocks = Blocks {
    key: "parts",
    is_result: |part| found(part).is_some(),
    is_shared: false,
};

struct Conversation;

pub(super) fn complete(history: &mut Vec<Message>) -> Vec<ToolCall> {
    history::complete(&Conversation, history)
}

impl Form for Conversation {
    fn said(&self, content: &Members<'_>) -> Said {
        let parts = content.elements("parts").into_iter();
        match content.string("role").as_deref() {
            Some("model") => Said::Calls(parts.filter_map(call).collect()),
            // `function` is what the role was called before, and a content without one is the user's.
            None | Some("user" | "function") => Said::Results(parts.filter_map(found).collect()),
            Some(_) => Said::Other,
        }
    }

    fn result(&self, result: &ToolResult) -> String {
        part(result)
    }

    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
        history::blocks(PARTS, history, turn, results);
    }
}

fn found(part: &str) -> Option<Found> {
    let response = Members::of(part).ok().flatten()?;
    let response = response.object("functionResponse")?;
    Some(Found {
        id: response.string("id").unwrap_or_default(),
        name: response.string("name").unwrap_or_default(),
    })
}
