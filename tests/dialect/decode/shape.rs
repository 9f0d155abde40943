//! JSON that is no response: what was expected is said, and what was found.

use super::refused;
use crate::providers::PROVIDERS;

/// What each dialect expects.
fn expected(provider: &str) -> &'static str {
    match provider {
        "anthropic" => "Anthropic Messages (an object with `\"type\": \"message\"`)",
        "mistral" => "Mistral (an object with `choices`)",
        "ollama" => "Ollama (an object with `message` and `done`)",
        "openai-responses" => "OpenAI Responses (an object with `\"object\": \"response\"`)",
        "gemini" => "Gemini (an object with `candidates`)",
        "bedrock" => "Bedrock Converse (an object with `output` and `stopReason`)",
        _ => "OpenAI Chat Completions (an object with `choices`)",
    }
}

#[track_caller]
fn check(body: &str, found: &str) {
    for provider in &PROVIDERS {
        refused(
            provider.dialect.decode(body.as_bytes()),
            &format!(
                "expected a response of {}, found {found}",
                expected(provider.name)
            ),
        );
    }
}

#[test]
fn a_list_is_no_response() {
    check(
        r#"[{"content":[]}]"#,
        r#"`[{"content":[]}]`, which is no object"#,
    );
}

#[test]
fn a_scalar_is_no_response() {
    check("null", "`null`, which is no object");
    check(" 7 ", "`7`, which is no object");
    check(r#""Hi.""#, r#"`"Hi."`, which is no object"#);
}

#[test]
fn a_long_value_is_shortened() {
    let list = format!("[{}]", "1,".repeat(99) + "1");
    check(&list, &format!("`{}…`, which is no object", &list[..60]));
}

#[test]
fn an_object_is_told_by_its_keys() {
    check("{}", "an empty object");
    check(r#"{"content":"Hi."}"#, "an object with `content`");
    check(r#"{"output":[]}"#, "an object with `output`");
    check(
        r#"{"type":"message_start","message":{"content":[]}}"#,
        "an object with `type` and `message`",
    );
    check(
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}}"#,
        "an object with `type`, `index` and `delta`",
    );
}

#[test]
fn of_many_keys_a_few_are_told() {
    let members: Vec<String> = (0..50).map(|key| format!(r#""k{key}":{key}"#)).collect();
    check(
        &format!("{{{}}}", members.join(",")),
        "an object with `k0`, `k1`, `k2`, `k3`, `k4`, `k5`, `k6` and `k7`",
    );
}

#[test]
fn a_message_without_its_response_is_told_as_one() {
    check(
        r#"{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"b","arguments":"{}"}}]}"#,
        "a message of OpenAI Chat Completions; give the whole response, with its `choices`",
    );
}

/// It is told where it is wrong, and others are told whose it is.
#[test]
fn a_message_whose_content_is_no_list_is_anthropic_s() {
    let body = r#"{"type":"message","role":"assistant","content":"Hi."}"#;
    for provider in &PROVIDERS {
        let found = match provider.name {
            "anthropic" => "`content`, which is a string and no list",
            _ => "a response of Anthropic Messages (`\"type\": \"message\"`)",
        };
        refused(
            provider.dialect.decode(body.as_bytes()),
            &format!(
                "expected a response of {}, found {found}",
                expected(provider.name)
            ),
        );
    }
}
