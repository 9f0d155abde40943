//! One turn of a conversation: a response is read, its calls are run, their results are written.

use serde_json::Value;
use tool_runtime::dialect::{Dialect, Message, Turn};
use tool_runtime::tool::State;
use tool_runtime::{Bound, Report};

use crate::providers::listed;

pub(crate) struct Exchange {
    pub(crate) turn: Turn,
    pub(crate) report: Report,
    pub(crate) results: Vec<Message>,
}

impl Exchange {
    pub(crate) async fn of<S: State>(dialect: &dyn Dialect, tools: &Bound<S>, body: &str) -> Self {
        let turn = dialect.decode(body.as_bytes()).unwrap();
        let report = tools.run(turn.calls()).await;
        Self {
            results: dialect.encode(&report),
            turn,
            report,
        }
    }

    /// What the next request's history ends with: the model's message and the results, as a JSON array.
    pub(crate) fn slice(&self) -> String {
        let messages = self.turn.messages().chain(self.results.iter().cloned());
        listed(messages.map(|message| message.to_string()))
    }
}

/// The value of a message, read from its text.
#[track_caller]
pub(crate) fn value(message: &Message) -> Value {
    serde_json::from_str(message.as_str())
        .unwrap_or_else(|error| panic!("{error}: {}", message.as_str()))
}
