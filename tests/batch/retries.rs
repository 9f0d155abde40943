//! Are calls tried again where that is safe, and nowhere else?

use std::sync::Mutex;
use std::time::Duration;

use support::{call, codes, nothing_is_left, texts, threads};
use tokio::time::{Instant, sleep};
use tool_runtime::batch::{Event, OnFailure, Retry};
use tool_runtime::{
    Bound, CallContext, Policy, Report, TimeLimit, ToolCall, ToolError, Toolbox, tool, tools,
};

/// What the attempts of all calls left: which call and attempt, with which key, and when.
#[derive(Default)]
struct Log(Mutex<Vec<(String, String, Option<Instant>)>>);

impl Log {
    fn note(&self, context: &CallContext) {
        let entry = format!("{}.{}", context.index(), context.attempt());
        let mut log = self.0.lock().unwrap();
        log.push((entry, context.idempotency_key(), Some(Instant::now())));
    }

    fn entries(&self) -> Vec<String> {
        let log = self.0.lock().unwrap();
        log.iter().map(|(entry, _, _)| entry.clone()).collect()
    }

    fn keys(&self) -> Vec<String> {
        let log = self.0.lock().unwrap();
        log.iter().map(|(_, key, _)| key.clone()).collect()
    }

    fn times(&self, begun: Instant) -> Vec<u128> {
        let log = self.0.lock().unwrap();
        let times = log.iter().filter_map(|(_, _, at)| *at);
        times.map(|at| (at - begun).as_millis()).collect()
    }
}

/// Fails until the attempt `well`, each time after `ms`.
async fn attempt(context: &CallContext, log: &Log, well: u32, ms: u64) -> Result<u32, ToolError> {
    log.note(context);
    sleep(Duration::from_millis(ms)).await;
    match context.attempt() {
        attempt if attempt >= well => Ok(attempt),
        attempt => Err(ToolError::new(format!("The line is busy ({attempt}).")).retryable()),
    }
}

/// Tools that do the same and declare something else.
macro_rules! attempts {
    ($($tool:ident($($declares:tt)*))*) => {
        $(
            /// Succeeds after some attempts.
            #[tool($($declares)*)]
            async fn $tool(
                /// The attempt that succeeds.
                well: u32,
                /// How long each takes.
                ms: u64,
                #[state] log: &Log,
                #[context] context: &CallContext,
            ) -> Result<u32, ToolError> {
                attempt(context, log, well, ms).await
            }
        )*
    };
}

attempts! {
    read(reads("thing"))
    think(pure)
    put(writes("thing"), idempotent)
    add(writes("thing"))
    free()
}

/// Reads something on a thread of its own, after some attempts.
#[tool(reads("thing"))]
fn read_on_thread(
    /// The attempt that succeeds.
    well: u32,
    #[state] log: &Log,
    #[context] context: &CallContext,
) -> Result<u32, ToolError> {
    log.note(context);
    match context.attempt() {
        attempt if attempt >= well => Ok(attempt),
        _ => Err(ToolError::new("The disk is busy.").retryable()),
    }
}

/// Fails and says when it may succeed.
#[tool(reads("limited"))]
async fn limited(
    /// After how many seconds.
    seconds: u64,
    #[state] log: &Log,
    #[context] context: &CallContext,
) -> Result<u32, ToolError> {
    log.note(context);
    match context.attempt() {
        1 => Err(ToolError::new("Too many requests.").retry_after(Duration::from_secs(seconds))),
        attempt => Ok(attempt),
    }
}

/// Ends in a way that is not tried again.
#[tool(reads("bad"))]
async fn end(
    /// How.
    how: String,
    #[state] log: &Log,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    log.note(context);
    match how.as_str() {
        "permanent" => Err(ToolError::new("No.").permanent()),
        "panic" => panic!("no"),
        "hang" => std::future::pending().await,
        _ => Err(ToolError::new("Perhaps.")),
    }
}

fn exact() -> Retry {
    Retry::default().jitter(false)
}

fn desk(policy: Policy) -> (Toolbox<Log>, std::sync::Arc<Log>, Bound<Log>) {
    let toolbox = Toolbox::<Log>::builder()
        .tools(tools![
            read,
            think,
            put,
            add,
            free,
            read_on_thread,
            limited,
            end
        ])
        .policy(policy)
        .build()
        .unwrap();
    let log = std::sync::Arc::new(Log::default());
    let bound = toolbox.bind(std::sync::Arc::clone(&log));
    (toolbox, log, bound)
}

