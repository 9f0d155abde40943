//! The providers under test, and a response of each around given calls.

use serde_json::json;
use tool_runtime::ToolCall;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Configured, Dialect, Gemini, Mistral, Ollama, OpenAiChat, OpenAiResponses,
};

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
        openai_chat(&asking(entries, "null"))
    },
};

pub(crate) const OPENAI_RESPONSES: Provider = Provider {
    name: "openai-responses",
    dialect: &OpenAiResponses,
    ask: |calls| {
        let items = calls.iter().map(|call| {
            format!(
                r#"{{"type":"function_call","call_id":{},"name":{},"arguments":{}}}"#,
                json!(call.id()),
                json!(call.name()),
                json!(call.arguments())
            )
        });
        openai_responses(&listed(items))
    },
};

pub(crate) const GEMINI: Provider = Provider {
    name: "gemini",
    dialect: &LENIENT_GEMINI,
    ask: |calls| {
        let parts = calls.iter().map(|call| {
            let id = match call.id() {
                "" => String::new(),
                id => format!(r#""id":{},"#, json!(id)),
            };
            format!(
                r#"{{"functionCall":{{{id}"name":{},"args":{}}},"thoughtSignature":"c2ln"}}"#,
                json!(call.name()),
                call.arguments()
            )
        });
        gemini(&listed(parts))
    },
};

pub(crate) const BEDROCK: Provider = Provider {
    name: "bedrock",
    dialect: &Bedrock,
    ask: |calls| {
        let blocks = calls.iter().map(|call| {
            format!(
                r#"{{"toolUse":{{"toolUseId":{},"name":{},"input":{}}}}}"#,
                json!(call.id()),
                json!(call.name()),
                call.arguments()
            )
        });
        bedrock(&listed(blocks))
    },
};

pub(crate) const MISTRAL: Provider = Provider {
    name: "mistral",
    dialect: &Mistral,
    ask: |calls| {
        let entries = calls
            .iter()
            .map(|call| entry(call, &json!(call.arguments()).to_string()));
        mistral(&asking(entries, r#""""#))
    },
};

/// Some tools have no other form there.
const LENIENT: Configured<Ollama> = Ollama.lenient();
const LENIENT_GEMINI: Configured<Gemini> = Gemini.lenient();

pub(crate) const OLLAMA: Provider = Provider {
    name: "ollama",
    dialect: &LENIENT,
    ask: |calls| {
        let entries = calls.iter().map(|call| {
            let entry = entry(call, call.arguments());
            entry.replacen(r#""type":"function","#, "", 1)
        });
        ollama(&asking(entries, r#""""#))
    },
};

/// All whose model asks for calls. (MCP has no model's response, but a request.)
pub(crate) const PROVIDERS: [Provider; 7] = [
    ANTHROPIC,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
    GEMINI,
    BEDROCK,
    MISTRAL,
    OLLAMA,
];

/// An entry of `tool_calls` of Mistral, with `arguments` as a JSON text of a string or an object; without an id if that is empty.
fn entry(call: &ToolCall, arguments: &str) -> String {
    let id = match call.id() {
        "" => String::new(),
        id => format!(r#""id":{},"#, json!(id)),
    };
    format!(
        r#"{{{id}"type":"function","function":{{"name":{},"arguments":{arguments}}}}}"#,
        json!(call.name())
    )
}

fn asking(entries: impl Iterator<Item = String>, content: &str) -> String {
    format!(
        r#"{{"role":"assistant","content":{content},"tool_calls":{}}}"#,
        listed(entries)
    )
}

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

/// A response of OpenAI Responses with `output`, a JSON array, after the SDK's `Response`.
pub(crate) fn openai_responses(output: &str) -> String {
    format!(
        r#"{{"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"metadata":{{}},"model":"m","output":{output},"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0}}"#
    )
}

/// A response of Gemini with `parts`, a JSON array, after the SDK's `GenerateContentResponse`.
pub(crate) fn gemini(parts: &str) -> String {
    format!(
        r#"{{"candidates":[{{"content":{{"role":"model","parts":{parts}}},"finishReason":"STOP","index":0}}],"modelVersion":"m"}}"#
    )
}

/// A response of Bedrock Converse with `content`, a JSON array, after botocore's `ConverseResponse`.
pub(crate) fn bedrock(content: &str) -> String {
    format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":{content}}}}},"stopReason":"end_turn","usage":{{"inputTokens":1,"outputTokens":1,"totalTokens":2}},"metrics":{{"latencyMs":1}}}}"#
    )
}

/// A response of Mistral with `message`, a JSON object, after the SDK's `ChatCompletionResponse`.
pub(crate) fn mistral(message: &str) -> String {
    format!(
        r#"{{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{{"index":0,"message":{message},"finish_reason":"tool_calls"}}],"usage":{{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}}}"#
    )
}

/// A response of Ollama with `message`, a JSON object, after the SDK's `ChatResponse`.
pub(crate) fn ollama(message: &str) -> String {
    format!(
        r#"{{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{message},"done":true,"done_reason":"stop","eval_count":1}}"#
    )
}

/// The values, each a JSON text, as a JSON array.
pub(crate) fn listed(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    format!("[{}]", values.join(","))
}
