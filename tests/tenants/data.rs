//! A tenant that writes keys of which it hopes that they lead to another's data.

use std::collections::BTreeMap;

use support::codes;
use tool_runtime::{Policy, ToolCall};

use crate::desk::{desk, toolbox};

/// What comes near the path `b/7`, or is written so that it might.
const HOSTILE: [&str; 14] = [
    "b/7",
    "/b/7",
    "../b/7",
    "a/../../b/7",
    "./b//7",
    "b%2F7",
    "b\u{2215}7",
    "b/７",
    "b/7\0",
    "b/7 ",
    "",
    "..",
    "b\\7",
    "\u{202e}7/b",
];

fn put(path: &str, text: &str) -> ToolCall {
    let arguments = serde_json::json!({"path": path, "ms": 0, "text": text});
    ToolCall::new("", "put", arguments.to_string())
}

fn look(path: &str) -> ToolCall {
    let arguments = serde_json::json!({"path": path, "ms": 0});
    ToolCall::new("", "look", arguments.to_string())
}

#[tokio::test(start_paused = true)]
async fn the_data_is_the_tenants_whatever_the_key() {
    let toolbox = toolbox(Policy::default());
    let [(one, own), (other, theirs)] = ["a", "b"].map(|tenant| desk(&toolbox, tenant));
    let [one, other] = [one, other].map(|desk| desk.order_across_batches("inbox"));
    assert_eq!(codes(&other.run([put("b/7", "secret")]).await), ["ok"]);
    let looks: Vec<_> = HOSTILE.into_iter().map(look).collect();
    let report = one.run(looks).await;
    assert_eq!(codes(&report), ["ok"; HOSTILE.len()]);
    assert!(
        report
            .results()
            .iter()
            .all(|result| result.text() == "null")
    );

    let puts: Vec<_> = HOSTILE.into_iter().map(|path| put(path, "mine")).collect();
    let (report, beside) = tokio::join!(one.run(puts), other.run([look("b/7")]));
    assert_eq!(codes(&report), ["ok"; HOSTILE.len()]);
    assert_eq!(beside.results()[0].text(), "secret");
    assert_eq!(beside.results()[0].waits(), []);
    let secret = BTreeMap::from([("b/7".to_owned(), "secret".to_owned())]);
    assert_eq!(*theirs.notes.lock().unwrap(), secret);
    assert!(
        own.notes
            .lock()
            .unwrap()
            .values()
            .all(|text| text == "mine")
    );
}

#[tokio::test(start_paused = true)]
async fn the_account_of_another_is_ones_own_of_that_name() {
    // Names of tenants that would be one another's if they were put together with those of scopes.
    for (one, scope, other, others) in [
        ("a", "b/c", "a/b", "c"),
        ("a", "", "", "a"),
        ("a:b", "c", "a", "b:c"),
        ("é", "x", "e\u{301}", "x"),
    ] {
        let toolbox = toolbox(Policy::default());
        let (one, _) = desk(&toolbox, one);
        let (other, _) = desk(&toolbox, other);
        let one = one.order_across_batches(scope);
        let other = other.order_across_batches(others);
        let (first, second) = tokio::join!(one.run([put("7", "")]), other.run([put("7", "")]));
        for report in [first, second] {
            assert_eq!(report.results()[0].waits(), []);
        }
    }
}
