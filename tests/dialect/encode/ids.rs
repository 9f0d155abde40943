//! A call's id is the provider's: whatever it is, it comes back with the result.

use serde_json::Value;
use tool_runtime::ToolCall;

use super::exchange;
use crate::conversation::value;
use crate::providers::{
    ANTHROPIC, BEDROCK, GEMINI, MISTRAL, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES,
};

/// Checks that the results of calls with these ids are for these ids.
async fn check(ids: &[&str]) {
    let calls: Vec<_> = ids
        .iter()
        .map(|id| ToolCall::new(*id, "find_book", r#"{"id":7}"#))
        .collect();

    let anthropic = exchange(&ANTHROPIC, &calls).await;
    assert_eq!(anthropic.turn.calls(), calls);
    let message = value(&anthropic.results[0]);
    let blocks = message["content"].as_array().unwrap();
    let answered: Vec<_> = blocks.iter().map(|block| &block["tool_use_id"]).collect();
    assert_eq!(answered, ids);

    let openai_chat = exchange(&OPENAI_CHAT, &calls).await;
    assert_eq!(openai_chat.turn.calls(), calls);
    let answered: Vec<Value> = openai_chat
        .results
        .iter()
        .map(|message| value(message)["tool_call_id"].clone())
        .collect();
    assert_eq!(answered, ids);

    let openai_responses = exchange(&OPENAI_RESPONSES, &calls).await;
    assert_eq!(openai_responses.turn.calls(), calls);
    let answered: Vec<Value> = openai_responses
        .results
        .iter()
        .map(|item| value(item)["call_id"].clone())
        .collect();
    assert_eq!(answered, ids);

    let bedrock = exchange(&BEDROCK, &calls).await;
    assert_eq!(bedrock.turn.calls(), calls);
    let message = value(&bedrock.results[0]);
    let blocks = message["content"].as_array().unwrap();
    let answered: Vec<_> = blocks
        .iter()
        .map(|block| &block["toolResult"]["toolUseId"])
        .collect();
    assert_eq!(answered, ids);

    let gemini = exchange(&GEMINI, &calls).await;
    assert_eq!(gemini.turn.calls(), calls);
    let content = value(&gemini.results[0]);
    let parts = content["parts"].as_array().unwrap();
    assert_eq!(parts.len(), ids.len());
    for (part, id) in parts.iter().zip(ids) {
        let expected = (!id.is_empty()).then(|| Value::from(*id));
        assert_eq!(part["functionResponse"].get("id"), expected.as_ref());
    }

    // They take results without an id, so that an empty one need not be sent.
    for provider in [&MISTRAL, &OLLAMA] {
        let exchange = exchange(provider, &calls).await;
        assert_eq!(exchange.turn.calls(), calls, "{}", provider.name);
        let sent: Vec<_> = exchange
            .report
            .results()
            .iter()
            .map(|result| result.id())
            .collect();
        assert_eq!(sent, ids);
        for (message, id) in exchange.results.iter().zip(ids) {
            let expected = (!id.is_empty()).then(|| Value::from(*id));
            assert_eq!(value(message).get("tool_call_id"), expected.as_ref());
        }
    }
}

#[tokio::test]
async fn an_id_may_hold_any_character() {
    check(&[
        "a \"b\"",
        "line\nbreak",
        "back\\slash",
        "\u{0}\u{1f}\u{7f}",
        "é😀\u{2028}",
        "</id>",
    ])
    .await;
}

#[tokio::test]
async fn an_id_may_be_long() {
    let long = "x".repeat(10_000);
    check(&[&long]).await;
}

#[tokio::test]
async fn an_id_may_be_empty() {
    check(&["", "a", ""]).await;
}

#[tokio::test]
async fn two_calls_may_share_an_id() {
    check(&["a", "b", "a"]).await;
}
