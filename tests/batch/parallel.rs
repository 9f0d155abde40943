//! Promise 3: calls run at once, on as many threads as the runtime has, and the caller polls none of them.

use std::time::Duration;

use support::{call, codes, texts};

use tool_runtime::Policy;

use crate::tools::{desk, desk_with};

#[tokio::test(start_paused = true)]
async fn a_batch_takes_as_long_as_its_longest_call() {
    let (desk, _, _) = desk();
    let report = desk
        .run([
            call("wait", r#"{"ms": 400}"#),
            call("wait", r#"{"ms": 500}"#),
            call("wait", r#"{"ms": 600}"#),
        ])
        .await;
    assert_eq!(report.wall(), Duration::from_millis(600));
    assert_eq!(report.one_by_one(), Duration::from_millis(1500));
    assert_eq!(report.speed_up(), 2.5);
    assert_eq!(texts(&report), ["400", "500", "600"]);
}

#[test]
fn calls_that_compute_run_on_several_threads() {
    let runtime = support::threads(2);
    let (desk, _, _) = desk();
    // Each call ends only once the other runs too.
    let calls = [(); 2].map(|()| call("meet", r#"{"calls": 2}"#));
    let report = runtime.block_on(desk.run(calls));
    assert_eq!(texts(&report), ["true", "true"]);
}

#[test]
fn so_they_do_from_a_task() {
    let runtime = support::threads(2);
    let (desk, _, _) = desk();
    let calls = [(); 2].map(|()| call("meet", r#"{"calls": 2}"#));
    let report = runtime.block_on(async { tokio::spawn(desk.run(calls)).await.unwrap() });
    assert_eq!(codes(&report), ["ok", "ok"]);
}

#[tokio::test]
async fn the_caller_polls_no_tool() {
    let (desk, _, _) = desk();
    assert!(tokio::task::try_id().is_none());
    let report = desk.run([call("meet", r#"{"calls": 1}"#)]).await;
    assert_eq!(texts(&report), ["true"]);
}

#[tokio::test]
async fn ten_thousand_short_calls_are_answered_in_order() {
    let (desk, _, _) = desk_with(Policy::default().max_calls(10_000));
    let calls: Vec<_> = (0..10_000)
        .map(|n| call("echo", &format!(r#"{{"text": "{n}"}}"#)))
        .collect();
    let report = desk.run(calls).await;
    for (n, text) in texts(&report).into_iter().enumerate() {
        assert_eq!(text, n.to_string());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_run_beside_each_other() {
    let (desk, toolbox, probe) = desk();
    let runs: Vec<_> = (0..20)
        .map(|_| {
            tokio::spawn(desk.run([
                call("wait", r#"{"ms": 3}"#),
                call("echo", r#"{"text": ""}"#),
            ]))
        })
        .collect();
    for run in runs {
        assert_eq!(codes(&run.await.unwrap()), ["ok", "ok"]);
    }
    toolbox.idle().await;
    assert_eq!((probe.started(), probe.alive()), (20, 0));
}
