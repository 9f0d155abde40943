//! The response of another provider, which is refused by name.

use tool_runtime::dialect::{Anthropic, Mistral, Ollama, OpenAiChat};

use super::refused;
use crate::providers::ollama;

const OPENAI_CHAT: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}],"usage":{"total_tokens":2}}"#;

const OPENAI_RESPONSES: &str = r#"{"id":"resp_1","object":"response","status":"completed","error":null,"output":[{"type":"function_call","id":"fc_1","call_id":"call_1","name":"a","arguments":"{}"}],"parallel_tool_calls":true}"#;

const ANTHROPIC: &str = r#"{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"Hi."}],"stop_reason":"end_turn"}"#;

const GEMINI: &str = r#"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"a","args":{}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"totalTokenCount":2}}"#;

const BEDROCK: &str = r#"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"tooluse_1","name":"a","input":{}}}]}},"stopReason":"tool_use","metrics":{"latencyMs":1}}"#;

#[track_caller]
fn anthropic_refuses(body: &str, found: &str) {
    refused(
        Anthropic.decode(body),
        &format!(
            "expected a response of Anthropic Messages (an object with `\"type\": \"message\"`), found a response of {found}"
        ),
    );
}

#[track_caller]
fn openai_chat_refuses(body: &str, found: &str) {
    refused(
        OpenAiChat.decode(body),
        &format!(
            "expected a response of OpenAI Chat Completions (an object with `choices`), found a response of {found}"
        ),
    );
}

#[test]
fn anthropic_is_not_openai_chat() {
    openai_chat_refuses(ANTHROPIC, "Anthropic Messages (`\"type\": \"message\"`)");
    // `null` is what a member that is not there may be written as.
    let with_null = ANTHROPIC.replacen('{', r#"{"choices":null,"error":null,"#, 1);
    openai_chat_refuses(&with_null, "Anthropic Messages (`\"type\": \"message\"`)");
}

#[test]
fn openai_chat_is_not_anthropic() {
    anthropic_refuses(OPENAI_CHAT, "OpenAI Chat Completions (it has `choices`)");
}

#[test]
fn openai_responses_is_neither() {
    let found = r#"OpenAI Responses (`"object": "response"`)"#;
    anthropic_refuses(OPENAI_RESPONSES, found);
    openai_chat_refuses(OPENAI_RESPONSES, found);
}

#[test]
fn gemini_is_neither() {
    let found = "Gemini (it has `candidates`)";
    anthropic_refuses(GEMINI, found);
    openai_chat_refuses(GEMINI, found);
}

#[test]
fn bedrock_is_neither() {
    let found = "Bedrock Converse (it has `output` and `stopReason`)";
    anthropic_refuses(BEDROCK, found);
    openai_chat_refuses(BEDROCK, found);
}

#[test]
fn ollama_is_neither() {
    let body = ollama(r#"{"role":"assistant","content":"Hi."}"#);
    let found = "Ollama (it has `message` and `done`)";
    anthropic_refuses(&body, found);
    openai_chat_refuses(&body, found);
    refused(
        Mistral.decode(&body),
        &format!(
            "expected a response of Mistral (an object with `choices`), found a response of {found}"
        ),
    );
}

#[test]
fn openai_chat_is_not_ollama() {
    refused(
        Ollama.decode(OPENAI_CHAT),
        "expected a response of Ollama (an object with `message` and `done`), found a response of OpenAI Chat Completions (it has `choices`)",
    );
}
