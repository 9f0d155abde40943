//! Calls that are the same run once, if the policy says so: each with its own deadline, its own cancellation and its own result.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use support::{Probe, call, codes, nothing_is_left, texts, threads};
use tokio::time::sleep;
use tool_runtime::batch::Retry;
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{Bound, CallContext, Policy, Report, ToolCall, ToolError, Toolbox, tool, tools};

/// Works on a number, slowly.
#[tool(pure)]
async fn work(
    /// The number.
    n: u64,
    /// How long, in milliseconds.
    #[arg(default = 10, alias = "millis")]
    ms: u64,
    /// What else.
    note: Option<String>,
    #[state] probe: &Probe,
) -> String {
    let _alive = probe.enter();
    sleep(Duration::from_millis(ms)).await;
    format!("{n}{}", note.unwrap_or_default())
}

/// Fails or panics, slowly.
#[tool(pure)]
async fn fail(
    /// How.
    how: String,
    #[state] probe: &Probe,
) -> Result<(), ToolError> {
    let _alive = probe.enter();
    sleep(Duration::from_millis(10)).await;
    match how.as_str() {
        "panic" => panic!("as it was told"),
        "retry" => Err(ToolError::new("Busy.").retryable()),
        _ => Err(ToolError::new("No.").with_source("why")),
    }
}

/// Works on a thread.
#[tool(pure)]
fn compute(
    /// The number.
    n: u64,
    #[state] probe: &Probe,
) -> u64 {
    let _alive = probe.enter();
    std::thread::sleep(Duration::from_millis(20));
    n
}

/// Knows which call it is.
#[tool(pure)]
async fn own(#[state] probe: &Probe, #[context] context: &CallContext) -> usize {
    let _alive = probe.enter();
    context.index()
}

/// Reads something, which another may change meanwhile.
#[tool(reads("thing"))]
async fn read(#[state] probe: &Probe) {
    let _alive = probe.enter();
}

fn policy() -> Policy {
    Policy::default().coalesce(true)
}

fn desk(policy: Policy) -> (Toolbox<Probe>, Arc<Probe>, Bound<Probe>) {
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![work, fail, compute, own, read])
        .policy(policy)
        .build()
        .unwrap();
    let probe = Arc::new(Probe::default());
    let bound = toolbox.bind(Arc::clone(&probe));
    (toolbox, probe, bound)
}

/// Runs calls; how often something ran.
async fn run(policy: Policy, calls: Vec<ToolCall>) -> (Report, usize) {
    let (toolbox, probe, bound) = desk(policy);
    let report = bound.run(calls).await;
    drop(bound);
    let started = probe.started();
    assert_eq!(probe.alive(), 0);
    let left = nothing_is_left(&toolbox, &probe, 1, [call("read", "{}")]).await;
    assert_eq!(left, Ok(()));
    (report, started)
}

fn same(report: &Report) -> Vec<Option<usize>> {
    let results = report.results().iter();
    results.map(|result| result.outcome().same_as).collect()
}

