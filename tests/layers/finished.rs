//! Layers that see results: every call once, whatever became of it, before anybody reads the report.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{call, codes, is_idle};
use tokio::time::sleep;
use tool_runtime::batch::{Event, Events, OnFailure};
use tool_runtime::layer::{self, Layer};
use tool_runtime::{
    Batch, CallContext, Policy, ToolCall, ToolError, ToolResult, Toolbox, tool, tools,
};

/// What was seen of each call: index, ending, tool.
type Seen = Arc<Mutex<Vec<String>>>;

fn audit(seen: &Seen) -> impl Layer<()> {
    let seen = Arc::clone(seen);
    layer::finished(move |result: &ToolResult, _: &()| {
        let ending = result.outcome().ending;
        let text = format!("{} {ending}", result.name());
        seen.lock().unwrap().push(text);
    })
}

fn seen(seen: &Seen) -> Vec<String> {
    std::mem::take(&mut *seen.lock().unwrap())
}

/// Answers after some time.
#[tool(reads("a"))]
async fn well(
    /// Milliseconds.
    ms: u64,
) {
    sleep(Duration::from_millis(ms)).await;
}

/// Fails.
#[tool(writes("a"))]
async fn fail() -> Result<(), String> {
    Err("no".to_owned())
}

/// Fails each time.
#[tool(pure)]
async fn busy(#[context] _context: &CallContext) -> Result<(), ToolError> {
    Err(ToolError::new("busy").retryable())
}

/// Panics.
#[tool(pure)]
async fn panics() {
    panic!("as it was told")
}

/// Hangs.
#[tool(writes("b"))]
async fn hang() {
    std::future::pending().await
}

/// Hangs on a thread.
#[tool(writes("c"))]
fn thread(#[context] context: &CallContext) {
    while !context.cancellation().is_cancelled() {
        std::thread::yield_now();
    }
}

