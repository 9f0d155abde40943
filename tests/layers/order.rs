//! What an attempt goes through, from the outside: its place in the order, the pause, permits, timeout, layers, the tool.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{call, codes};
use tokio::time::{Instant, sleep};
use tool_runtime::batch::Retry;
use tool_runtime::layer::{self, Layer, Next, Request};
use tool_runtime::{CallContext, Policy, Report, ToolCall, ToolError, Toolbox, tool, tools};

/// What happened, and when.
struct Log {
    begun: Instant,
    events: Mutex<Vec<(u128, String)>>,
}

impl Log {
    fn note(&self, what: &str, context: &CallContext) {
        let at = self.begun.elapsed().as_millis();
        let what = format!("{what} {}.{}", context.index(), context.attempt());
        self.events.lock().unwrap().push((at, what));
    }
}

/// Succeeds at the second attempt, and takes 10 ms for each.
#[tool(reads("a"))]
async fn second(#[state] log: &Log, #[context] context: &CallContext) -> Result<(), ToolError> {
    log.note("tool", context);
    sleep(Duration::from_millis(10)).await;
    match context.attempt() {
        1 => Err(ToolError::new("busy").retryable()),
        _ => Ok(()),
    }
}

/// Changes what the other reads.
#[tool(writes("a"))]
async fn change(#[state] log: &Log, #[context] context: &CallContext) {
    log.note("tool", context);
    sleep(Duration::from_millis(10)).await;
}

/// Takes 5 ms before the tool.
fn slow() -> impl Layer<Log> {
    layer::around(|request: Request<Log>, next: Next| async move {
        request.state().note("layer", request.context());
        sleep(Duration::from_millis(5)).await;
        next.run().await
    })
}

async fn run(policy: Policy, calls: Vec<ToolCall>) -> (Report, Vec<(u128, String)>) {
    let retry = Retry::default()
        .first_delay(Duration::from_millis(100))
        .jitter(false);
    let toolbox = Toolbox::<Log>::builder()
        .tools(tools![second, change])
        .policy(policy.retry(retry))
        .layer(slow())
        .build()
        .unwrap();
    let log = Arc::new(Log {
        begun: Instant::now(),
        events: Mutex::default(),
    });
    let report = toolbox.bind(Arc::clone(&log)).run(calls).await;
    let events = log.events.lock().unwrap().clone();
    (report, events)
}

fn expected(events: &[(u128, &str)]) -> Vec<(u128, String)> {
    events
        .iter()
        .map(|(at, what)| (*at, (*what).to_owned()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_layer_stands_round_each_attempt_and_not_round_the_pause() {
    let (report, events) = run(Policy::default(), vec![call("second", "{}")]).await;
    assert_eq!(codes(&report), ["ok"]);
    let all = [
        (0, "layer 0.1"),
        (5, "tool 0.1"),
        (115, "layer 0.2"),
        (120, "tool 0.2"),
    ];
    assert_eq!(events, expected(&all));
}

#[tokio::test(start_paused = true)]
async fn a_layer_begins_when_the_call_has_its_place_and_its_permits() {
    // The second call waits for the first, which it conflicts with; the third for a permit.
    let policy = Policy::default().tool_concurrency("change", 1);
    let calls = vec![call("change", "{}"), call("second", "{}")];
    let (_, events) = run(policy, calls).await;
    assert_eq!(
        events[..3],
        expected(&[(0, "layer 0.1"), (5, "tool 0.1"), (15, "layer 1.1")])
    );
    let policy = Policy::default().max_concurrency(1);
    let (_, events) = run(policy, vec![call("second", "{}"), call("second", "{}")]).await;
    let all = [
        (0, "layer 0.1"),
        (5, "tool 0.1"),
        // The first is in its pause, and has given its permit back.
        (15, "layer 1.1"),
        (20, "tool 1.1"),
        (115, "layer 0.2"),
        (120, "tool 0.2"),
        (130, "layer 1.2"),
        (135, "tool 1.2"),
    ];
    assert_eq!(events, expected(&all));
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_layer_is_the_attempts() {
    // 5 ms of the layer and 10 of the tool, in each of two attempts.
    for (ms, code) in [(16, "ok"), (14, "timed_out")] {
        let policy = Policy::default()
            .call_timeout(Duration::from_millis(ms))
            .grace(Duration::ZERO);
        let (report, _) = run(policy, vec![call("second", "{}")]).await;
        assert_eq!(codes(&report), [code]);
    }
}
