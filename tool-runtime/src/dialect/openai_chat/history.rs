//! A history in the format: a message of calls, then one for each result.
//!
//! The facts are those of the SDKs' types: OpenAI's `ChatCompletionToolMessageParam`, Mistral's `ToolMessage`, Ollama's `Message`.

use super::hosts::Differences;
use super::response::{call, given_id, result};
use crate::ToolResult;
use crate::dialect::Message;
use crate::dialect::history::{self, Answer, Form, Found, Inserted, Said, Speaker, Turn};
use crate::dialect::response::Members;
use crate::journal::Recovered;
use crate::turns;

struct Conversation<'a>(&'a Differences);

pub(super) fn complete(
    host: &Differences,
    history: &mut Vec<Message>,
    recovered: Option<&Recovered>,
) -> Vec<ToolResult> {
    history::complete(&Conversation(host), history, recovered)
}

pub(super) fn conversation(host: &Differences, history: &[Message]) -> turns::Conversation {
    history::conversation(&Conversation(host), history)
}

impl Form for Conversation<'_> {
    fn said(&self, message: &Members<'_>) -> Said {
        let Self(host) = self;
        let entries = message.elements("tool_calls").into_iter();
        match message.string("role").as_deref() {
            Some("assistant") => {
                let entries = entries.filter_map(|one| Members::of(one).ok().flatten());
                Said::Calls(entries.map(|one| call(host, &one)).collect())
            }
            Some("tool") => {
                let name = host.tool_name.and_then(|key| message.string(key));
                Said::Results(vec![Found {
                    id: given_id(host, message.string("tool_call_id")),
                    name: name.unwrap_or_default(),
                }])
            }
            _ => Said::Other,
        }
    }

    /// Each message of calls is followed by its own results.
    fn is_joined(&self) -> bool {
        false
    }

    fn answers(&self, message: &Members<'_>) -> Vec<Answer> {
        vec![Answer {
            json: message.get("content").unwrap_or_default().to_owned(),
            is_error: None,
        }]
    }

    fn speaker(&self, message: &Members<'_>) -> Speaker {
        Speaker::of(message)
    }

    fn result(&self, answer: &ToolResult) -> String {
        result(self.0, answer).to_string()
    }

    fn insert(&self, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
        let is_users = |message: &Message| {
            let members = Members::of(message.as_str()).ok().flatten();
            members
                .and_then(|members| members.string("role"))
                .as_deref()
                == Some("user")
        };
        if let Some(between) = self.0.before_user
            && history.get(turn.answered).is_some_and(is_users)
        {
            history.insert(turn.answered, Message::new(between.to_owned()));
        }
        history::messages(history, turn, results);
    }
}
