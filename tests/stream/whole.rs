//! What is put together of a stream is what the provider's whole response would have had.

use std::fs;

use serde_json::{Value, json};
use tool_runtime::ToolCall;
use tool_runtime::dialect::Turn;

use crate::fixture::{Fixture, as_dialect, fixtures};

/// The whole response of a provider with these messages.
pub(crate) fn response(fixture: &Fixture, turn: &Turn) -> String {
    let messages: Vec<String> = turn.messages().map(|one| one.to_string()).collect();
    let message = messages.first().map_or("{}", String::as_str);
    let content = |key: &str| {
        let message: Value = serde_json::from_str(message).unwrap();
        message[key].clone()
    };
    let is_cut = [
        "\"length\"",
        "max_tokens",
        "\"MAX_TOKENS\"",
        "\"content_filter\"",
        "\"stop_reason\":\"refusal\"",
        "\"response.incomplete\"",
    ]
    .iter()
    .any(|reason| fixture.text.contains(reason));
    let reason = |cut: &str, whole: &str| json!(if is_cut { cut } else { whole });
    match fixture.provider.as_str() {
        "openai-chat" | "mistral" => format!(
            r#"{{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{{"index":0,"message":{message},"finish_reason":{}}}],"usage":{{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}}}"#,
            reason("length", "tool_calls")
        ),
        "openai-responses" => format!(
            r#"{{"object":"response","status":{},"output":[{}]}}"#,
            reason("incomplete", "completed"),
            messages.join(",")
        ),
        "anthropic" => format!(
            r#"{{"type":"message","role":"assistant","content":{},"stop_reason":{}}}"#,
            match content("content") {
                Value::Null => json!([]),
                content => content,
            },
            reason("max_tokens", "tool_use")
        ),
        "gemini" => format!(
            r#"{{"candidates":[{{"content":{message},"finishReason":{}}}]}}"#,
            reason("MAX_TOKENS", "STOP")
        ),
        "ollama" => format!(
            r#"{{"message":{message},"done":true,"done_reason":{}}}"#,
            reason("length", "stop")
        ),
        "bedrock" => format!(
            r#"{{"output":{{"message":{message}}},"stopReason":{}}}"#,
            reason("max_tokens", "tool_use")
        ),
        other => panic!("{other}"),
    }
}

/// What a call is beside its arguments.
fn call(call: &ToolCall) -> (&str, &str, bool, bool) {
    (call.id(), call.name(), call.is_text(), call.is_cut_off())
}

/// Arguments that are no JSON have no place in a message where they are an object, so only others are compared.
fn arguments(call: &ToolCall) -> Option<Value> {
    match call.is_text() {
        true => Some(json!(call.arguments())),
        false => serde_json::from_str(call.arguments()).ok(),
    }
}

#[test]
fn a_whole_response_with_its_messages_has_the_same_calls() {
    let mut checked = 0;
    for fixture in fixtures() {
        let read = fixture.whole();
        let Some(turn) = read.ended_well() else {
            continue;
        };
        let body = response(fixture, turn);
        let decoded = as_dialect(fixture).decode(body.as_bytes());
        let decoded = decoded.unwrap_or_else(|error| panic!("{}: {error}", fixture.title()));
        let title = fixture.title();
        assert_eq!(decoded.calls().len(), turn.calls().len(), "{title}: {body}");
        for (told, found) in turn.calls().iter().zip(decoded.calls()) {
            assert_eq!(call(found), call(told), "{title}: {body}");
            if let (Some(told), false) = (arguments(told), told.is_cut_off()) {
                assert_eq!(arguments(found), Some(told), "{title}: {body}");
            }
        }
        checked += 1;
    }
    assert!(checked > 40, "{checked}");
}

/// Files for the SDKs' types to judge, in a folder of their own for `.ci/conformance`.
#[test]
fn the_messages_are_written_for_the_sdks_to_judge() {
    let folder = format!("{}/stream-messages", env!("CARGO_TARGET_TMPDIR"));
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for fixture in fixtures() {
        let read = fixture.whole();
        let Ok(turn) = &read.turn else { continue };
        if turn.messages().next().is_none() || !is_to_judge(fixture, turn) {
            continue;
        }
        let messages: Vec<String> = turn.messages().map(|one| one.to_string()).collect();
        let text = match fixture.provider.as_str() {
            "openai-responses" => format!("[{}]", messages.join(",")),
            "mistral" | "ollama" => response(fixture, turn),
            _ => messages.concat(),
        };
        let (provider, name) = (&fixture.provider, &fixture.name);
        let file = format!("{folder}/{provider}.calls.streamed_{name}.json");
        fs::write(file, text).unwrap();
    }
}

/// Not what others than OpenAI say, and no call of which the model wrote no JSON: a check of the message would say so.
fn is_to_judge(fixture: &Fixture, turn: &Turn) -> bool {
    let has_texts = matches!(
        fixture.provider.as_str(),
        "mistral" | "openai-chat" | "openai-responses"
    );
    let is_json = |call: &ToolCall| call.arguments().is_empty() || arguments(call).is_some();
    !fixture.name.starts_with("host_") && (!has_texts || turn.calls().iter().all(is_json))
}
