//! What is said of a call whose second attempt does not come to be made: the first one was.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::task::{Context, Waker};
use std::time::Duration;

use support::{call, codes, texts, threads};
use tokio::time::sleep;
use tool_runtime::batch::Retry;
use tool_runtime::layer::{self, Next, Request};
use tool_runtime::{CallContext, Effects, Policy, ToolError, Toolbox, tool, tools};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn policy() -> Policy {
    let retry = Retry::default().jitter(false).first_delay(ms(50));
    Policy::default().retry(retry)
}

/// How often something was tried.
#[derive(Default)]
struct Tried(AtomicUsize);

impl Tried {
    fn first_fails(&self, context: &CallContext) -> Result<(), ToolError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        match context.attempt() {
            1 => Err(ToolError::new("The line is busy.").retryable()),
            _ => Ok(()),
        }
    }
}

/// Writes, on a thread, and fails the first time.
#[tool(writes("thing"), idempotent)]
fn put_on_thread(
    #[context] context: &CallContext,
    #[state] tried: &Tried,
) -> Result<(), ToolError> {
    tried.first_fails(context)
}

/// Writes and fails the first time.
#[tool(writes("thing"), idempotent)]
async fn put(
    /// How long, in milliseconds.
    ms: u64,
    #[context] context: &CallContext,
    #[state] tried: &Tried,
) -> Result<(), ToolError> {
    sleep(Duration::from_millis(ms)).await;
    tried.first_fails(context)
}

/// Does something else.
#[tool]
async fn other(
    /// How long, in milliseconds.
    ms: u64,
) {
    sleep(Duration::from_millis(ms)).await;
}

/// Reads.
#[tool(reads("thing"))]
async fn look() {}

#[test]
fn one_that_waits_for_its_thread_was_called_before() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let toolbox = Toolbox::<Tried>::builder().tools(tools![put_on_thread, look]);
    let toolbox = toolbox.policy(policy()).build().unwrap();
    let tried = Arc::new(Tried::default());
    runtime.block_on(async {
        let batch = toolbox.bind(Arc::clone(&tried)).start();
        batch.push(call("put_on_thread", ""));
        batch.push(call("look", ""));
        while tried.0.load(Ordering::SeqCst) == 0 {
            sleep(ms(1)).await;
        }
        // The program keeps the only thread until the call is cancelled.
        let (free, kept) = std::sync::mpsc::channel::<()>();
        let hold = tokio::task::spawn_blocking(move || kept.recv().is_err());
        sleep(ms(80)).await;
        batch.cancel(0);
        let report = batch.finish().await;
        drop(free);
        assert!(hold.await.unwrap());
        assert_eq!(tried.0.load(Ordering::SeqCst), 1);
        assert_eq!(report.results()[0].outcome().effects, Effects::Unknown);
        assert_eq!(codes(&report), ["cancelled", "skipped"]);
    });
}

#[tokio::test(start_paused = true)]
async fn one_for_which_there_is_no_room_ends_as_the_first_did() {
    let policy = policy()
        .group_concurrency("one", ["put", "other"], 1)
        .max_queue(1);
    let toolbox = Toolbox::<Tried>::builder().tools(tools![put, other, look]);
    let desk = toolbox
        .policy(policy)
        .build()
        .unwrap()
        .bind(Tried::default());
    let batch = desk.start();
    batch.push(call("put", r#"{"ms": 10}"#));
    batch.push(call("look", ""));
    sleep(ms(20)).await;
    // One has the permit, the other fills the queue.
    let long = || call("other", r#"{"ms": 500}"#);
    let others = tokio::spawn(desk.run([long(), long()]));
    let report = batch.finish().await;
    assert_eq!(codes(&others.await.unwrap()), ["ok", "ok"]);
    assert_eq!(codes(&report), ["failed", "ok"]);
    assert_eq!(
        texts(&report)[0],
        "The line is busy. It may have taken effect; check before repeating. The same call may succeed later."
    );
    assert!(report.results()[0].failed_attempts().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_that_a_layer_turns_away_says_that_there_was_another() {
    for (error, text) in [
        (
            ToolError::denied("office hours are over"),
            "`put` failed and was not called again, since it is not allowed: office hours are over. It may have taken effect; check before repeating.",
        ),
        (
            ToolError::overloaded("the backend is given a rest"),
            "`put` failed and was not called again: the backend is given a rest. It was tried 3 times. It may have taken effect; check before repeating. Call it again later.",
        ),
    ] {
        let turns_away = layer::around(move |request: Request<Tried>, next: Next| {
            let error = error.clone();
            async move {
                match request.context().attempt() {
                    1 => next.run().await,
                    _ => Err(error),
                }
            }
        });
        let toolbox = Toolbox::<Tried>::builder()
            .tools(tools![put])
            .policy(policy());
        let toolbox = toolbox.layer(turns_away).build().unwrap();
        let report = toolbox
            .bind(Tried::default())
            .run([call("put", r#"{"ms": 1}"#)])
            .await;
        assert_eq!(texts(&report), [text]);
    }
}

/// Where calls meet each other and the test.
struct Line {
    begun: Barrier,
    dropped: Barrier,
    tried: Tried,
}

/// Writes and fails the first time, in a poll that lasts until the other call is dropped.
#[tool(writes("thing"), idempotent)]
async fn dial(#[context] context: &CallContext, #[state] line: &Line) -> Result<(), ToolError> {
    line.begun.wait();
    line.dropped.wait();
    line.tried.first_fails(context)
}

struct Dropped<'a>(&'a Line);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.dropped.wait();
        // Until the other call has failed.
        std::thread::sleep(ms(50));
    }
}

/// Hangs.
#[tool(pure)]
async fn hang(#[state] line: &Line) {
    let _dropped = Dropped(line);
    line.begun.wait();
    std::future::pending().await
}

#[test]
fn one_that_fails_while_its_batch_is_dropped_is_not_tried_again() {
    let toolbox = Toolbox::<Line>::builder().tools(tools![dial, hang, look]);
    let policy = policy().max_wait(Duration::from_secs(10));
    let toolbox = toolbox.policy(policy).build().unwrap();
    let line = Arc::new(Line {
        begun: Barrier::new(3),
        dropped: Barrier::new(2),
        tried: Tried::default(),
    });
    threads(2).block_on(async {
        let desk = toolbox.bind(Arc::clone(&line));
        let mut run = Box::pin(desk.run([call("dial", ""), call("hang", "")]));
        let context = &mut Context::from_waker(Waker::noop());
        assert!(run.as_mut().poll(context).is_pending());
        line.begun.wait();
        sleep(ms(20)).await;
        drop(run);
        toolbox.idle().await;
        // In a pause that nobody ends it would keep what it writes for ever.
        assert_eq!(codes(&desk.run([call("look", "")]).await), ["ok"]);
        assert_eq!(line.tried.0.load(Ordering::SeqCst), 1);
    });
}
