//! Anthropic: all definitions in each request, of which the model reads those that it has found.
//!
//! The facts are those of the SDK's types `ToolParam` (`defer_loading`), `ToolReferenceBlockParam` and `ToolResultBlockParam`, and of errors
//! of the API: a request needs a tool that is not kept back, and one that is has no `cache_control`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{call, codes};
use tool_runtime::dialect::{Anthropic, OpenAiChat};
use tool_runtime::{Manifest, Report};

use crate::shop::{answer, conversation, run, search};

fn value(manifest: &Manifest) -> Value {
    serde_json::to_value(manifest).unwrap()
}

#[tokio::test]
async fn every_request_has_the_same_bytes() {
    let conversation = conversation(Anthropic.deferred().cached());
    let first = conversation.manifest().unwrap();
    answer(&conversation, search("refund")).await;
    let then = conversation.manifest().unwrap();
    assert_eq!(first, then);
    // Not made anew either.
    assert!(std::ptr::eq(first.as_str(), then.as_str()));

    let tools = value(&first);
    let marked = |key: &str| -> Vec<&str> {
        let tools = tools.as_array().unwrap().iter();
        tools
            .filter(|tool| tool.get(key).is_some())
            .filter_map(|tool| tool["name"].as_str())
            .collect()
    };
    assert_eq!(
        marked("defer_loading"),
        [
            "cancel_order",
            "erase_customer",
            "find_bills",
            "get_invoice",
            "refund_payment"
        ]
    );
    assert_eq!(marked("cache_control"), ["search_tools"]);
    assert_eq!(first.as_str().parse::<Manifest>().unwrap(), first);
    assert_eq!(
        first.as_str().parse::<Manifest>().unwrap().tools(),
        first.tools()
    );
}

#[tokio::test]
async fn the_result_names_what_the_model_is_to_read() {
    let conversation = conversation(Anthropic.deferred());
    // Before, the provider has the definition and the model has no such tool.
    let unknown = answer(
        &conversation,
        call("refund_payment", r#"{"invoice_id": 7}"#),
    )
    .await;
    assert!(
        unknown.starts_with("You have no tool named `refund_payment`"),
        "{unknown}"
    );
    assert!(!unknown.contains("cancel_order"), "{unknown}");

    let report = run(&conversation, [search("give money back")]).await;
    let reference = json!([{ "type": "tool_reference", "tool_name": "refund_payment" }]);
    assert_eq!(content(&report), reference);
    // A report that was stored says the same.
    let stored = serde_json::to_string(&report).unwrap();
    assert_eq!(content(&serde_json::from_str(&stored).unwrap()), reference);
    let called = run(
        &conversation,
        [call("refund_payment", r#"{"invoice_id": 7}"#)],
    )
    .await;
    assert_eq!(codes(&called), ["ok"]);
    // What was told may have been left out of the history since: it is told again.
    assert_eq!(
        content(&run(&conversation, [search("give money back")]).await),
        reference
    );

    // Where nothing is found the model reads why, as elsewhere.
    let nothing = run(&conversation, [search("weather")]).await;
    assert!(
        content(&nothing)
            .as_str()
            .unwrap()
            .starts_with("No tool was found.")
    );
    // Others have no such part.
    let others = OpenAiChat.encode(&report);
    assert!(
        others[0]
            .to_string()
            .contains("You can call `refund_payment` now."),
        "{}",
        others[0]
    );
}

fn content(report: &Report) -> Value {
    let message = serde_json::to_value(&Anthropic.encode(report)[0]).unwrap();
    message["content"][0]["content"].clone()
}

#[tokio::test]
async fn without_the_setting_nothing_is_marked() {
    let conversation = conversation(Anthropic);
    let manifest = conversation.manifest().unwrap();
    assert!(!manifest.as_str().contains("defer_loading"));
    assert_eq!(manifest.tools().len(), 2);
}

/// For the provider's own SDK to judge, beside what the binary `dialect` writes (`.ci/conformance`).
#[tokio::test]
async fn what_goes_to_the_provider_is_written_for_its_sdk_to_judge() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("search");
    fs::create_dir_all(&folder).unwrap();
    let conversation = conversation(Anthropic.deferred().cached());
    let manifest = conversation.manifest().unwrap();
    fs::write(
        folder.join("anthropic.tools.deferred.json"),
        manifest.as_str(),
    )
    .unwrap();
    let body = json!({ "type": "message", "role": "assistant", "content": [
        { "type": "tool_use", "id": "toolu_1", "name": "search_tools", "input": { "query": "give money back" } },
    ] });
    let turn = Anthropic.decode(body.to_string()).unwrap();
    let report = conversation.bind(()).run(turn.calls()).await;
    let history: Vec<_> = turn.messages().chain(Anthropic.encode(&report)).collect();
    let history = serde_json::to_string(&history).unwrap();
    fs::write(folder.join("anthropic.results.deferred.json"), history).unwrap();
}
