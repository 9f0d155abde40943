//! One call, and what each provider gets for it.

use serde_json::{Value, json};
use support::without_ids;
use tool_runtime::ToolCall;
use tool_runtime::dialect::{Mcp, Message};

use super::exchange;
use crate::answers::toolbox;
use crate::providers::{
    ANTHROPIC, BEDROCK, GEMINI, MISTRAL, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES, Provider,
};

/// Checks the whole of what goes back for a call that ends well with `text`.
async fn ok(tool: &str, arguments: &str, text: &str) {
    check(tool, arguments, text, false).await;
}

/// The same for a call that does not.
async fn error(tool: &str, arguments: &str, text: &str) {
    check(tool, arguments, text, true).await;
}

async fn check(tool: &str, arguments: &str, text: &str, is_error: bool) {
    let calls = [ToolCall::new("call_7", tool, arguments)];

    let mut block = json!({ "type": "tool_result", "tool_use_id": "call_7" });
    if !text.is_empty() {
        block["content"] = Value::from(text);
    }
    if is_error {
        block["is_error"] = Value::from(true);
    }
    let anthropic = exchange(&ANTHROPIC, &calls).await.results;
    assert_eq!(anthropic.len(), 1);
    assert_eq!(
        value(&anthropic[0]),
        json!({ "role": "user", "content": [block] })
    );

    // Where there is no mark, an error of the tool's own, which could be an answer, says what it is.
    let marked = match tool {
        "reserve_book" => format!("`reserve_book` failed: {text}"),
        _ => text.to_owned(),
    };
    let openai_chat = exchange(&OPENAI_CHAT, &calls).await.results;
    assert_eq!(openai_chat.len(), 1);
    assert_eq!(
        value(&openai_chat[0]),
        json!({ "role": "tool", "tool_call_id": "call_7", "content": marked })
    );

    for (provider, name) in [(&MISTRAL, "name"), (&OLLAMA, "tool_name")] {
        let expected =
            json!({ "role": "tool", "tool_call_id": "call_7", name: tool, "content": marked });
        assert_eq!(only(provider, &calls).await, expected);
    }
    assert_eq!(
        only(&OPENAI_RESPONSES, &calls).await,
        json!({ "type": "function_call_output", "call_id": "call_7", "output": marked })
    );

    // A value is one for those who take it.
    let read: Option<Value> =
        (tool == "find_book" && !is_error).then(|| serde_json::from_str(text).unwrap());
    let (key, output) = match is_error {
        true => ("error", json!(text)),
        false => ("output", read.clone().unwrap_or(json!(text))),
    };
    let response = json!({ "id": "call_7", "name": tool, "response": { key: output } });
    assert_eq!(
        only(&GEMINI, &calls).await,
        json!({ "role": "user", "parts": [{ "functionResponse": response }] })
    );

    let content = match &read {
        Some(read) => json!({ "json": read }),
        None if text.is_empty() => json!({ "text": "Done." }),
        None => json!({ "text": text }),
    };
    let mut result = json!({ "toolUseId": "call_7", "content": [content] });
    if is_error {
        result["status"] = json!("error");
    }
    assert_eq!(
        only(&BEDROCK, &calls).await,
        json!({ "role": "user", "content": [{ "toolResult": result }] })
    );

    let report = toolbox().run(&calls[..]).await;
    let told = json!({ "type": "text", "text": text });
    let mut result = json!({ "content": [told], "resultType": "complete" });
    if let Some(read) = read {
        result["structuredContent"] = read;
    }
    if is_error {
        result["isError"] = json!(true);
    }
    let results = Mcp.encode(&report);
    assert_eq!(results.len(), 1);
    assert_eq!(value(&results[0]), result);
}

/// A message that goes back, without the ids of errors.
fn value(message: &Message) -> Value {
    serde_json::from_str(&without_ids(message.as_str())).unwrap()
}

/// The one message that goes back for a call.
async fn only(provider: &Provider, calls: &[ToolCall]) -> Value {
    let results = exchange(provider, calls).await.results;
    assert_eq!(results.len(), 1, "{}", provider.name);
    value(&results[0])
}

