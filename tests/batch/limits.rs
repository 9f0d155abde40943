//! The concurrency limit of a batch.

use std::time::Duration;

use support::{call, codes};
use tool_runtime::Policy;

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
