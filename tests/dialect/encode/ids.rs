//! A call's id is the provider's: whatever it is, it comes back with the result.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tool_runtime::dialect::{Mcp, Message, Mistral};
use tool_runtime::{ToolCall, Toolbox, tools};

use super::exchange;
use crate::conversation::value;
use crate::providers::{
    ANTHROPIC, BEDROCK, GEMINI, MISTRAL, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES, PROVIDERS,
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

/// Whether a provider is documented to take an id.
fn is_taken(provider: &str, id: &str) -> bool {
    let is_of = |others: &str| {
        let mut characters = id.chars();
        characters.all(|one| one.is_ascii_alphanumeric() || others.contains(one))
    };
    let count = id.chars().count();
    match provider {
        "anthropic" => is_of("_-"),
        "openai-chat" => count <= 40,
        "openai-responses" => count <= 64,
        "bedrock" => count <= 64 && is_of("_.:-"),
        "mistral" => count == 9 && is_of(""),
        _ => true,
    }
}

#[test]
fn an_id_from_elsewhere_becomes_one_that_is_taken() {
    let (forty, sixty_four) = ("4".repeat(40), "6".repeat(64));
    let long = "x".repeat(10_000);
    for id in [
        "a1B2c3D4e",
        "call_BZ9DdT4SbCVwNnZm7t9rdQXy",
        "toolu_01A09q90qw90lq917835lq9",
        "tooluse_a.b:c",
        "call_1|fc_2",
        "null",
        &forty,
        &(forty.clone() + "é"),
        &sixty_four,
        &(sixty_four.clone() + "-"),
        "é😀",
        &long,
    ] {
        for provider in &PROVIDERS {
            let name = provider.name;
            let made = provider.dialect.call_id(id);
            assert!(is_taken(name, &made), "{name}: {id} is {made}");
            assert_eq!(is_taken(name, id), made == id, "{name}: {id} is {made}");
            assert_eq!(provider.dialect.call_id(&made), made, "{name}: {id}");
        }
        assert_eq!(Mcp.call_id(id), id);
    }
    for provider in &PROVIDERS {
        assert_eq!(provider.dialect.call_id(""), "", "{}", provider.name);
    }
}

#[test]
fn two_ids_from_elsewhere_do_not_become_one() {
    for provider in &PROVIDERS {
        let ids = (0..20_000).map(|number| format!("call|{number:060}"));
        let made: BTreeSet<String> = ids
            .map(|id| provider.dialect.call_id(&id).into_owned())
            .collect();
        assert_eq!(made.len(), 20_000, "{}", provider.name);
    }
}

/// A history that began at Anthropic: the call is written anew with the id that its result has.
#[tokio::test]
async fn a_history_may_go_on_at_another_provider() {
    let id = Mistral.call_id("toolu_01A09q90qw90lq917835lq9");
    let function = json!({ "name": "find_book", "arguments": "{\"id\":7}" });
    let asked = json!({ "role": "assistant", "content": "", "tool_calls": [{ "id": id, "function": function }] });
    let mut history = vec![Message::from(asked)];
    let call = ToolCall::new(id, "find_book", r#"{"id":7}"#);
    let report = Toolbox::new(tools![]).unwrap().run([call]).await;
    history.extend(Mistral.encode(&report));
    assert_eq!(Mistral.complete(&mut history), []);
}