#[tokio::test]
async fn a_value_goes_back_as_json_text() {
    ok("find_book", r#"{"id":7}"#, r#"{"id":7,"title":"Emma"}"#).await;
}

#[tokio::test]
async fn a_text_goes_back_without_quotes() {
    ok(
        "say",
        r#"{"text":"\"Hi,\" she said."}"#,
        "\"Hi,\" she said.",
    )
    .await;
}

#[tokio::test]
async fn a_tool_that_returns_nothing_is_done() {
    ok("lend_book", r#"{"id":7}"#, "Done.").await;
}

/// Anthropic refuses an empty text block, so it gets none. So does Bedrock, which wants a block.
#[tokio::test]
async fn an_empty_text_is_no_content_for_anthropic() {
    ok("say", r#"{"text":""}"#, "").await;
}

#[tokio::test]
async fn control_characters_come_through() {
    let all: String = (0..0x20u8)
        .map(char::from)
        .chain("\"\\/\u{7f}\u{80}\u{9f}\u{2028}\u{2029}\u{feff}\u{fffd}\u{10ffff}😀".chars())
        .collect();
    let arguments = json!({ "text": all }).to_string();
    ok("say", &arguments, &all).await;
}

#[tokio::test]
async fn an_error_is_its_text() {
    let text = "Book 7 is \"lent\" until Friday. Nothing was changed.";
    error("reserve_book", r#"{"id":7}"#, text).await;
}

#[tokio::test]
async fn an_unknown_tool_is_an_error() {
    let text = "There is no tool named `find_boook`, so nothing was called. Did you mean `find_book`? The tools are `find_book`, `say`, `lend_book`, `reserve_book`, `break_off`, `wait`, `hang`, `count_books`, `show_cover`, `read_aloud` and `point_to`.";
    error("find_boook", r#"{"id":7}"#, text).await;
}

#[tokio::test]
async fn wrong_arguments_are_an_error() {
    let text = "`find_book` was not called, because its arguments are not valid:\n- `id`: expected an integer of 0 or more, got string \"seven\"\nCall it again with correct arguments.";
    error("find_book", r#"{"id":"seven"}"#, text).await;
}

#[tokio::test]
async fn a_panic_is_an_error_without_its_message() {
    let text = "`break_off` broke off with an internal error (error id `ID`). Nothing was changed. Try it once more at most.";
    error("break_off", "{}", text).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_is_an_error() {
    let text = "`hang` did not finish within 3s and was stopped. Nothing was changed. The same call may take as long again.";
    error("hang", "{}", text).await;
}

#[tokio::test]
async fn a_value_that_json_does_not_have_is_an_error() {
    let text = "`count_books` did its work, but its result cannot be written as JSON (error id `ID`). Nothing was changed. The same call may end the same way.";
    error("count_books", "{}", text).await;
}

#[tokio::test]
async fn arguments_that_are_not_json_are_an_error() {
    for arguments in [r#"{"id":7"#, "seven", "", "{'id':7}"] {
        let calls = [ToolCall::new("call_7", "find_book", arguments)];
        for provider in [&OPENAI_CHAT, &MISTRAL] {
            let results = exchange(provider, &calls).await.results;
            let message = value(&results[0]);
            assert_eq!(message["tool_call_id"], "call_7");
            let text = message["content"].as_str().unwrap();
            assert!(text.contains("expected a JSON object"), "{text}");
        }
    }
}

/// Checks what goes back for an answer of several parts or of something else than text.
async fn parts(tool: &str, arguments: &str, blocks: Value, text: &str) {
    let calls = [ToolCall::new("call_7", tool, arguments)];
    let anthropic = exchange(&ANTHROPIC, &calls).await.results;
    let result = &value(&anthropic[0])["content"][0];
    assert_eq!(
        *result,
        json!({ "type": "tool_result", "tool_use_id": "call_7", "content": blocks })
    );
    for provider in [&OPENAI_CHAT, &MISTRAL, &OLLAMA] {
        let results = exchange(provider, &calls).await.results;
        assert_eq!(value(&results[0])["content"], text, "{}", provider.name);
    }
}

fn block(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

#[tokio::test]
async fn an_image_goes_back_as_one_where_the_provider_takes_it() {
    for mime_type in ["image/png", "image/jpeg", "image/gif", "image/webp"] {
        let source = json!({ "type": "base64", "media_type": mime_type, "data": "+/+/AA==" });
        let image = json!({ "type": "image", "source": source });
        parts(
            "show_cover",
            &json!({ "mime_type": mime_type }).to_string(),
            json!([block("The cover:"), image]),
            &format!("The cover:\n[{mime_type}, 4 bytes, not shown]\n"),
        )
        .await;
    }
}

#[tokio::test]
async fn an_image_of_another_kind_is_named() {
    let named = "[image/tiff, 4 bytes, not shown]";
    parts(
        "show_cover",
        r#"{"mime_type":"image/tiff"}"#,
        json!([block("The cover:"), block(named)]),
        &format!("The cover:\n{named}\n"),
    )
    .await;
}

#[tokio::test]
async fn a_sound_is_named() {
    let named = "[audio/wav, 3 bytes, not shown]";
    parts("read_aloud", "{}", json!([block(named)]), named).await;
}

#[tokio::test]
async fn a_link_is_its_name_and_address() {
    let link = "emma: book://7 (application/epub+zip)";
    parts(
        "point_to",
        "{}",
        json!([block(link), block("[7]")]),
        &format!("{link}\n[7]"),
    )
    .await;
}
