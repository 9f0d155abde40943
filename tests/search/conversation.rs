//! What a conversation shows, finds and calls.

use std::num::NonZeroUsize;

use support::{call, codes};
use tool_runtime::dialect::{Anthropic, Gemini, OpenAiChat, OpenAiResponses};
use tool_runtime::search::Found;
use tool_runtime::{BatchTool, BuildError, Toolbox, tool, tools};

use crate::shop::{answer, conversation, names, run, search, searchable, toolbox};

#[tokio::test]
async fn what_is_found_is_shown_behind_what_was_and_called() {
    let conversation = conversation(OpenAiChat);
    let first = conversation.manifest().unwrap();
    assert_eq!(names(&first), ["get_customer", "search_tools"]);
    let text = answer(&conversation, search("give money back")).await;
    let manifest = conversation.manifest().unwrap();
    assert_eq!(
        names(&manifest),
        ["get_customer", "search_tools", "refund_payment"]
    );
    // Byte for byte what the next request has.
    let definition = manifest.tools()[2].as_str();
    assert_eq!(
        text,
        format!("Found a tool. You can call it now; this is its definition:\n{definition}")
    );
    let called = answer(
        &conversation,
        call("refund_payment", r#"{"invoice_id": 7}"#),
    )
    .await;
    assert_eq!(called, "refunded 7");

    answer(&conversation, search("cancel order")).await;
    let longer = conversation.manifest().unwrap();
    assert_eq!(
        names(&longer),
        [
            "get_customer",
            "search_tools",
            "refund_payment",
            "cancel_order"
        ]
    );
    // What a provider's cache has is the beginning of what comes next.
    let before = manifest.as_str().strip_suffix(']').unwrap();
    assert!(longer.as_str().starts_with(before));
}

#[tokio::test]
async fn a_tool_that_was_not_found_is_unknown_and_the_model_is_to_search() {
    let conversation = conversation(Anthropic);
    for (name, text) in [
        (
            "refund_payment",
            "You have no tool named `refund_payment`, so nothing was called. Search with `search_tools` for what you want to do, and call what is found in your next turn, by the name that it has there.",
        ),
        // A misspelling is told only of what is shown.
        (
            "get_costumer",
            "You have no tool named `get_costumer`, so nothing was called. Did you mean `get_customer`? Search with `search_tools` for what you want to do, and call what is found in your next turn, by the name that it has there.",
        ),
    ] {
        let report = run(&conversation, [call(name, r#"{"invoice_id": 7}"#)]).await;
        assert_eq!(codes(&report), ["unknown_tool"]);
        assert_eq!(report.results()[0].text(), text);
    }
    // A turn's calls are of what was found before it.
    let calls = [
        search("refund"),
        call("refund_payment", r#"{"invoice_id": 7}"#),
    ];
    assert_eq!(
        codes(&run(&conversation, calls).await),
        ["ok", "unknown_tool"]
    );
}

#[tokio::test]
async fn what_a_view_hides_is_never_found() {
    let guests = toolbox().view(|tool| tool.effects().changes_nothing());
    let guests = guests.searchable(["get_customer"]).unwrap();
    let found = r#"{"format":1,"found":["refund_payment","get_invoice"]}"#;
    let found: Found = serde_json::from_str(found).unwrap();
    // Nor is it there because somebody found it who may.
    let conversation = guests.conversation(Anthropic, found).unwrap();
    let manifest = conversation.manifest().unwrap();
    assert_eq!(
        names(&manifest),
        ["get_customer", "search_tools", "get_invoice"]
    );
    for query in [
        "refund payment",
        "erase_customer",
        "cancel the order",
        "give money back",
    ] {
        let text = answer(&conversation, search(query)).await;
        for hidden in ["refund_payment", "erase_customer", "cancel_order"] {
            assert!(!text.contains(hidden), "{query}: {text}");
            let report = run(&conversation, [call(hidden, "{}")]).await;
            assert_eq!(codes(&report), ["unknown_tool"]);
        }
    }
}

#[tokio::test]
async fn searches_of_one_turn_find_in_the_order_of_the_calls() {
    for _ in 0..20 {
        let conversation = conversation(Gemini);
        let calls = ["refund money", "cancel order", "invoice by number"].map(search);
        assert_eq!(codes(&run(&conversation, calls).await), ["ok"; 3]);
        let found: Vec<String> = conversation.found().names().map(str::to_owned).collect();
        assert_eq!(found[..2], ["refund_payment", "cancel_order"]);
    }
}

#[tokio::test]
async fn what_the_model_reads_says_how_to_go_on() {
    let conversation = conversation(OpenAiResponses);
    assert_eq!(
        answer(&conversation, search("weather forecast")).await,
        "No tool was found. Search again in other words: what the tool is to do and with what, as its description may say it. If nothing is found then either, there is no tool for it: say so, and do not make up a name."
    );
    assert_eq!(
        answer(&conversation, search("get_customer look"))
            .await
            .lines()
            .last(),
        Some("What you have already may do it too: `get_customer`.")
    );
    assert_eq!(
        answer(&conversation, search("look")).await,
        "Nothing was found that you do not have. Of what you have this may do it: `get_customer` and `get_invoice`. Otherwise search again in other words."
    );
    let refused = answer(&conversation, call("search_tools", r#"{"query": ""}"#)).await;
    assert!(
        refused.contains("`query`: expected a string of 1 to 1000 characters, got one with 0"),
        "{refused}"
    );
    let refused = answer(&conversation, call("search_tools", "{}")).await;
    assert!(refused.contains("`query`"), "{refused}");
}

#[tokio::test]
async fn a_query_may_be_in_any_language() {
    let conversation = conversation(OpenAiChat);
    answer(&conversation, search("請求書")).await;
    assert!(conversation.found().names().eq(["find_bills"]));
}

#[tokio::test]
async fn no_more_are_found_than_is_said() {
    let one = searchable().with_results(NonZeroUsize::MIN);
    let conversation = one.conversation(OpenAiChat, Found::default()).unwrap();
    answer(&conversation, search("invoice customer order")).await;
    assert_eq!(conversation.found().names().count(), 1);
}

#[tokio::test]
async fn conversations_know_nothing_of_each_other_and_go_on_elsewhere() {
    let searchable = searchable();
    let begin = || {
        searchable
            .conversation(OpenAiChat, Found::default())
            .unwrap()
    };
    let (one, other) = (begin(), begin());
    answer(&one, search("refund")).await;
    assert_eq!(other.found(), Found::default());
    assert_eq!(
        names(&other.manifest().unwrap()),
        ["get_customer", "search_tools"]
    );

    let stored = serde_json::to_string(&one.found()).unwrap();
    let found = serde_json::from_str(&stored).unwrap();
    let later = searchable.conversation(OpenAiChat, found).unwrap();
    assert_eq!(later.manifest().unwrap(), one.manifest().unwrap());
    // A clone is the same conversation.
    answer(&one.clone(), search("cancel order")).await;
    assert!(one.found().names().any(|name| name == "cancel_order"));
}

#[test]
fn a_toolbox_is_searchable_by_names_that_it_has() {
    assert_eq!(
        toolbox().searchable(["get_costumer"]).unwrap_err(),
        BuildError::ViewOfUnknownTool {
            name: "get_costumer".to_owned(),
            nearest: Some("get_customer".to_owned()),
        }
    );

    /// Searches for tools.
    #[tool(pure)]
    async fn search_tools() {}
    let error = Toolbox::new(tools![search_tools])
        .unwrap()
        .searchable([""; 0])
        .unwrap_err();
    assert!(matches!(error, BuildError::DuplicateName { .. }), "{error}");
}

#[test]
fn more_tools_than_a_provider_takes_can_be_searched() {
    let conversation = conversation(OpenAiChat.strict());
    let whole = toolbox().manifest(OpenAiChat.strict()).unwrap();
    let shown = conversation.manifest().unwrap();
    assert_eq!(shown.tools()[0], whole.tools()[3]);
    assert!(shown.tools()[1].is_strict());
}

#[tokio::test]
async fn what_was_found_can_be_called_in_a_batch_call_with_a_search() {
    let conversation = conversation(OpenAiChat);
    answer(&conversation, search("give money back")).await;
    let desk = conversation
        .toolbox()
        .with_batch_tool(BatchTool::new())
        .unwrap();
    let manifest = desk.manifest(OpenAiChat).unwrap();
    assert_eq!(
        names(&manifest),
        ["get_customer", "search_tools", "refund_payment", "batch"]
    );
    let calls = r#"{"calls": [
        {"tool": "refund_payment", "arguments": {"invoice_id": 7}},
        {"tool": "search_tools", "arguments": {"query": "cancel order"}},
        {"tool": "cancel_order", "arguments": {"order_id": 7}}
    ]}"#;
    let report = desk.run([call("batch", calls)]).await;
    let steps = report.results()[0].steps().unwrap();
    assert_eq!(codes(steps), ["ok", "ok", "unknown_tool"]);
    assert_eq!(steps.results()[0].text(), "refunded 7");
    let shown = conversation.manifest().unwrap();
    assert_eq!(names(&shown).last(), Some(&"cancel_order"));
}

#[test]
fn a_batch_tool_is_not_there_before_the_search() {
    let before = toolbox().with_batch_tool(BatchTool::new()).unwrap();
    assert_eq!(
        before.searchable(["get_customer"]).unwrap_err().to_string(),
        "the batch tool `batch` cannot be added: what it may call is known once tools were found; add it to what a conversation \
         shows, which is `Conversation::toolbox`"
    );
}
