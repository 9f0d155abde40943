//! The providers under test, and a response of each around given calls.

use serde_json::json;
use tool_runtime::ToolCall;
use tool_runtime::dialect::{Anthropic, Dialect, OpenAiChat};

/// A provider, and how its model asks for calls.
pub(crate) struct Provider {
    /// Its name in the names of files.
    pub(crate) name: &'static str,
    pub(crate) dialect: &'static dyn Dialect,
    /// A whole response with these calls, their arguments written as they are.
    pub(crate) ask: fn(&[ToolCall]) -> String,
}

pub(crate) const ANTHROPIC: Provider = Provider {
    name: "anthropic",
    dialect: &Anthropic,
    ask: |calls| {
        let blocks = calls.iter().map(|call| {
            format!(
                r#"{{"type":"tool_use","id":{},"name":{},"input":{}}}"#,
                json!(call.id()),
                json!(call.name()),
                call.arguments()
            )
        });
        anthropic(&listed(blocks))
    },
};

pub(crate) const OPENAI_CHAT: Provider = Provider {
    name: "openai-chat",
    dialect: &OpenAiChat,
    ask: |calls| {
        let entries = calls.iter().map(|call| {
            format!(
                r#"{{"id":{},"type":"function","function":{{"name":{},"arguments":{}}}}}"#,
                json!(call.id()),
                json!(call.name()),
                json!(call.arguments())
            )
        });
        openai_chat(&format!(
            r#"{{"role":"assistant","content":null,"tool_calls":{}}}"#,
            listed(entries)
        ))
    },
};

pub(crate) const PROVIDERS: [Provider; 2] = [ANTHROPIC, OPENAI_CHAT];

/// A response of Anthropic Messages with `content`, a JSON array.
pub(crate) fn anthropic(content: &str) -> String {
    format!(
        r#"{{"id":"msg_1","type":"message","role":"assistant","model":"m","content":{content},"stop_reason":"end_turn","stop_sequence":null,"usage":{{"input_tokens":1,"output_tokens":1}}}}"#
    )
}

/// A response of OpenAI Chat Completions with `message`, a JSON object.
pub(crate) fn openai_chat(message: &str) -> String {
    format!(
        r#"{{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{{"index":0,"message":{message},"logprobs":null,"finish_reason":"stop"}}]}}"#
    )
}

/// The values, each a JSON text, as a JSON array.
pub(crate) fn listed(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    format!("[{}]", values.join(","))
}
