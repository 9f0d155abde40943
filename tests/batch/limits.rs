//! The concurrency limit of a batch, and that of a tool in all batches.

use std::time::Duration;

use support::{Probe, call, codes};
use tool_runtime::{Policy, Toolbox, tool, tools};

use crate::tools::{desk, desk_with};

#[track_caller]
fn check(limit: usize, calls: usize, most: usize, wall: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let (desk, _, probe) = desk_with(Policy::default().max_concurrency(limit));
    let calls: Vec<_> = (0..calls).map(|_| call("wait", r#"{"ms": 100}"#)).collect();
    let report = runtime.block_on(desk.run(calls));
    assert!(codes(&report).iter().all(|code| *code == "ok"));
    assert_eq!(probe.most(), most);
    assert_eq!(report.wall(), Duration::from_millis(wall));
}

#[test]
fn at_most_so_many_calls_run_at_once() {
    check(1, 4, 1, 400);
    check(3, 10, 3, 400);
    check(usize::MAX, 100, 100, 100);
}

#[test]
fn it_is_64_by_default() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let (desk, _, probe) = desk();
    let calls: Vec<_> = (0..65).map(|_| call("wait", r#"{"ms": 100}"#)).collect();
    let report = runtime.block_on(desk.run(calls));
    assert_eq!(report.wall(), Duration::from_millis(200));
    assert_eq!(probe.most(), 64);
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time_keeps_the_order() {
    let (desk, _, _) = desk_with(Policy::default().max_concurrency(1));
    let calls: Vec<_> = [30, 10, 20]
        .map(|ms| call("wait", &format!(r#"{{"ms": {ms}}}"#)))
        .into();
    let report = desk.run(calls).await;
    let starts: Vec<u128> = report
        .results()
        .iter()
        .map(|result| result.span().unwrap().started.as_millis())
        .collect();
    assert_eq!(starts, [0, 30, 40]);
}

#[test]
fn a_limit_holds_on_several_threads() {
    let runtime = support::threads(2);
    let (desk, _, probe) = desk_with(Policy::default().max_concurrency(3));
    let calls: Vec<_> = (0..200)
        .map(|n| call("wait", &format!(r#"{{"ms": {}}}"#, n % 3)))
        .collect();
    let report = runtime.block_on(desk.run(calls));
    assert!(codes(&report).iter().all(|code| *code == "ok"));
    assert!(probe.most() <= 3, "{} at once", probe.most());
}

/// Prints, on the one printer there is.
#[tool(reads("paper"), max_concurrency = 1)]
async fn print(#[state] probe: &Probe) {
    let _alive = probe.enter();
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// How many calls run at most when each of two batches has two, and how long the batches take.
async fn printed(policies: [Policy; 2]) -> (usize, [Duration; 2]) {
    let toolbox = Toolbox::<Probe>::builder().tools(tools![print]);
    let toolbox = toolbox.build().unwrap();
    let probe = Probe::default();
    let [first, second] = policies.map(|policy| {
        let desk = toolbox.bind(probe.clone()).with(policy).unwrap();
        async move { desk.run([call("print", ""), call("print", "")]).await }
    });
    let reports: [_; 2] = tokio::join!(first, second).into();
    for report in &reports {
        assert_eq!(codes(report), ["ok", "ok"]);
    }
    (probe.most(), reports.map(|report| report.wall()))
}

#[tokio::test(start_paused = true)]
async fn a_tool_says_how_many_of_its_calls_run_at_once_in_all_batches() {
    let default = Policy::default;
    let (most, walls) = printed([default(), default()]).await;
    assert_eq!(most, 1);
    assert_eq!(walls, [200, 400].map(Duration::from_millis));
    // A policy that says something else of the tool does not say this.
    let other = || default().tool_timeout("print", Duration::from_secs(9));
    assert_eq!(printed([other(), other()]).await, (most, walls));
}

#[tokio::test(start_paused = true)]
async fn what_the_policy_says_of_its_calls_wins() {
    let more = || Policy::default().tool_concurrency("print", 3);
    let (most, walls) = printed([more(), more()]).await;
    assert_eq!(most, 3);
    assert_eq!(walls, [100, 200].map(Duration::from_millis));
    // That of one binding is for its own batches.
    let (most, walls) = printed([more(), Policy::default()]).await;
    assert_eq!(most, 2);
    assert_eq!(walls, [100, 300].map(Duration::from_millis));
}
