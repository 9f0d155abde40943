//! The shipped responses, from the provider and back: read, run, answered.

use serde_json::{Value, json};
use tool_runtime::ToolCall;
use tool_runtime::dialect::{Anthropic, OpenAiChat, recognise};

use crate::conversation::Exchange;
use crate::providers::PROVIDERS;
use crate::shipped::{SHIPPED, desk, shipped};
use crate::{library, providers};

fn slice(exchange: &Exchange) -> Value {
    serde_json::from_str(&exchange.slice()).unwrap()
}

const CUSTOMER: &str = r#"{"id":1234,"name":"Ada Lovelace","plan":"gold"}"#;
const LATEST_ORDER: &str = r#"[{"id":77,"item":"analytical engine","total_cents":129900}]"#;
const TICKETS: &str = r#"[{"id":9,"subject":"The engine is loud.","open":true}]"#;

#[tokio::test(start_paused = true)]
async fn anthropic_gets_its_turn_back_and_one_message_of_results() {
    let body = shipped("anthropic");
    let response: Value = serde_json::from_str(body).unwrap();
    let exchange = Exchange::of(&Anthropic, &desk(), body).await;
    assert_eq!(
        slice(&exchange),
        json!([
            { "role": "assistant", "content": response["content"] },
            { "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": "toolu_01", "content": CUSTOMER },
                { "type": "tool_result", "tool_use_id": "toolu_02", "content": LATEST_ORDER },
                { "type": "tool_result", "tool_use_id": "toolu_03", "content": TICKETS },
            ] },
        ])
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_call_is_marked_and_its_siblings_are_answered() {
    let exchange = Exchange::of(&Anthropic, &desk(), shipped("one_fails")).await;
    let told = "There is no customer 12340. Customer numbers have four digits, such as 1234. Nothing was changed.";
    assert_eq!(
        slice(&exchange)[1],
        json!({ "role": "user", "content": [
            { "type": "tool_result", "tool_use_id": "toolu_01", "content": CUSTOMER },
            { "type": "tool_result", "tool_use_id": "toolu_02", "content": told, "is_error": true },
            { "type": "tool_result", "tool_use_id": "toolu_03", "content": TICKETS },
        ] })
    );
}

#[tokio::test(start_paused = true)]
async fn openai_chat_gets_its_message_back_and_one_message_for_each_call() {
    let body = shipped("openai_chat");
    let response: Value = serde_json::from_str(body).unwrap();
    let exchange = Exchange::of(&OpenAiChat, &desk(), body).await;
    assert_eq!(
        slice(&exchange),
        json!([
            response["choices"][0]["message"],
            { "role": "tool", "tool_call_id": "call_01", "content": CUSTOMER },
            { "role": "tool", "tool_call_id": "call_02", "content": LATEST_ORDER },
            { "role": "tool", "tool_call_id": "call_03", "content": TICKETS },
        ])
    );
}

#[test]
fn the_model_s_message_goes_back_to_the_byte() {
    for (name, body) in SHIPPED {
        let turn = recognise(body).unwrap().decode(body.as_bytes()).unwrap();
        let message = turn.messages().next().unwrap();
        // Anthropic's response is no message itself: its content is what goes back.
        let kept = message
            .as_str()
            .strip_prefix(r#"{"role":"assistant","content":"#)
            .and_then(|content| content.strip_suffix('}'))
            .unwrap_or(message.as_str());
        assert!(body.contains(kept), "{name}: {kept}");
        assert!(kept.contains("1234"), "{name}: {kept}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_asks_for_nothing_ends_the_conversation() {
    let body = providers::anthropic(r#"[{"type":"text","text":"Ada has one order."}]"#);
    let exchange = Exchange::of(&Anthropic, &desk(), &body).await;
    assert_eq!(exchange.turn.calls(), []);
    assert_eq!(exchange.results, []);
    assert_eq!(slice(&exchange).as_array().unwrap().len(), 1);
}

/// What the schemas of the library show is what a call may send.
#[tokio::test]
async fn arguments_of_every_shape_are_read_and_written() {
    let order = json!({
        "order_id": 18_446_744_073_709_551_615_u64,
        "note": null,
        "lines": [
            { "isbn": "978", "copies": 2, "binding": "hardcover", "discount": 2.5 },
            { "isbn": "979", "copies": 1, "binding": null, "discount": null },
        ],
        "delivery": "courier",
        "payment": { "method": "card", "last_digits": "0042", "expires": "2030-01" },
        "labels": { "for": "Ada" },
    });
    let shelf = json!({ "label": "A", "shelves": [{ "label": "A1", "shelves": [] }] });
    let calls = [
        ToolCall::new("call_0", "order_books", order.to_string()),
        ToolCall::new(
            "call_1",
            "arrange_shelf",
            json!({ "shelf": shelf, "distance": 1.5 }).to_string(),
        ),
        ToolCall::new("call_2", "search_catalogue", r#"{"words":["Emma"]}"#),
        ToolCall::new("call_3", "opening_hours", "{}"),
    ];
    for provider in &PROVIDERS {
        let tools = library::toolbox().bind(());
        let exchange = Exchange::of(provider.dialect, &tools, &(provider.ask)(&calls)).await;
        let texts: Vec<_> = exchange
            .report
            .results()
            .iter()
            .map(|result| result.text())
            .collect();
        let [order_text, shelf_text, count, hours] = texts[..] else {
            panic!("{texts:?}");
        };
        assert_eq!(serde_json::from_str::<Value>(order_text).unwrap(), order);
        assert_eq!(serde_json::from_str::<Value>(shelf_text).unwrap(), shelf);
        assert_eq!((count, hours), ("1", "9 to 17"));
    }
}