fn toolbox(policy: Policy, seen: &Seen) -> Toolbox {
    Toolbox::<()>::builder()
        .tools(tools![well, fail, busy, panics, hang, thread])
        .policy(policy)
        .layer(audit(seen))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_call_is_seen_once_whatever_became_of_it() {
    let log = Seen::default();
    let policy = Policy::default()
        .on_failure(OnFailure::SkipDependents)
        .call_timeout(Duration::from_secs(1))
        .max_calls(8);
    let toolbox = toolbox(policy, &log);
    let calls: Vec<ToolCall> = vec![
        call("well", r#"{"ms": 5}"#),
        call("fail", "{}"),
        call("well", r#"{"ms": 0}"#),
        call("busy", "{}"),
        call("panics", "{}"),
        call("hang", "{}"),
        call("nobody", "{}"),
        call("well", "[]"),
        call("well", r#"{"ms": 0}"#),
    ];
    let report = toolbox.run(calls).await;
    let expected = [
        "well ok",
        "fail failed",
        "well skipped",
        "busy failed",
        "panics panicked",
        "hang timed_out (work)",
        "nobody unknown_tool",
        "well invalid_arguments",
        "well over_limit (batch_size)",
    ];
    let of_report: Vec<_> = report
        .results()
        .iter()
        .map(|result| format!("{} {}", result.name(), result.outcome().ending))
        .collect();
    assert_eq!(of_report, expected);
    let mut seen = seen(&log);
    assert_eq!(seen.len(), expected.len(), "{seen:?}");
    seen.sort();
    let mut expected = expected;
    expected.sort_unstable();
    assert_eq!(seen, expected);
}

#[tokio::test(start_paused = true)]
async fn a_result_is_seen_before_it_is_an_event() {
    use tokio_stream::StreamExt as _;
    let log = Seen::default();
    let toolbox = toolbox(Policy::default(), &log);
    let mut events = toolbox
        .run([call("well", r#"{"ms": 5}"#), call("well", r#"{"ms": 9}"#)])
        .events();
    let mut results = 0;
    while let Some(event) = events.next().await {
        results += usize::from(matches!(event, Event::Finished { .. }));
        assert_eq!(log.lock().unwrap().len(), results);
    }
    assert_eq!(results, 2);
}

#[tokio::test(start_paused = true)]
async fn events_that_are_taken_while_a_result_is_seen_have_it_once() {
    use tokio_stream::StreamExt as _;
    type Shared<T> = Arc<Mutex<Option<T>>>;
    let (batch, events) = (Shared::<Batch>::default(), Shared::<Events>::default());
    let (of, to) = (Arc::clone(&batch), Arc::clone(&events));
    let taking = layer::finished(move |_: &ToolResult, _: &()| {
        *to.lock().unwrap() = of.lock().unwrap().as_ref().map(Batch::events);
    });
    let builder = Toolbox::<()>::builder().tools(tools![well]);
    let toolbox = builder.layer(taking).build().unwrap();
    let begun = toolbox.start();
    begun.push(call("well", r#"{"ms": 5}"#));
    *batch.lock().unwrap() = Some(begun);
    sleep(Duration::from_millis(9)).await;
    let batch = batch.lock().unwrap().take().unwrap();
    let events = events.lock().unwrap().take().unwrap();
    let (told, report) = tokio::join!(events.collect::<Vec<_>>(), batch.finish());
    assert_eq!(told.len(), report.results().len(), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_pushed_and_refused_is_seen() {
    let log = Seen::default();
    let toolbox = toolbox(Policy::default(), &log);
    let batch = toolbox.start();
    batch.push(call("nobody", "{}"));
    assert_eq!(seen(&log), ["nobody unknown_tool"]);
    batch.push(call("hang", "{}"));
    tokio::task::yield_now().await;
    batch.cancel(1);
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["unknown_tool", "cancelled"]);
    assert_eq!(seen(&log), ["hang cancelled (call)"]);
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_batch_that_is_dropped_are_seen_as_cancelled() {
    let log = Seen::default();
    let toolbox = toolbox(Policy::default(), &log);
    let calls = [
        call("well", r#"{"ms": 5}"#),
        call("hang", "{}"),
        call("hang", "{}"),
    ];
    let run = toolbox.run(calls);
    assert!(
        tokio::time::timeout(Duration::from_millis(50), run)
            .await
            .is_err()
    );
    assert_eq!(
        seen(&log),
        [
            "well ok",
            "hang cancelled (batch)",
            "hang cancelled (batch)"
        ]
    );
    assert!(is_idle(&toolbox));
}

#[test]
fn a_thread_whose_batch_is_dropped_is_seen_once() {
    let log = Seen::default();
    let toolbox = toolbox(Policy::default(), &log);
    support::threads(2).block_on(async {
        let run = toolbox.run([call("thread", "{}")]);
        assert!(
            tokio::time::timeout(Duration::from_millis(20), run)
                .await
                .is_err()
        );
        toolbox.idle().await;
    });
    assert_eq!(seen(&log), ["thread cancelled (batch)"]);
}

#[tokio::test]
async fn a_layer_that_panics_is_nobodys_matter() {
    let log = Seen::default();
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![well])
        .layer(audit(&log))
        .layer(layer::finished(|_: &ToolResult, _: &()| {
            panic!("as it was told")
        }))
        .build()
        .unwrap();
    let report = toolbox.run([call("well", r#"{"ms": 0}"#)]).await;
    assert_eq!(codes(&report), ["ok"]);
    assert_eq!(seen(&log), ["well ok"]);
}

#[tokio::test]
async fn a_layer_of_some_tools_sees_their_calls_alone() {
    let (all, some) = (Seen::default(), Seen::default());
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![well, fail])
        .layer_for(["fail"], audit(&some))
        .layer(audit(&all))
        .build()
        .unwrap();
    let calls = [
        call("well", r#"{"ms": 0}"#),
        call("fail", "{}"),
        call("nobody", "{}"),
    ];
    toolbox.run(calls).await;
    assert_eq!(seen(&some), ["fail failed"]);
    assert_eq!(seen(&all).len(), 3);
}
