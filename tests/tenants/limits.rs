//! What one tenant may have of what all share.

use std::sync::Mutex;
use std::time::Duration;

use support::{codes, nothing_is_left};
use tool_runtime::{
    ConcurrencyLimit, Explanation, Policy, Report, ToolCall, Toolbox, WaitedFor, tool, tools,
};

use crate::desk::{Data, call, calls, desk, toolbox};

/// What the tool below runs its batch with: a toolbox cannot be in its own state.
static INNER: Mutex<Option<Toolbox<Data>>> = Mutex::new(None);

/// Ask three times, in a batch of its own that does not say whose it is.
#[tool(pure)]
async fn delegate() -> Vec<u128> {
    let toolbox = INNER.lock().unwrap().clone().unwrap();
    let report = toolbox.bind(Data::default()).run(asking(3)).await;
    spans(&report)
        .into_iter()
        .map(|(started, _)| started)
        .collect()
}

/// When each call ran, in milliseconds.
fn spans(report: &Report) -> Vec<(u128, u128)> {
    let spans = report.results().iter().map(|result| result.span().unwrap());
    let spans = spans.map(|span| (span.started.as_millis(), span.finished.as_millis()));
    spans.collect()
}

fn waited(report: &Report, call: usize) -> Vec<WaitedFor> {
    let waits = report.results()[call].waits();
    waits.iter().map(|wait| wait.what.clone()).collect()
}

/// Four calls of a backend at once, two of each tenant's.
fn shared() -> Policy {
    Policy::default()
        .group_concurrency("backend", ["ask", "look"], 4)
        .group_concurrency_per_tenant("backend", 2)
}

fn asking(count: usize) -> Vec<ToolCall> {
    (0..count).map(|_| call("ask 10")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_asks_for_much_leaves_the_others_theirs() {
    let toolbox = toolbox(shared());
    let ((busy, data), (other, _)) = (desk(&toolbox, "a"), desk(&toolbox, "b"));
    let (busy, other) = tokio::join!(busy.run(asking(100)), async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        other.run(asking(2)).await
    });
    assert_eq!(data.probe.most(), 2);
    assert_eq!(busy.wall(), Duration::from_millis(500));
    assert_eq!(spans(&other), [(0, 10), (0, 10)]);
    assert_eq!(waited(&other, 0), []);
    let limit = ConcurrencyLimit::TenantGroup("backend".into());
    assert_eq!(waited(&busy, 2), [WaitedFor::Limit(limit)]);
    // Also as it is told.
    let explained = busy.explain().to_string();
    let told = "one of its tenant's permits of the group `backend`";
    assert!(explained.contains(told), "{explained}");
    let limited = "its tenant's permits of the group `backend`";
    assert!(explained.contains(&format!("for {limited}")), "{explained}");
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_a_tenant_is_over_all_its_batches() {
    let toolbox = toolbox(shared());
    let (one, data) = desk(&toolbox, "a");
    // Whoever calls itself the same is the same, with another state and another policy.
    let (other, more) = desk(&toolbox, "a");
    let other = other.with(shared().max_concurrency(7)).unwrap();
    let (first, second) = tokio::join!(one.run(asking(3)), other.run(asking(3)));
    assert_eq!(data.probe.started() + more.probe.started(), 6);
    assert_eq!(spans(&first), [(0, 10), (0, 10), (10, 20)]);
    assert_eq!(spans(&second), [(10, 20), (20, 30), (20, 30)]);
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_all_holds_too() {
    let policy = Policy::default()
        .group_concurrency_per_tenant("backend", 2)
        .group_concurrency("backend", ["ask"], 3);
    let toolbox = toolbox(policy);
    let ((one, _), (other, _)) = (desk(&toolbox, "a"), desk(&toolbox, "b"));
    let (_, second) = tokio::join!(one.run(asking(2)), other.run(asking(2)));
    assert_eq!(spans(&second), [(0, 10), (10, 20)]);
    // It says which limit, and of nobody else.
    let limit = ConcurrencyLimit::Group("backend".into());
    assert_eq!(waited(&second, 1), [WaitedFor::Limit(limit)]);
}

#[tokio::test(start_paused = true)]
async fn a_tool_has_such_a_limit_too_and_nobodys_calls_have_none() {
    let toolbox = toolbox(Policy::default().tool_concurrency_per_tenant("ask", 1));
    let ((one, data), (other, _)) = (desk(&toolbox, "a"), desk(&toolbox, "b"));
    let none = toolbox.bind(data);
    let (one, other, none) = tokio::join!(
        one.run(asking(2)),
        other.run(asking(2)),
        none.run(asking(5))
    );
    for report in [&one, &other] {
        assert_eq!(spans(report), [(0, 10), (10, 20)]);
        let limit = WaitedFor::Limit(ConcurrencyLimit::TenantTool);
        assert_eq!(waited(report, 1), [limit]);
    }
    assert_eq!(none.wall(), Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn a_batch_inside_a_call_is_its_tenants() {
    let policy = Policy::default().tool_concurrency_per_tenant("ask", 1);
    let tools = tools![crate::desk::ask, delegate];
    let toolbox = Toolbox::builder()
        .tools(tools)
        .policy(policy)
        .build()
        .unwrap();
    *INNER.lock().unwrap() = Some(toolbox.clone());
    let call = || ToolCall::new("", "delegate", "{}");
    let (desk, _) = desk(&toolbox, "a");
    assert_eq!(desk.run([call()]).await.results()[0].text(), "[0,10,20]");
    let nobodys = toolbox.bind(Data::default());
    assert_eq!(nobodys.run([call()]).await.results()[0].text(), "[0,0,0]");
}

#[tokio::test(start_paused = true)]
async fn what_is_waited_for_is_stored() {
    let policy = shared().tool_concurrency_per_tenant("put", 1);
    let toolbox = toolbox(policy);
    let (desk, _) = desk(&toolbox, "a");
    let report = desk
        .run(calls(&["ask 5", "ask 5", "ask 5", "put a 5", "put b 5"]))
        .await;
    let stored = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&stored).unwrap();
    let stored = serde_json::to_string(&report.explain()).unwrap();
    let told: Explanation = serde_json::from_str(&stored).unwrap();
    for (index, what) in [
        (2, ConcurrencyLimit::TenantGroup("backend".into())),
        (4, ConcurrencyLimit::TenantTool),
    ] {
        let what = [WaitedFor::Limit(what)];
        assert_eq!(waited(&report, index), what);
        assert_eq!(waited(&read, index), what);
        assert_eq!(told.calls[index].waits[0].what, what[0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_beyond_its_limit_keeps_nothing_from_others() {
    // Its second call could be overtaken 64 times on the group, if it waited for that.
    let policy = shared().max_wait(Duration::from_secs(3600));
    let toolbox = toolbox(policy.batch_timeout(Duration::from_secs(3600)));
    let ((busy, data), (other, _)) = (desk(&toolbox, "a"), desk(&toolbox, "b"));
    let hog = tokio::spawn(busy.run(calls(&["ask 50000", "ask 50000", "ask 1"])));
    tokio::time::sleep(Duration::from_millis(1)).await;
    for _ in 0..200 {
        assert_eq!(spans(&other.run(asking(1)).await), [(0, 10)]);
    }
    assert_eq!(codes(&hog.await.unwrap()), ["ok"; 3]);
    drop((busy, other));
    let again = calls(&["ask 1", "look a 1"]);
    assert_eq!(nothing_is_left(&toolbox, &data, 1, again).await, Ok(()));
}
