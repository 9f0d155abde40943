//! What ends a call between two attempts, or while it waits for the next one's turn?

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use support::{call, codes, is_idle, nothing_is_left, texts, threads};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tool_runtime::batch::{Batch, Retry};
use tool_runtime::{
    Bound, CallContext, Effects, Policy, ToolCall, ToolError, Toolbox, tool, tools,
};

/// How many attempts there were.
#[derive(Default)]
struct Tried(AtomicUsize);

impl Tried {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn busy(fails: u32, context: &CallContext, tried: &Tried) -> Result<u32, ToolError> {
    tried.0.fetch_add(1, Ordering::SeqCst);
    match context.attempt() {
        attempt if attempt <= fails => Err(ToolError::new("The line is busy.").retryable()),
        attempt => Ok(attempt),
    }
}

/// Writes, and fails so many times.
#[tool(writes("thing"), idempotent)]
async fn put(
    /// How many attempts fail.
    fails: u32,
    /// How long each takes.
    ms: u64,
    #[context] context: &CallContext,
    #[state] tried: &Tried,
) -> Result<u32, ToolError> {
    sleep(Duration::from_millis(ms)).await;
    busy(fails, context, tried)
}

/// The same on a thread.
#[tool(writes("thing"), idempotent)]
fn put_on_thread(
    /// How many attempts fail.
    fails: u32,
    #[context] context: &CallContext,
    #[state] tried: &Tried,
) -> Result<u32, ToolError> {
    busy(fails, context, tried)
}

/// Declares nothing, and may be done twice.
#[tool(idempotent)]
async fn free(
    /// How many attempts fail.
    fails: u32,
    #[context] context: &CallContext,
    #[state] tried: &Tried,
) -> Result<u32, ToolError> {
    busy(fails, context, tried)
}

/// Runs alone.
#[tool(exclusive)]
async fn sweep(#[state] tried: &Tried) -> usize {
    tried.count()
}

/// Writes the first time, and hangs on its thread the second.
#[tool(writes("thing"), idempotent)]
fn stuck(
    /// How long.
    ms: u64,
    #[context] context: &CallContext,
    #[state] tried: &Tried,
) -> Result<u32, ToolError> {
    if context.attempt() > 1 {
        std::thread::sleep(Duration::from_millis(ms));
    }
    busy(1, context, tried)
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn policy() -> Policy {
    Policy::default()
        .retry(Retry::default().jitter(false).first_delay(ms(50)))
        .grace(ms(0))
}

fn desk(policy: Policy) -> (Toolbox<Tried>, Arc<Tried>, Bound<Tried>) {
    let toolbox = Toolbox::<Tried>::builder()
        .tools(tools![put, put_on_thread, free, sweep, stuck])
        .policy(policy)
        .build()
        .unwrap();
    let tried = Arc::new(Tried::default());
    let bound = toolbox.bind(Arc::clone(&tried));
    (toolbox, tried, bound)
}

fn put_call(fails: u32, ms: u64) -> ToolCall {
    call("put", &format!(r#"{{"fails": {fails}, "ms": {ms}}}"#))
}

/// Nothing is left, and a call over the same data does not wait.
async fn left(toolbox: &Toolbox<Tried>, tried: &Arc<Tried>) -> Result<(), String> {
    nothing_is_left(toolbox, tried, 1, [put_call(0, 0), call("sweep", "")]).await
}

#[track_caller]
fn check_shutdown(tool: &str, arguments: &str) {
    let runtime = threads(2);
    let (toolbox, tried, bound) = desk(policy());
    let mut run = Box::pin(bound.run([call(tool, arguments), call("sweep", "")]));
    runtime.block_on(async {
        let context = &mut Context::from_waker(Waker::noop());
        assert!(run.as_mut().poll(context).is_pending());
        sleep(ms(25)).await;
        assert_eq!(tried.count(), 1);
    });
    runtime.shutdown_background();
    let other = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = other.block_on(run);
    assert_eq!(codes(&report)[0], "cancelled");
    assert_eq!(
        texts(&report)[0],
        format!(
            "`{tool}` was cancelled, because the program is shutting down. It may have taken effect; check before repeating."
        )
    );
    assert_eq!(tried.count(), 1);
    drop(bound);
    other.block_on(async {
        toolbox.idle().await;
        assert_eq!(left(&toolbox, &tried).await, Ok(()));
    });
}

#[test]
fn a_runtime_that_goes_in_the_pause_takes_the_call_with_it() {
    check_shutdown("put", r#"{"fails": 1, "ms": 0}"#);
    check_shutdown("put_on_thread", r#"{"fails": 1}"#);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_cancelled_in_the_pause_ends_at_once() {
    let (toolbox, tried, bound) = desk(policy());
    let token = CancellationToken::new();
    let bound = bound.cancelled_by(token.clone());
    let run = tokio::spawn(bound.run([put_call(2, 10), put_call(0, 0), call("sweep", "")]));
    sleep(ms(30)).await;
    token.cancel();
    let report = run.await.unwrap();
    assert_eq!(report.wall(), ms(30));
    assert_eq!(codes(&report), ["cancelled"; 3]);
    let effects = report.results().iter().map(|one| one.outcome().effects);
    assert_eq!(
        effects.collect::<Vec<_>>(),
        [Effects::Unknown, Effects::None, Effects::None]
    );
    drop(bound);
    assert_eq!(left(&toolbox, &tried).await, Ok(()));
}

/// A batch whose call is past its pause and waits for the only permit, and what keeps that.
async fn past_its_pause(bound: &Bound<Tried>) -> Batch {
    let batch = bound.start();
    batch.push(put_call(1, 10));
    batch.push(call("free", r#"{"fails": 0}"#));
    batch
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_its_next_attempt_may_be_cancelled() {
    let (toolbox, tried, bound) = desk(policy().tool_concurrency("put", 1));
    let batch = past_its_pause(&bound).await;
    sleep(ms(20)).await;
    let other = tokio::spawn(bound.run([put_call(0, 500)]));
    sleep(ms(80)).await;
    assert_eq!(tried.count(), 2);
    batch.cancel(0);
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["cancelled", "ok"]);
    assert_eq!(report.results()[0].outcome().effects, Effects::Unknown);
    assert_eq!(report.wall(), ms(100));
    assert_eq!(codes(&other.await.unwrap()), ["ok"]);
    drop(bound);
    assert_eq!(left(&toolbox, &tried).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_batch_may_be_dropped_while_its_call_waits_for_its_next_attempt() {
    let (toolbox, tried, bound) = desk(policy().tool_concurrency("put", 1));
    let batch = past_its_pause(&bound).await;
    sleep(ms(20)).await;
    let other = tokio::spawn(bound.run([put_call(0, 500)]));
    sleep(ms(80)).await;
    drop(batch);
    assert_eq!(codes(&other.await.unwrap()), ["ok"]);
    drop(bound);
    assert_eq!(left(&toolbox, &tried).await, Ok(()));
    assert_eq!(tried.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_declares_nothing_keeps_its_place_before_an_exclusive_one() {
    let (_toolbox, _tried, bound) = desk(policy());
    let calls = [
        call("free", r#"{"fails": 2}"#),
        call("sweep", ""),
        call("free", r#"{"fails": 1}"#),
    ];
    let report = bound.run(calls).await;
    assert_eq!(texts(&report), ["3", "3", "2"]);
    assert_eq!(report.wall(), ms(50 + 100 + 50));
}

#[tokio::test(start_paused = true)]
async fn a_pause_keeps_a_place_among_batches() {
    let (_toolbox, _tried, bound) = desk(policy());
    let bound = bound.order_across_batches("s");
    let first = tokio::spawn(bound.run([put_call(2, 10)]));
    sleep(ms(20)).await;
    let second = bound.run([call("sweep", "")]).await;
    assert_eq!(texts(&second), ["3"]);
    assert_eq!(texts(&first.await.unwrap()), ["3"]);
}

#[test]
fn a_second_attempt_that_cannot_be_stopped_keeps_its_key() {
    let (toolbox, tried, bound) = desk(policy().call_timeout(ms(30)));
    threads(2).block_on(async {
        let report = bound.run([call("stuck", r#"{"ms": 300}"#)]).await;
        assert_eq!(codes(&report), ["timed_out"]);
        let outcome = report.results()[0].outcome();
        assert!(outcome.still_running && outcome.effects == Effects::Unknown);
        assert!(!is_idle(&toolbox));
        assert_eq!(texts(&bound.run([put_call(0, 0)]).await), ["1"]);
        // Not before the other's thread had ended.
        assert_eq!(tried.count(), 3);
        toolbox.idle().await;
        drop(bound);
        assert_eq!(left(&toolbox, &tried).await, Ok(()));
    });
}

#[test]
fn many_calls_share_one_thread_and_all_come_to_their_end() {
    let retry = Retry::default()
        .jitter(false)
        .first_delay(ms(0))
        .attempts(4);
    let (toolbox, tried, bound) = desk(policy().retry(retry).max_blocking_threads(1));
    threads(2).block_on(async {
        for _ in 0..20 {
            let calls = || vec![call("put_on_thread", r#"{"fails": 3}"#); 5];
            let dropped = timeout(ms(2), bound.run(calls()));
            let (one, two, _) = tokio::join!(bound.run(calls()), bound.run(calls()), dropped);
            assert_eq!(texts(&one), ["4"; 5]);
            assert_eq!(texts(&two), ["4"; 5]);
        }
        toolbox.idle().await;
        drop(bound);
        assert_eq!(left(&toolbox, &tried).await, Ok(()));
    });
}
