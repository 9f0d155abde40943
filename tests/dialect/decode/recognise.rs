//! Which provider a response is of, told from the response alone.

use tool_runtime::ToolCall;
use tool_runtime::dialect::recognise;

use super::refused;
use crate::providers::PROVIDERS;
use crate::shipped::SHIPPED;

#[track_caller]
fn unknown(body: &str, found: &str) {
    let turn = recognise(body).and_then(|dialect| dialect.decode(body.as_bytes()));
    refused(
        turn,
        &format!(
            "expected a response of OpenAI, Anthropic, Gemini, Bedrock Converse or Ollama, found {found}"
        ),
    );
}

#[test]
fn the_shipped_responses_are_known() {
    let names: Vec<_> = SHIPPED
        .iter()
        .map(|(name, body)| (*name, recognise(body).unwrap().name()))
        .collect();
    assert_eq!(
        names,
        [
            ("anthropic", "Anthropic Messages"),
            ("one_fails", "Anthropic Messages"),
            ("openai_chat", "OpenAI Chat Completions"),
        ]
    );
}

#[test]
fn a_response_of_each_provider_is_known() {
    let calls = [ToolCall::new("call00000", "a", "{}")];
    let names: Vec<_> = PROVIDERS
        .iter()
        .map(|provider| recognise((provider.ask)(&calls)).unwrap().name())
        .collect();
    // Mistral's looks as OpenAI's does.
    assert_eq!(
        names,
        [
            "Anthropic Messages",
            "OpenAI Chat Completions",
            "OpenAI Responses",
            "Gemini",
            "Bedrock Converse",
            "OpenAI Chat Completions",
            "Ollama"
        ]
    );
}

/// What its dialect then says of it.
#[test]
fn a_response_that_is_not_whole_is_known_too() {
    #[track_caller]
    fn check(body: &str, provider: &str) {
        assert_eq!(recognise(body).unwrap().name(), provider);
    }
    check(r#"{"candidates":[]}"#, "Gemini");
    check(r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#, "Gemini");
    check(r#"{"object":"response"}"#, "OpenAI Responses");
    check(
        r#"{"output":{},"stopReason":"end_turn"}"#,
        "Bedrock Converse",
    );
}

/// A message alone has no sign of why it ended, so that a call that was cut off would pass for a whole one.
#[test]
fn a_message_is_no_response() {
    unknown(
        r#"{"role":"assistant","content":null,"tool_calls":[]}"#,
        "a message of OpenAI Chat Completions; give the whole response, with its `choices`",
    );
}

#[test]
fn a_request_of_mcp_is_no_response() {
    unknown(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}"#,
        "an object with `jsonrpc`, `id`, `method` and `params`",
    );
}

#[test]
fn other_json_is_told_by_what_it_is() {
    unknown("{}", "an empty object");
    unknown(
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        "an object with `jsonrpc`, `id` and `result`",
    );
    unknown("[]", "`[]`, which is no object");
}

#[test]
fn what_is_not_json_is_told_to_be_so() {
    let error = recognise(b"\x1f\x8b\x08").map(|dialect| dialect.name());
    let text = error.unwrap_err().to_string();
    assert!(
        text.contains("found text that is not JSON (invalid utf-8"),
        "{text}"
    );
}

#[test]
fn a_dialect_shows_its_name() {
    assert_eq!(
        format!("{:?}", recognise(SHIPPED[0].1).unwrap()),
        "Anthropic Messages"
    );
}

/// A dialect may be held while calls run, in a task that moves between threads.
#[test]
fn a_dialect_is_send_and_sync() {
    fn check<T: Send + Sync + ?Sized>() {}
    check::<dyn tool_runtime::dialect::Dialect>();
}
