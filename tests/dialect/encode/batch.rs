//! Many calls: every one is answered, in the model's order, in as many messages as the provider wants.

use serde_json::{Value, json};
use tool_runtime::dialect::{Bedrock, Mcp};
use tool_runtime::{Ending, ToolCall};

use super::exchange;
use crate::answers::{TURNS, Turn};
use crate::conversation::{Exchange, value};
use crate::providers::{
    ANTHROPIC, BEDROCK, GEMINI, MISTRAL, OLLAMA, OPENAI_CHAT, OPENAI_RESPONSES, PROVIDERS,
};

fn all_together() -> &'static Turn {
    let mut turns = TURNS.iter();
    turns.find(|turn| turn.name == "all_together").unwrap()
}

fn ids(calls: &[ToolCall]) -> Vec<Value> {
    calls.iter().map(|call| Value::from(call.id())).collect()
}

#[tokio::test(start_paused = true)]
async fn anthropic_gets_one_user_message_with_all_results_in_call_order() {
    let calls = all_together().calls();
    let Exchange { results, .. } = exchange(&ANTHROPIC, &calls).await;
    assert_eq!(results.len(), 1);
    let message = value(&results[0]);
    assert_eq!(message["role"], "user");
    let blocks = message["content"].as_array().unwrap();
    let answered: Vec<_> = blocks.iter().map(|block| &block["tool_use_id"]).collect();
    assert_eq!(answered, ids(&calls).iter().collect::<Vec<_>>());
    // The first call takes the longest.
    assert_eq!(blocks[0]["content"], "waited 2 s");
    assert_eq!(blocks[7]["content"], "waited 1 s");
    for block in blocks {
        assert_eq!(block["type"], "tool_result");
        assert_ne!(block.get("content"), Some(&json!("")), "{block}");
    }
}

