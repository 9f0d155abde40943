//! A history of OpenAI Responses: calls and results are items, and results may stand anywhere after their calls.
//!
//! The facts are those of the SDK's types `ResponseInputItemParam`, `FunctionCallOutput` and
//! `ResponseCustomToolCallOutputParam`.

use super::response::{call, item};
use crate::ToolResult;
use crate::dialect::Message;
use crate::dialect::history::{self, Answer, Form, Found, Inserted, Said, Speaker, Turn};
use crate::dialect::response::Members;
use crate::journal::Recovered;
use crate::turns;

struct Conversation;

pub(super) fn complete(
    history: &mut Vec<Message>,
    recovered: Option<&Recovered>,
) -> Vec<ToolResult> {
    history::complete(&Conversation, history, recovered)
}

pub(super) fn conversation(history: &[Message]) -> turns::Conversation {
    history::conversation(&Conversation, history)
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

    fn answers(&self, item: &Members<'_>) -> Vec<Answer> {
        vec![Answer {
            json: item.get("output").unwrap_or_default().to_owned(),
            is_error: None,
        }]
    }

    /// Items without a role are results, or of the model's: its thoughts, and what the provider runs for it.
    fn speaker(&self, item: &Members<'_>) -> Speaker {
        match item.string("type").as_deref() {
            Some("function_call_output" | "custom_tool_call_output") => Speaker::Nobody,
            _ if item.get("role").is_some() => Speaker::of(item),
            _ => Speaker::Model,
        }
    }

    fn result(&self, result: &ToolResult) -> String {
        item(result).to_string()
    }

    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
        history::messages(history, turn, results);
    }
}
