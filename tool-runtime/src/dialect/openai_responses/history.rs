//! A history of OpenAI Responses: calls and results are items, and results may stand anywhere after their calls.
//!
//! The facts are those of the SDK's types `ResponseInputItemParam`, `FunctionCallOutput` and
//! `ResponseCustomToolCallOutputParam`.

use super::response::{call, item};
use crate::ToolResult;
use crate::dialect::Message;
use crate::dialect::history::{self, Form, Found, Inserted, Said, Turn};
use crate::dialect::response::Members;
use crate::journal::Recovered;

struct Conversation;

pub(super) fn complete(
    history: &mut Vec<Message>,
    recovered: Option<&Recovered>,
) -> Vec<ToolResult> {
    history::complete(&Conversation, history, recovered)
}

impl Form for Conversation {
    fn said(&self, item: &Members<'_>) -> Said {
        if let Some(call) = call(item, false) {
            return Said::Calls(vec![call]);
        }
        match item.string("type").as_deref() {
            Some("function_call_output" | "custom_tool_call_output") => {
                Said::Results(vec![Found {
                    id: item.string("call_id").unwrap_or_default(),
                    name: String::new(),
                }])
            }
            _ => Said::Other,
        }
    }

    fn result(&self, result: &ToolResult) -> String {
        item(result).to_string()
    }

    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
        history::messages(history, turn, results);
    }
}
