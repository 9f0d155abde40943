//! Promise 4 of the README: nothing outlives its batch, neither one that ended nor one that was dropped.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use support::{Probe, call, codes};
use tool_runtime::{Policy, ToolCall};

use crate::tools::{desk, desk_with};

fn runtime() -> tokio::runtime::Runtime {
    support::threads(2)
}

fn hundred(name: &str) -> Vec<ToolCall> {
    (0..100).map(|_| call(name, "")).collect()
}

#[test]
fn a_dropped_batch_drops_its_calls_before_the_drop_returns() {
    let runtime = runtime();
    for _ in 0..50 {
        let (desk, toolbox, probe) = desk_with(Policy::default().max_concurrency(100));
        runtime.block_on(async {
            let mut run = Box::pin(desk.run(hundred("hang")));
            assert!(
                run.as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
            probe.until_started(100).await;
            tokio::time::sleep(Duration::from_millis(2)).await;
            drop(run);
            // Each of the two workers may be in the middle of a poll.
            assert!(probe.alive() <= 2, "{} are left", probe.alive());
            toolbox.idle().await;
            assert_eq!(probe.alive(), 0);
        });
    }
}

/// Drops a batch while its last call is in the middle of a poll.
#[track_caller]
fn check(in_a_poll: &str) {
    let runtime = runtime();
    let (desk, toolbox, probe) = desk_with(Policy::default().max_concurrency(101));
    runtime.block_on(async {
        let mut calls = hundred("hang");
        calls.push(call(in_a_poll, ""));
        let mut run = Box::pin(desk.run(calls));
        let context = &mut Context::from_waker(Waker::noop());
        assert!(run.as_mut().poll(context).is_pending());
        probe.until_started(101).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
        drop(run);
        // The other worker may be in the middle of a poll too.
        assert!(
            (1..=2).contains(&probe.alive()),
            "{} are left",
            probe.alive()
        );
        probe.release();
        toolbox.idle().await;
        assert_eq!(probe.alive(), 0);
    });
}

#[test]
fn a_call_in_the_middle_of_a_poll_is_dropped_when_the_poll_returns() {
    check("spin");
    check("spin_then_hang");
}

#[test]
fn a_batch_dropped_before_its_first_poll_starts_nothing() {
    let (desk, _, probe) = desk();
    drop(desk.run(hundred("hang")));
    assert_eq!(probe.started(), 0);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_permit_are_never_started_once_the_batch_is_dropped() {
    let (desk, toolbox, probe) = desk_with(Policy::default().max_concurrency(2));
    let run = tokio::time::timeout(Duration::from_millis(5), desk.run(hundred("hang")));
    assert!(run.await.is_err());
    assert_eq!((probe.started(), probe.alive()), (2, 0));
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(probe.started(), 2);
    toolbox.idle().await;
}

#[test]
fn the_state_is_let_go_before_the_report_is_there() {
    let runtime = runtime();
    let (_, toolbox, _) = desk();
    let state = Arc::new(Probe::default());
    runtime.block_on(async {
        for round in 0..3000 {
            let calls = [
                call("echo", r#"{"text": "x"}"#),
                call("wait", r#"{"ms": 0}"#),
                call("panic", r#"{"when": "WithNumber"}"#),
            ];
            let run = toolbox.bind(Arc::clone(&state)).run(calls);
            assert_eq!(codes(&run.await).len(), 3);
            assert_eq!(Arc::strong_count(&state), 1, "round {round}");
        }
    });
}

#[tokio::test(start_paused = true)]
async fn no_task_is_left() {
    let (desk, toolbox, _) = desk();
    let before = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    desk.run([
        call("wait", r#"{"ms": 5}"#),
        call("hurried", ""),
        call("echo", "{}"),
    ])
    .await;
    drop(tokio::time::timeout(Duration::from_millis(5), desk.run(hundred("hang"))).await);
    toolbox.idle().await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        before
    );
}

#[tokio::test]
async fn idle_waits_for_a_batch_that_is_going_on() {
    let (desk, toolbox, _) = desk();
    let run = tokio::spawn(desk.run([call("wait", r#"{"ms": 20}"#)]));
    tokio::task::yield_now().await;
    let mut idle = Box::pin(toolbox.idle());
    let context = &mut Context::from_waker(Waker::noop());
    assert_eq!(idle.as_mut().poll(context), Poll::Pending);
    run.await.unwrap();
    assert_eq!(idle.as_mut().poll(context), Poll::Ready(()));
}