#[tokio::test(start_paused = true)]
async fn openai_chat_gets_one_tool_message_for_each_call_in_order() {
    let calls = all_together().calls();
    let Exchange { results, .. } = exchange(&OPENAI_CHAT, &calls).await;
    let messages: Vec<_> = results.iter().map(value).collect();
    let answered: Vec<_> = messages
        .iter()
        .map(|message| message["tool_call_id"].clone())
        .collect();
    assert_eq!(answered, ids(&calls));
    assert_eq!(messages[0]["content"], "waited 2 s");
    assert_eq!(messages[7]["content"], "waited 1 s");
    for message in messages {
        assert_eq!(message["role"], "tool");
        assert!(message["content"].is_string(), "{message}");
        assert_eq!(message.as_object().unwrap().len(), 3, "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn openai_responses_gets_one_item_for_each_call_in_order() {
    let calls = all_together().calls();
    let Exchange { results, .. } = exchange(&OPENAI_RESPONSES, &calls).await;
    let items: Vec<_> = results.iter().map(value).collect();
    let answered: Vec<_> = items.iter().map(|item| item["call_id"].clone()).collect();
    assert_eq!(answered, ids(&calls));
    assert_eq!(items[0]["output"], "waited 2 s");
    for item in items {
        assert_eq!(item["type"], "function_call_output");
        assert_eq!(item.as_object().unwrap().len(), 3, "{item}");
    }
}

/// Gemini's name each call's tool, with or without an id.
#[tokio::test(start_paused = true)]
async fn gemini_gets_one_content_with_all_responses_in_call_order() {
    let calls = all_together().calls();
    let without_ids = calls
        .iter()
        .map(|call| ToolCall::new("", call.name(), call.arguments()));
    for calls in [calls.clone(), without_ids.collect()] {
        let Exchange { results, .. } = exchange(&GEMINI, &calls).await;
        assert_eq!(results.len(), 1);
        let content = value(&results[0]);
        assert_eq!(content["role"], "user");
        let parts = content["parts"].as_array().unwrap();
        assert_eq!(parts.len(), calls.len());
        for (part, call) in parts.iter().zip(&calls) {
            let response = &part["functionResponse"];
            assert_eq!(response["name"], call.name());
            let id = (!call.id().is_empty()).then(|| Value::from(call.id()));
            assert_eq!(response.get("id"), id.as_ref(), "{part}");
        }
        assert_eq!(
            parts[0]["functionResponse"]["response"],
            json!({ "output": "waited 2 s" })
        );
    }
}

#[tokio::test(start_paused = true)]
async fn bedrock_gets_one_user_message_with_all_results_in_call_order() {
    let calls = all_together().calls();
    let Exchange { results, .. } = exchange(&BEDROCK, &calls).await;
    assert_eq!(results.len(), 1);
    let message = value(&results[0]);
    assert_eq!(message["role"], "user");
    let blocks = message["content"].as_array().unwrap();
    let answered: Vec<_> = blocks
        .iter()
        .map(|block| block["toolResult"]["toolUseId"].clone())
        .collect();
    assert_eq!(answered, ids(&calls));
    assert_eq!(
        blocks[0]["toolResult"]["content"],
        json!([{ "text": "waited 2 s" }])
    );
}

/// Without ids the order and the names are all that says which result is of which call.
#[tokio::test(start_paused = true)]
async fn mistral_and_ollama_get_one_tool_message_for_each_call_in_order_with_its_name() {
    let calls = all_together().calls();
    let without_ids: Vec<_> = calls
        .iter()
        .map(|call| ToolCall::new("", call.name(), call.arguments()))
        .collect();
    for (provider, name) in [(&MISTRAL, "name"), (&OLLAMA, "tool_name")] {
        for calls in [&calls, &without_ids] {
            let Exchange { results, .. } = exchange(provider, calls).await;
            let messages: Vec<_> = results.iter().map(value).collect();
            let answered: Vec<_> = messages
                .iter()
                .map(|message| message[name].as_str().unwrap())
                .collect();
            let called: Vec<_> = calls.iter().map(ToolCall::name).collect();
            assert_eq!(answered, called, "{}", provider.name);
            assert_eq!(messages[0]["content"], "waited 2 s");
            assert_eq!(messages[7]["content"], "waited 1 s");
            for (message, call) in messages.iter().zip(calls) {
                let id = (!call.id().is_empty()).then(|| Value::from(call.id()));
                assert_eq!(message.get("tool_call_id"), id.as_ref(), "{message}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn anthropic_marks_exactly_what_did_not_end_well() {
    for turn in TURNS {
        let Exchange {
            report, results, ..
        } = exchange(&ANTHROPIC, &turn.calls()).await;
        let message = value(&results[0]);
        let blocks = message["content"].as_array().unwrap();
        assert_eq!(blocks.len(), report.results().len());
        for (result, block) in report.results().iter().zip(blocks) {
            let ending = result.outcome().ending;
            let mark = (ending != Ending::Ok).then_some(Value::Bool(true));
            assert_eq!(block.get("is_error"), mark.as_ref(), "{ending}: {block}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn gemini_bedrock_and_mcp_mark_exactly_what_did_not_end_well() {
    for turn in TURNS {
        let Exchange {
            report, results, ..
        } = exchange(&GEMINI, &turn.calls()).await;
        let gemini = value(&results[0]);
        let bedrock = value(&Bedrock.encode(&report)[0]);
        let mcp = Mcp.encode(&report);
        for (index, result) in report.results().iter().enumerate() {
            let is_error = result.outcome().ending != Ending::Ok;
            let key = if is_error { "error" } else { "output" };
            let response = &gemini["parts"][index]["functionResponse"]["response"];
            let keys: Vec<_> = response.as_object().unwrap().keys().collect();
            assert_eq!(keys, [key]);
            let status = &bedrock["content"][index]["toolResult"];
            let expected = is_error.then(|| Value::from("error"));
            assert_eq!(status.get("status"), expected.as_ref());
            let expected = is_error.then_some(Value::Bool(true));
            assert_eq!(value(&mcp[index]).get("isError"), expected.as_ref());
        }
    }
}

/// Where there is no mark, the text says of each that it is no answer, and of an answer nothing.
#[tokio::test(start_paused = true)]
async fn what_did_not_end_well_is_told_in_the_text_where_there_is_no_mark() {
    for turn in TURNS {
        let report = exchange(&OPENAI_CHAT, &turn.calls()).await.report;
        for (provider, key) in [
            (&OPENAI_CHAT, "content"),
            (&MISTRAL, "content"),
            (&OLLAMA, "content"),
            (&OPENAI_RESPONSES, "output"),
        ] {
            let messages = provider.dialect.encode(&report);
            for (message, result) in messages.iter().zip(report.results()) {
                let message = value(message);
                let begins = [&format!("`{}` ", result.name()), "There is no tool named "];
                match (message[key].as_str(), result.is_error()) {
                    (Some(text), true) => {
                        assert!(begins.iter().any(|begin| text.starts_with(begin)), "{text}");
                    }
                    (text, _) => {
                        assert!(text.is_none_or(|text| text == result.text()), "{message}")
                    }
                }
            }
        }
    }
}

/// Every ending that a call can come to while its program goes on is among the turns.
#[tokio::test(start_paused = true)]
async fn the_turns_end_in_every_way() {
    let mut endings = Vec::new();
    for turn in TURNS {
        let report = exchange(&ANTHROPIC, &turn.calls()).await.report;
        endings.extend(
            report
                .results()
                .iter()
                .map(|result| result.outcome().ending.code()),
        );
    }
    endings.sort_unstable();
    endings.dedup();
    assert_eq!(
        endings,
        [
            "failed",
            "invalid_arguments",
            "not_serialisable",
            "ok",
            "panicked",
            "timed_out",
            "unknown_tool"
        ]
    );
}

#[tokio::test]
async fn an_empty_report_is_no_message() {
    for provider in &PROVIDERS {
        let Exchange { results, .. } = exchange(provider, &[]).await;
        assert_eq!(results, []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_serialises_to_what_it_says() {
    for provider in &PROVIDERS {
        for turn in TURNS {
            let exchange = exchange(provider, &turn.calls()).await;
            for message in exchange.turn.messages().chain(exchange.results) {
                assert_eq!(serde_json::to_value(&message).unwrap(), value(&message));
                let bytes: &[u8] = message.as_ref();
                assert_eq!(bytes, message.to_string().as_bytes());
            }
        }
    }
}
