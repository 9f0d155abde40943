//! When the calls run: at once where they may, in order where they must, among themselves and among their siblings.

use serde_json::json;
use support::texts;
use tokio::time::Instant;
use tokio_stream::StreamExt as _;
use tool_runtime::ToolCall;
use tool_runtime::batch::Event;

use crate::desk::{batch, ms, store, toolbox};

#[tokio::test(start_paused = true)]
async fn calls_run_at_once_where_they_may() {
    let began = Instant::now();
    let calls = [100, 200, 300].map(|ms| ("think", json!({ "ms": ms })));
    let report = toolbox().bind(store()).run([batch("a", &calls)]).await;
    assert_eq!(began.elapsed(), ms(300));
    assert_eq!(
        texts(&report),
        ["step 1 (`think`): ok\na/1 thought for 100 ms\n\n\
          step 2 (`think`): ok\na/2 thought for 200 ms\n\n\
          step 3 (`think`): ok\na/3 thought for 300 ms"]
    );
}

#[tokio::test(start_paused = true)]
async fn calls_that_touch_the_same_are_in_order() {
    let began = Instant::now();
    let calls = [
        ("add", json!({"key": 1, "amount": 1})),
        ("add", json!({"key": 1, "amount": 2})),
        ("add", json!({"key": 2, "amount": 5})),
        ("get", json!({"key": 1})),
    ];
    let report = toolbox().bind(store()).run([batch("a", &calls)]).await;
    assert_eq!(began.elapsed(), ms(200));
    assert_eq!(
        texts(&report),
        [
            "step 1 (`add`): ok\n1\n\nstep 2 (`add`): ok\n4\n\nstep 3 (`add`): ok\n5\n\nstep 4 (`get`): ok\n4"
        ]
    );
}

/// It waits for earlier siblings that one of its calls conflicts with, and later ones wait for it; others do neither.
#[tokio::test(start_paused = true)]
async fn siblings_are_in_order_with_it() {
    let add = |key, amount: i64| {
        ToolCall::new("", "add", json!({"key": key, "amount": amount}).to_string())
    };
    let get = |key: u64| ToolCall::new("", "get", json!({ "key": key }).to_string());
    let calls = [
        add(1, 1),
        batch(
            "b",
            &[
                ("add", json!({"key": 1, "amount": 2})),
                ("get", json!({"key": 2})),
            ],
        ),
        get(1),
        get(3),
        add(2, 7),
    ];
    let began = Instant::now();
    let report = toolbox().bind(store()).run(calls).await;
    assert_eq!(
        texts(&report),
        [
            "1",
            "step 1 (`add`): ok\n4\n\nstep 2 (`get`): ok\n0",
            "4",
            "0",
            "7"
        ]
    );
    // 50 for the first, 100 for the batch, 100 for the read behind it.
    assert_eq!(began.elapsed(), ms(250));
    assert!(report.results()[3].waits().is_empty());
    assert_eq!(report.results()[4].span().unwrap().started, ms(150));
}

/// What says nothing of itself keeps its own rule beside what does.
#[tokio::test(start_paused = true)]
async fn undeclared_calls_may_be_among_them() {
    let calls = [("anything", json!({})), ("get", json!({"key": 1}))];
    let report = toolbox()
        .bind(store())
        .run([batch("a", &calls), batch("b", &calls)])
        .await;
    assert!(
        report
            .results()
            .iter()
            .all(|result| result.waits().is_empty())
    );
    assert_eq!(report.results()[0].outcome().effects.code(), "done");
    let calls = [("get", json!({"key": 1})), ("list", json!({}))];
    let report = toolbox().bind(store()).run([batch("a", &calls)]).await;
    assert_eq!(report.results()[0].outcome().effects.code(), "none");
}

/// Where batches are in the order of one scope, it may touch what its calls declare.
#[tokio::test(start_paused = true)]
async fn it_is_in_the_order_of_a_scope() {
    let toolbox = toolbox();
    let desk = toolbox.bind(store()).order_across_batches("all");
    let first = [
        ("add", json!({"key": 1, "amount": 1})),
        ("add", json!({"key": 2, "amount": 1})),
        ("anything", json!({})),
    ];
    let second = [("add", json!({"key": 2, "amount": 3})), ("list", json!({}))];
    let (first, second) = tokio::join!(
        desk.run([batch("a", &first)]),
        desk.run([batch("b", &second)])
    );
    assert_eq!(
        texts(&first),
        ["step 1 (`add`): ok\n1\n\nstep 2 (`add`): ok\n1\n\nstep 3 (`anything`): ok\ndone"]
    );
    assert_eq!(
        texts(&second),
        ["step 1 (`add`): ok\n5\n\nstep 2 (`list`): ok\n{\"1\":1,\"2\":5}"]
    );
}

/// A call with more keys than are kept apart is exclusive, and so covers all that its calls touch.
#[tokio::test(start_paused = true)]
async fn many_keys_are_everything() {
    let toolbox = crate::desk::plain(tool_runtime::Policy::default())
        .with_batch_tool(tool_runtime::BatchTool::new().max_steps(64))
        .unwrap();
    let calls: Vec<_> = (0..40)
        .map(|key| ("add", json!({"key": key, "amount": 1})))
        .collect();
    let began = Instant::now();
    let desk = toolbox.bind(store()).order_across_batches("all");
    let report = desk.run([batch("a", &calls)]).await;
    let steps = report.results()[0].steps().unwrap();
    assert!(steps.results().iter().all(|result| !result.is_error()));
    assert_eq!(began.elapsed(), ms(50));
}

#[tokio::test(start_paused = true)]
async fn who_watches_it_sees_its_calls() {
    let calls = [("think", json!({"ms": 10})), ("think", json!({"ms": 20}))];
    let mut events = toolbox().bind(store()).run([batch("a", &calls)]).events();
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        if let Event::Progress { index, progress } = event {
            seen.push(format!("{index}: {progress}"));
        }
    }
    seen[..2].sort();
    assert_eq!(
        seen,
        [
            "0: 0 of 2: step 1: 1 of 2",
            "0: 0 of 2: step 2: 1 of 2",
            "0: 1 of 2: step 1: ok",
            "0: 2 of 2: step 2: ok",
        ]
    );
}
