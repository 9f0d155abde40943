//! A runtime that shuts down under a batch, and runtimes that cannot run one.

use std::task::{Context, Waker};

use support::{call, codes};
use tool_runtime::{Policy, ToolCall};

use crate::tools::{desk, desk_with};

fn hangs() -> Vec<ToolCall> {
    (0..6).map(|_| call("hang", "")).collect()
}

#[track_caller]
fn check(limit: usize) {
    let runtime = support::threads(2);
    let (desk, toolbox, probe) = desk_with(Policy::default().max_concurrency(limit));
    let mut run = Box::pin(desk.run(hangs()));
    runtime.block_on(async {
        assert!(
            run.as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
        probe.until_started(limit).await;
    });
    runtime.shutdown_background();
    let other = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let report = other.block_on(run);
    assert_eq!(codes(&report), ["cancelled"; 6]);
    let before = if limit < 6 {
        " before it was called"
    } else {
        ""
    };
    assert_eq!(
        report.results()[5].text(),
        format!(
            "`hang` was cancelled{before}, because the program is shutting down. Nothing was changed. Call it again if it is still needed."
        )
    );
    other.block_on(toolbox.idle());
    assert_eq!(probe.alive(), 0);
}

#[test]
fn every_call_is_answered_when_the_runtime_goes() {
    check(6);
}

#[test]
fn so_are_calls_that_were_not_started() {
    check(2);
}

#[test]
fn a_poll_in_progress_is_answered_too() {
    let runtime = support::threads(2);
    let (desk, toolbox, probe) = desk();
    let mut run = Box::pin(desk.run([call("spin", ""), call("hang", "")]));
    runtime.block_on(async {
        let context = &mut Context::from_waker(Waker::noop());
        assert!(run.as_mut().poll(context).is_pending());
        probe.until_started(2).await;
    });
    runtime.shutdown_background();
    let other = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let report = other.block_on(run);
    assert_eq!(codes(&report), ["cancelled"; 2]);
    assert!(report.results()[0].outcome().still_running);
    probe.release();
    other.block_on(toolbox.idle());
    assert_eq!(probe.alive(), 0);
}

#[test]
fn a_batch_started_on_a_runtime_that_is_gone_is_answered() {
    let runtime = support::threads(1);
    let handle = runtime.handle().clone();
    runtime.shutdown_background();
    let (desk, toolbox, _) = desk();
    let _inside = handle.enter();
    let report = futures_executor(desk.run(hangs()));
    assert_eq!(codes(&report), ["cancelled"; 6]);
    futures_executor(toolbox.idle());
}

/// Polls a future that needs no runtime to be woken.
fn futures_executor<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    loop {
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let std::task::Poll::Ready(output) = polled {
            return output;
        }
        std::thread::yield_now();
    }
}

#[test]
#[should_panic(expected = "a batch needs a Tokio runtime")]
fn outside_a_runtime_the_caller_is_told() {
    let (desk, _, _) = desk();
    futures_executor(desk.run(hangs()));
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn on_a_runtime_without_timers_the_caller_is_told() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (desk, _, _) = desk();
    runtime.block_on(desk.run(hangs()));
}