fn attempts(name: &str, well: u32, ms: u64) -> ToolCall {
    call(name, &format!(r#"{{"well": {well}, "ms": {ms}}}"#))
}

async fn run(policy: Policy, calls: Vec<ToolCall>) -> (Report, std::sync::Arc<Log>) {
    let (toolbox, log, bound) = desk(policy);
    let report = bound.run(calls).await;
    drop(bound);
    let again = [attempts("put", 1, 0), attempts("free", 1, 0)];
    let seen = std::sync::Arc::new(Log::default());
    let left = nothing_is_left(&toolbox, &seen, 1, again).await;
    assert_eq!(left, Ok(()));
    (report, log)
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_or_may_be_done_twice_is_tried_again() {
    for name in ["read", "think", "put"] {
        let policy = Policy::default().retry(exact());
        let (report, log) = run(policy, vec![attempts(name, 3, 10)]).await;
        assert_eq!(texts(&report), ["3"], "{name}");
        assert_eq!(log.entries(), ["0.1", "0.2", "0.3"], "{name}");
        let result = &report.results()[0];
        assert_eq!(report.wall(), Duration::from_millis(30 + 200 + 400));
        let failed: Vec<_> = result
            .failed_attempts()
            .iter()
            .map(|failed| {
                (
                    failed.span.started.as_millis(),
                    failed.span.finished.as_millis(),
                    failed.back_off.as_millis(),
                    failed.error.to_string(),
                )
            })
            .collect();
        assert_eq!(
            failed,
            [
                (0, 10, 200, "The line is busy (1).".to_owned()),
                (210, 220, 400, "The line is busy (2).".to_owned()),
            ]
        );
        let span = result.span().unwrap();
        assert_eq!(
            (span.started, span.finished),
            (Duration::ZERO, report.wall())
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_change_something_twice_is_tried_once() {
    for name in ["add", "free"] {
        let (report, log) = run(Policy::default(), vec![attempts(name, 2, 10)]).await;
        assert_eq!(codes(&report), ["failed"], "{name}");
        assert_eq!(log.entries(), ["0.1"], "{name}");
        assert!(report.results()[0].failed_attempts().is_empty());
        assert!(!report.results()[0].text().contains("tried"));
    }
}

#[tokio::test(start_paused = true)]
async fn only_errors_that_say_so_are_tried_again() {
    let policy = || Policy::default().call_timeout(Duration::from_secs(1));
    for (how, code) in [
        ("permanent", "failed"),
        ("unsaid", "failed"),
        ("panic", "panicked"),
        ("hang", "timed_out"),
    ] {
        let call = call("end", &format!(r#"{{"how": "{how}"}}"#));
        let (report, log) = run(policy(), vec![call]).await;
        assert_eq!(codes(&report), [code]);
        assert_eq!(log.entries(), ["0.1"], "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_model_reads_how_often_it_was_tried() {
    let policy = Policy::default().retry(exact());
    let calls = vec![attempts("read", 9, 1), attempts("put", 9, 1)];
    let (report, _) = run(policy, calls).await;
    assert_eq!(
        texts(&report),
        [
            "The line is busy (3). It was tried 3 times. Nothing was changed. The same call may succeed later.",
            "The line is busy (3). It was tried 3 times. It may have taken effect; check before repeating. The same call may succeed later.",
        ]
    );
    assert_eq!(report.results()[0].failed_attempts().len(), 2);
    assert_eq!(
        report.results()[0].error().unwrap().to_string(),
        "The line is busy (3)."
    );
}

#[tokio::test(start_paused = true)]
async fn the_key_is_that_of_the_call_and_not_of_the_attempt() {
    let policy = Policy::default().retry(exact());
    let (_, log) = run(
        policy,
        vec![attempts("think", 3, 1), attempts("think", 1, 0)],
    )
    .await;
    let keys: Vec<_> = log.entries().into_iter().zip(log.keys()).collect();
    let of = |call: &str| -> Vec<&String> {
        let mine = keys.iter().filter(|(entry, _)| entry.starts_with(call));
        mine.map(|(_, key)| key).collect()
    };
    let (first, second) = (of("0."), of("1."));
    assert_eq!((first.len(), second.len()), (3, 1));
    assert!(first.iter().all(|key| *key == first[0]));
    assert_ne!(first[0], second[0]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_to_be_tried_again_keeps_its_keys_and_no_permit() {
    let policy = Policy::default().retry(exact()).max_concurrency(1);
    // The first is in its pause while the third runs, and the second, which reads what it writes, waits for it.
    let calls = vec![
        attempts("put", 2, 10),
        attempts("read", 1, 0),
        attempts("think", 1, 50),
    ];
    let (report, log) = run(policy, calls).await;
    assert_eq!(codes(&report), ["ok"; 3]);
    assert_eq!(log.entries(), ["0.1", "2.1", "0.2", "1.1"]);
    assert_eq!(report.wall(), Duration::from_millis(10 + 200 + 10));
}

#[tokio::test(start_paused = true)]
async fn permits_that_batches_share_are_given_back_in_the_pause() {
    let policy = Policy::default().retry(exact()).tool_concurrency("read", 1);
    let (_toolbox, log, bound) = desk(policy);
    let begun = Instant::now();
    let (one, two) = tokio::join!(
        bound.run([attempts("read", 2, 10)]),
        bound.run([attempts("read", 1, 30)])
    );
    assert_eq!((codes(&one), codes(&two)), (vec!["ok"], vec!["ok"]));
    assert_eq!(log.times(begun), [0, 10, 210]);
}

#[tokio::test(start_paused = true)]
async fn what_a_backend_says_of_the_time_is_kept_to() {
    let policy = Policy::default().retry(exact());
    let seconds = |seconds: u64| call("limited", &format!(r#"{{"seconds": {seconds}}}"#));
    let (report, _) = run(policy.clone(), vec![seconds(7)]).await;
    assert_eq!(texts(&report), ["2"]);
    assert_eq!(report.wall(), Duration::from_secs(7));
    // What is longer than a wait may be, or than is left of the batch, is not waited for.
    for (seconds, policy, when) in [
        (seconds(121), policy.clone(), "after 121s"),
        (
            seconds(7),
            policy.batch_timeout(Duration::from_secs(7)),
            "after 7s",
        ),
        (seconds(u64::MAX), Policy::default(), "later"),
    ] {
        let (report, _) = run(policy, vec![seconds]).await;
        let text =
            format!("Too many requests. Nothing was changed. The same call may succeed {when}.");
        assert_eq!(texts(&report), [text]);
        assert_eq!(report.wall(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_says_how_often() {
    for (policy, tried) in [
        (Policy::default(), 3),
        (Policy::default().retry(Retry::never()), 1),
        (Policy::default().retry(exact().attempts(5)), 5),
        (Policy::default().tool_retry("read", exact().attempts(2)), 2),
        (
            Policy::default()
                .retry(exact().attempts(5))
                .tool_retry("read", Retry::never()),
            1,
        ),
    ] {
        let (report, log) = run(policy, vec![attempts("read", 99, 1)]).await;
        assert_eq!(codes(&report), ["failed"]);
        assert_eq!(log.entries().len(), tried);
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_clock_of_its_own() {
    let policy = Policy::default()
        .retry(exact())
        .call_timeout(Duration::from_millis(50));
    let (report, _) = run(policy, vec![attempts("read", 3, 40)]).await;
    assert_eq!(texts(&report), ["3"]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_times_out_is_the_last() {
    let policy = Policy::default()
        .retry(exact())
        .call_timeout(Duration::from_millis(50));
    let calls = || vec![attempts("put", 9, 0), attempts("put", 9, 60)];
    for (grace, code) in [(0, "timed_out"), (1000, "failed")] {
        let policy = policy.clone().grace(Duration::from_millis(grace));
        let (report, log) = run(policy, calls()).await;
        assert_eq!(codes(&report), ["failed", code]);
        assert_eq!(log.entries(), ["0.1", "0.2", "0.3", "1.1"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_in_its_pause_ends_at_once() {
    let (toolbox, log, bound) = desk(Policy::default().retry(exact()));
    let batch = bound.start();
    batch.push(attempts("put", 2, 10));
    batch.push(attempts("read", 1, 0));
    sleep(Duration::from_millis(50)).await;
    batch.cancel(0);
    let report = batch.finish().await;
    // Its attempt has ended by itself, but nobody knows what it changed: who reads that is skipped.
    assert_eq!(codes(&report), ["cancelled", "skipped"]);
    assert_eq!(report.wall(), Duration::from_millis(50));
    assert_eq!(
        report.results()[0].text(),
        "`put` was cancelled. It may have taken effect; check before repeating."
    );
    assert_eq!(log.entries(), ["0.1"]);
    drop(bound);
    assert_eq!(
        nothing_is_left(&toolbox, &log, 1, [attempts("put", 1, 0)]).await,
        Ok(())
    );
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_dropped_in_a_pause_leaves_nothing() {
    let (toolbox, log, bound) = desk(Policy::default().retry(exact()));
    let run = bound.run([attempts("put", 2, 10), attempts("think", 2, 10)]);
    assert!(
        tokio::time::timeout(Duration::from_millis(50), run)
            .await
            .is_err()
    );
    drop(bound);
    assert_eq!(
        nothing_is_left(&toolbox, &log, 1, [attempts("put", 1, 0)]).await,
        Ok(())
    );
    sleep(Duration::from_secs(10)).await;
    assert_eq!(log.entries(), ["0.1", "1.1", "0.1"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_gets_no_permit_after_its_pause_says_so() {
    let policy = Policy::default()
        .retry(exact())
        .max_wait(Duration::from_secs(1))
        .max_concurrency(1);
    let (report, _) = run(
        policy,
        vec![attempts("think", 2, 10), attempts("think", 1, 5000)],
    )
    .await;
    let outcome = report.results()[0].outcome();
    assert_eq!(
        outcome.ending,
        tool_runtime::Ending::TimedOut(TimeLimit::BackOff)
    );
    assert_eq!(
        texts(&report),
        [
            "`think` failed, and its next attempt could not begin within 1s. Nothing was changed. Call it again later.",
            "1"
        ]
    );
    assert_eq!(
        report.results()[0].outcome().ending.to_string(),
        "timed_out (back_off)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_in_between_stops_nobody_and_the_last_one_does() {
    let policy = Policy::default()
        .retry(exact())
        .on_failure(OnFailure::StopAll);
    let calls = vec![attempts("put", 2, 10), attempts("read", 1, 0)];
    let (report, _) = run(policy.clone(), calls).await;
    assert_eq!(codes(&report), ["ok", "ok"]);
    // One that has begun is not skipped in its pause, since it was called.
    let calls = vec![
        attempts("add", 9, 50),
        attempts("think", 2, 10),
        attempts("put", 1, 0),
    ];
    let (report, _) = run(policy, calls).await;
    assert_eq!(codes(&report), ["failed", "ok", "skipped"]);
}

#[tokio::test(start_paused = true)]
async fn events_show_a_call_once() {
    use tokio_stream::StreamExt as _;
    let (_toolbox, _log, bound) = desk(Policy::default().retry(exact()));
    let mut events = bound.run([attempts("read", 3, 10)]).events();
    let mut finished = 0;
    while let Some(event) = events.next().await {
        finished += usize::from(matches!(event, Event::Finished { .. }));
        if let Event::Report(report) = event {
            assert_eq!(report.results()[0].failed_attempts().len(), 2);
        }
    }
    assert_eq!(finished, 1);
}

#[test]
fn a_thread_has_ended_before_the_next_attempt() {
    let policy = Policy::default()
        .retry(exact().first_delay(Duration::from_millis(1)).attempts(4))
        .max_blocking_threads(1);
    threads(2).block_on(async {
        let calls = vec![
            call("read_on_thread", r#"{"well": 4}"#),
            call("read_on_thread", r#"{"well": 2}"#),
        ];
        let (report, log) = run(policy, calls).await;
        assert_eq!(texts(&report), ["4", "2"]);
        let mut entries = log.entries();
        entries.sort();
        assert_eq!(entries, ["0.1", "0.2", "0.3", "0.4", "1.1", "1.2"]);
    });
}

/// Fails the first time after having done something.
#[tool(writes("thing"), idempotent)]
async fn half(#[context] context: &CallContext) -> Result<(), ToolError> {
    let error = ToolError::new("Busy.").retryable();
    match context.attempt() {
        1 => Err(error),
        _ => Err(error.no_effects()),
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_may_have_changed_something_counts_to_the_end() {
    let report = Toolbox::new(tools![half])
        .unwrap()
        .run([call("half", "{}")])
        .await;
    assert_eq!(
        texts(&report),
        [
            "Busy. It was tried 3 times. It may have taken effect; check before repeating. The same call may succeed later."
        ]
    );
}