#[tokio::test(start_paused = true)]
async fn it_is_off_unless_asked_for() {
    let calls = vec![call("work", r#"{"n": 1}"#); 3];
    let (report, started) = run(Policy::default(), calls).await;
    assert_eq!((same(&report), started), (vec![None; 3], 3));
}

#[tokio::test(start_paused = true)]
async fn calls_that_mean_the_same_run_once() {
    let calls = [
        r#"{"n": 1}"#,
        r#" { "ms" : 10 , "n":1 } "#,
        r#"{"n": 1, "note": null}"#,
        r#"{"n": 1, "millis": 10}"#,
        r#"{"\u006e": 1}"#,
        r#"{"n": 2}"#,
        r#"{"n": 1, "ms": 11}"#,
        r#"{"n": 1, "note": "a"}"#,
        r#"{"n": 1, "note": "\u0061"}"#,
    ];
    let calls = calls
        .iter()
        .map(|arguments| call("work", arguments))
        .collect();
    let (report, started) = run(policy(), calls).await;
    let zero = Some(0);
    assert_eq!(
        same(&report),
        [None, zero, zero, zero, zero, None, None, None, Some(7)]
    );
    assert_eq!(started, 4);
    assert_eq!(
        texts(&report),
        ["1", "1", "1", "1", "1", "2", "1", "1a", "1a"]
    );
    // Each under its own id, in its own place.
    assert!(
        report
            .results()
            .iter()
            .enumerate()
            .all(|(index, result)| result.call() == report.results()[index].call())
    );
}

/// Takes what may be left out.
#[tool(pure)]
async fn list(
    /// How many.
    limit: Option<u64>,
    #[state] probe: &Probe,
) -> u64 {
    let _alive = probe.enter();
    limit.unwrap_or(10)
}

/// An empty text is refused where a tool takes something, though nothing of it is required.
#[tokio::test(start_paused = true)]
async fn no_arguments_are_not_an_empty_object() {
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![list])
        .policy(policy())
        .build()
        .unwrap();
    let calls = [call("list", "{}"), call("list", ""), call("list", " {} ")];
    let report = toolbox.bind(Probe::default()).run(calls).await;
    assert_eq!(codes(&report), ["ok", "invalid_arguments", "ok"]);
    assert_eq!(same(&report), [None, None, Some(0)]);
}

#[tokio::test(start_paused = true)]
async fn only_pure_tools_without_a_context_are_told_to_be_the_same() {
    let calls = vec![
        call("own", "{}"),
        call("own", "{}"),
        call("read", "{}"),
        call("read", "{}"),
    ];
    let (report, started) = run(policy(), calls).await;
    assert_eq!((same(&report), started), (vec![None; 4], 4));
    // A policy may say of a tool that it is pure.
    let pure = policy().tool_effects("read", DeclaredEffects::Pure);
    let (report, started) = run(pure, vec![call("read", "{}"); 2]).await;
    assert_eq!((same(&report), started), (vec![None, Some(0)], 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_the_same_too() {
    let calls = vec![
        call("work", r#"{"n": "x"}"#),
        call("work", r#"{"n":"x"}"#),
        call("work", "["),
    ];
    let (report, started) = run(policy(), calls).await;
    assert_eq!(codes(&report), ["invalid_arguments"; 3]);
    assert_eq!(texts(&report)[0], texts(&report)[1]);
    assert_eq!(started, 0);
    for (how, code) in [("fail", "failed"), ("panic", "panicked")] {
        let calls = vec![call("fail", &format!(r#"{{"how": "{how}"}}"#)); 3];
        let (report, started) = run(policy(), calls).await;
        assert_eq!(codes(&report), [code; 3]);
        assert_eq!((same(&report), started), (vec![None, Some(0), Some(0)], 1));
        if how == "fail" {
            use std::error::Error as _;
            let error = report.results()[2].error().unwrap();
            assert_eq!(error.source().unwrap().to_string(), "why");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_follows_waits_for_all_attempts() {
    let retry = Retry::default().jitter(false);
    let (report, started) = run(
        policy().retry(retry),
        vec![call("fail", r#"{"how": "retry"}"#); 2],
    )
    .await;
    assert_eq!(codes(&report), ["failed"; 2]);
    assert_eq!(started, 3);
    assert_eq!(report.wall(), Duration::from_millis(30 + 200 + 400));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_there_is_had_and_a_failure_is_not() {
    let (_toolbox, probe, bound) = desk(policy());
    let batch = bound.start();
    batch.push(call("work", r#"{"n": 1}"#));
    batch.push(call("fail", r#"{"how": "x"}"#));
    sleep(Duration::from_millis(50)).await;
    batch.push(call("work", r#"{"n": 1}"#));
    batch.push(call("fail", r#"{"how": "x"}"#));
    batch.push(call("fail", r#"{"how": "x"}"#));
    let report = batch.finish().await;
    assert_eq!(same(&report), [None, None, Some(0), None, Some(3)]);
    assert_eq!(probe.started(), 3);
    assert_eq!(
        report.results()[2].span().unwrap().started,
        Duration::from_millis(50)
    );
}

/// Calls of one kind are pushed, and some are cancelled at 5 ms.
async fn cancelled(calls: usize, gone: &[usize]) -> (Report, usize) {
    let (toolbox, probe, bound) = desk(policy());
    let batch = bound.start();
    for _ in 0..calls {
        batch.push(call("work", r#"{"n": 1}"#));
    }
    sleep(Duration::from_millis(5)).await;
    for index in gone {
        batch.cancel(*index);
    }
    sleep(Duration::from_millis(1)).await;
    let alive = probe.alive();
    let report = batch.finish().await;
    drop(bound);
    assert_eq!(
        nothing_is_left(&toolbox, &probe, 1, [call("read", "{}")]).await,
        Ok(())
    );
    (report, alive)
}

#[tokio::test(start_paused = true)]
async fn each_is_cancelled_alone_and_the_last_one_stops_the_work() {
    let (report, alive) = cancelled(3, &[0]).await;
    assert_eq!(codes(&report), ["cancelled", "ok", "ok"]);
    assert_eq!((same(&report), alive), (vec![None, Some(0), Some(0)], 1));
    assert_eq!(report.wall(), Duration::from_millis(10));
    let (report, alive) = cancelled(3, &[1]).await;
    assert_eq!((codes(&report), alive), (vec!["ok", "cancelled", "ok"], 1));
    let (report, alive) = cancelled(3, &[0, 1]).await;
    assert_eq!(
        (codes(&report), alive),
        (vec!["cancelled", "cancelled", "ok"], 1)
    );
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let (report, alive) = cancelled(3, &order).await;
        assert_eq!(
            (codes(&report), alive),
            (vec!["cancelled"; 3], 0),
            "{order:?}"
        );
        assert!(report.wall() < Duration::from_millis(6));
    }
}

#[tokio::test(start_paused = true)]
async fn each_has_a_deadline_of_its_own() {
    let (toolbox, probe, bound) = desk(
        policy()
            .call_timeout(Duration::from_millis(50))
            .grace(Duration::ZERO),
    );
    let batch = bound.start();
    let long = || call("work", r#"{"n": 1, "ms": 70}"#);
    batch.push(long());
    sleep(Duration::from_millis(30)).await;
    batch.push(long());
    let report = batch.finish().await;
    // The first is over time at 50 ms; the second waits until 70 for what was begun for the first.
    assert_eq!(codes(&report), ["timed_out", "ok"]);
    assert_eq!(report.wall(), Duration::from_millis(70));
    assert_eq!(probe.started(), 1);
    drop(bound);
    assert_eq!(
        nothing_is_left(&toolbox, &probe, 1, [call("read", "{}")]).await,
        Ok(())
    );
}

#[tokio::test(start_paused = true)]
async fn who_follows_needs_no_permit_and_runs_alone_if_it_must() {
    let limited = policy().max_concurrency(1).tool_concurrency("work", 1);
    let calls = vec![
        call("work", r#"{"n": 1}"#),
        call("work", r#"{"n": 1}"#),
        call("fail", r#"{"how": "x"}"#),
    ];
    let (report, started) = run(limited, calls).await;
    assert_eq!(codes(&report), ["ok", "ok", "failed"]);
    assert_eq!(started, 2);
    // The first waits for a permit when it is cancelled: nothing runs that the second could wait for.
    let (toolbox, probe, bound) = desk(policy().tool_concurrency("work", 1));
    let batch = bound.start();
    batch.push(call("work", r#"{"n": 9, "ms": 100}"#));
    batch.push(call("work", r#"{"n": 1}"#));
    batch.push(call("work", r#"{"n": 1}"#));
    sleep(Duration::from_millis(5)).await;
    batch.cancel(1);
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["ok", "cancelled", "ok"]);
    assert_eq!(same(&report), [None; 3]);
    assert_eq!(report.wall(), Duration::from_millis(110));
    drop(bound);
    assert_eq!(
        nothing_is_left(&toolbox, &probe, 1, [call("work", r#"{"n": 1}"#)]).await,
        Ok(())
    );
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_dropped_leaves_nothing() {
    let (toolbox, probe, bound) = desk(policy());
    let run = bound.run(vec![call("work", r#"{"n": 1}"#); 4]);
    assert!(
        tokio::time::timeout(Duration::from_millis(5), run)
            .await
            .is_err()
    );
    assert_eq!(probe.alive(), 0);
    drop(bound);
    assert_eq!(
        nothing_is_left(&toolbox, &probe, 1, [call("work", r#"{"n": 1}"#)]).await,
        Ok(())
    );
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_goes_on_for_others_makes_room_for_the_next() {
    let (_, _, bound) = desk(policy().max_concurrency(2));
    let batch = bound.start();
    for (n, ms) in [(1, 50), (1, 50), (2, 50), (3, 5)] {
        batch.push(call("work", &format!(r#"{{"n": {n}, "ms": {ms}}}"#)));
    }
    sleep(Duration::from_millis(10)).await;
    batch.cancel(0);
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["cancelled", "ok", "ok", "ok"]);
    let span = report.results()[3].span().unwrap();
    assert_eq!(span.started, Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_over_time_ends_all() {
    let policy = policy()
        .batch_timeout(Duration::from_millis(50))
        .grace(Duration::ZERO);
    let (report, started) = run(policy, vec![call("work", r#"{"n": 1, "ms": 100}"#); 3]).await;
    assert_eq!(codes(&report), ["timed_out"; 3]);
    assert_eq!(started, 1);
}

#[test]
fn so_it_is_on_threads() {
    threads(4).block_on(async {
        for _ in 0..50 {
            let mut calls = vec![call("compute", r#"{"n": 1}"#); 4];
            calls.extend(vec![call("work", r#"{"n": 2, "ms": 1}"#); 4]);
            let (report, started) = run(policy().max_blocking_threads(2), calls).await;
            assert_eq!(texts(&report), ["1", "1", "1", "1", "2", "2", "2", "2"]);
            assert_eq!(started, 2);
            let leaders = same(&report).iter().filter(|same| same.is_none()).count();
            assert_eq!(leaders, 2);
        }
    });
}

/// Calls of a few kinds, when each is pushed, and which are cancelled when.
type Case = (
    Vec<(u64, u64, u64)>,
    Vec<(usize, u64)>,
    usize,
    Option<usize>,
);

fn any_case() -> impl Strategy<Value = Case> {
    let call = (0..3_u64, prop::sample::select(vec![0, 5, 10, 30]), 0..4_u64);
    (
        prop::collection::vec(call, 1..12),
        prop::collection::vec((0..12_usize, 0..30_u64), 0..5),
        1..6_usize,
        prop::option::weighted(0.3, 1..3_usize),
    )
}

async fn random(
    (calls, cancelled, limit, shared): &Case,
    bound: Bound<Probe>,
) -> Result<(), TestCaseError> {
    let mut policy = policy()
        .max_concurrency(*limit)
        .call_timeout(Duration::from_millis(20))
        .grace(Duration::ZERO);
    if let Some(shared) = shared {
        policy = policy.tool_concurrency("work", *shared);
    }
    let batch = bound.with(policy).unwrap().start();
    let mut at = 0;
    let pushes = calls.iter().enumerate().map(|(index, (_, _, after))| {
        at += after;
        (2 * at, index, true)
    });
    let mut events: Vec<(u64, usize, bool)> = pushes.collect();
    events.extend(
        cancelled
            .iter()
            .map(|(index, at)| (2 * at + 1, *index, false)),
    );
    events.sort_unstable();
    let begun = tokio::time::Instant::now();
    for (at, index, is_push) in events {
        tokio::time::sleep_until(begun + Duration::from_millis(at / 2)).await;
        match is_push {
            true => {
                let (n, ms, _) = calls[index];
                batch.push(call("work", &format!(r#"{{"n": {n}, "ms": {ms}}}"#)));
            }
            false => batch.cancel(index),
        }
    }
    let report = batch.finish().await;
    for (index, (result, (n, ms, _))) in report.results().iter().zip(calls).enumerate() {
        let told = cancelled.iter().any(|(gone, _)| *gone == index);
        let outcome = result.outcome();
        match outcome.ending.code() {
            "ok" => prop_assert_eq!(result.text(), n.to_string()),
            "cancelled" => prop_assert!(told),
            "timed_out" => prop_assert!(*ms > 20, "call {}: {}", index, outcome.ending),
            other => prop_assert!(false, "call {}: {}", index, other),
        }
        if let Some(leader) = outcome.same_as {
            prop_assert!(leader != index && calls[leader].0 == *n && calls[leader].1 == *ms);
        }
    }
    Ok(())
}

fn check(case: &Case, runtime: &tokio::runtime::Runtime) -> Result<(), TestCaseError> {
    let (toolbox, probe, bound) = desk(policy());
    runtime.block_on(async {
        random(case, bound).await?;
        prop_assert_eq!(probe.alive(), 0);
        let again = [call("work", r#"{"n": 0}"#), call("read", "{}")];
        let left = nothing_is_left(&toolbox, &probe, 1, again).await;
        left.map_err(TestCaseError::fail)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whoever_goes_when_each_has_its_own_result(case in any_case()) {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().start_paused(true).build().unwrap();
        check(&case, &runtime)?;
    }
}

/// On a real clock a time may be over where it was not meant to; what is held here is that all come to their end.
#[test]
fn nobody_waits_for_ever_on_several_threads() {
    let runtime = threads(4);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&any_case(), |(mut calls, cancelled, limit, shared)| {
        calls.iter_mut().for_each(|(_, ms, _)| *ms = (*ms).min(5));
        let (toolbox, probe, bound) = desk(policy());
        let bound = bound.with(policy().max_concurrency(limit)).unwrap();
        let _ = shared;
        runtime.block_on(async {
            let batch = bound.start();
            for (n, ms, _) in &calls {
                batch.push(call("work", &format!(r#"{{"n": {n}, "ms": {ms}}}"#)));
            }
            for (index, at) in &cancelled {
                sleep(Duration::from_micros(at * 100)).await;
                batch.cancel(*index);
            }
            let report = tokio::time::timeout(Duration::from_secs(30), batch.finish()).await;
            prop_assert!(report.is_ok(), "somebody waits for ever");
            let results = report.as_ref().map(Report::results).unwrap_or_default();
            if results.iter().any(|result| result.outcome().still_running) {
                toolbox.idle().await;
            }
            drop((report, bound));
            let left = nothing_is_left(&toolbox, &probe, 1, []).await;
            left.map_err(TestCaseError::fail)
        })
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}
