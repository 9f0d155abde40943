//! Does a call stay within its memory, whatever it is asked and whatever it answers?
//!
//! A binary of its own, and one test at a time: memory is counted for the whole process.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use peak_alloc::PeakAlloc;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use support::{call, threads};
use tool_runtime::{Content, Policy, ToolError, Toolbox, tool, tools};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A value of some gigabytes, which is made while it is written.
struct Gigabytes;

impl Serialize for Gigabytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = "x".repeat(1024);
        let mut rows = serializer.serialize_seq(None)?;
        for _ in 0..4 * 1024 * 1024 {
            rows.serialize_element(&row)?;
        }
        rows.end()
    }
}

/// Answers while it is polled.
#[tool(pure)]
async fn answer() -> Gigabytes {
    Gigabytes
}

/// Answers without waiting.
#[tool(pure, inline)]
fn answer_inline() -> Gigabytes {
    Gigabytes
}

/// Answers on a thread.
#[tool(pure)]
fn answer_on_a_thread() -> Gigabytes {
    Gigabytes
}

/// Answers after it has waited, in a `Result` of an `Option`.
#[tool(pure)]
async fn answer_later() -> Result<Option<Gigabytes>, ToolError> {
    tokio::task::yield_now().await;
    Ok(Some(Gigabytes))
}

/// Answers with a text of 16 MiB that is there already.
#[tool(pure)]
async fn say(#[state] text: &Text) -> Content {
    Content::text(&*text.0)
}

/// Fails with such a text.
#[tool(pure)]
async fn fail(#[state] text: &Text) -> Result<(), String> {
    Err(text.0.to_string())
}

#[derive(Clone)]
struct Text(Arc<str>);

const MEBI: usize = 1024 * 1024;
const CAP: usize = 128 * 1024;

/// Thinks.
#[tool(pure)]
async fn think() {}

/// Writes.
#[tool(writes("row"))]
async fn write() {}

/// Writes on a thread that nobody can stop.
#[tool(writes("row"), timeout = "1ms")]
fn stand_still(#[state] stands: &Stands) {
    let _released = stands.0.lock().unwrap_or_else(PoisonError::into_inner);
}

#[derive(Clone)]
struct Stands(Arc<Mutex<()>>);

/// One test after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// How much more memory there was at a time than before.
fn peak_of(work: impl FnOnce()) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    work();
    MEMORY.peak_usage().saturating_sub(before)
}

#[test]
fn a_result_takes_no_more_than_its_cap_some_times_over() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = threads(2);
    let text = Text("é".repeat(8 * MEBI).into());
    let tools = tools![
        answer,
        answer_inline,
        answer_on_a_thread,
        answer_later,
        say,
        fail
    ];
    let toolbox = Toolbox::<Text>::builder().tools(tools).build().unwrap();
    let desk = toolbox.bind(text);
    // What the runtime needs, once.
    runtime.block_on(desk.run([call("say", "{}"), call("answer_on_a_thread", "{}")]));
    let length = |name: &str| {
        let report = runtime.block_on(desk.run([call(name, "{}")]));
        let result = &report.results()[0];
        assert!(result.outcome().truncated, "{name}");
        result.text().len()
    };
    for name in [
        "answer",
        "answer_inline",
        "answer_on_a_thread",
        "answer_later",
    ] {
        let peak = peak_of(|| assert!((CAP - 256..=CAP).contains(&length(name)), "{name}"));
        assert!(peak < 2 * MEBI, "{name}: {peak} bytes");
    }
    // A text that a tool has made is there; what is shown of it takes no more.
    let peak = peak_of(|| assert!(length("say") <= CAP));
    assert!(peak < 18 * MEBI, "say: {peak} bytes");
    // That of an error is there twice: in the error, and as the text of what it came from.
    let peak = peak_of(|| assert!(length("fail") <= CAP));
    assert!(peak < 2 * 16 * MEBI + 3 * MEBI, "fail: {peak} bytes");
    // Arguments over their limit are there, and nothing reads them.
    let large = call(
        "say",
        &format!(r#"{{"text": "{}"}}"#, "a".repeat(100_000_000)),
    );
    let peak = peak_of(|| {
        let report = runtime.block_on(desk.run([large]));
        assert!(report.results()[0].text().contains("got 100000012 bytes"));
    });
    assert!(peak < 64 * 1024, "arguments: {peak} bytes");
    // Whatever the cap is.
    let small = desk.with(Policy::default().max_result_bytes(4096)).unwrap();
    let peak = peak_of(|| {
        runtime.block_on(small.run([call("answer", "{}")]));
    });
    assert!(peak < 256 * 1024, "{peak} bytes");
}

#[test]
fn nothing_of_a_batch_stays_with_what_batches_share() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = threads(2);
    let stands = Stands(Arc::default());
    let builder = Toolbox::<Stands>::builder().tools(tools![think, write, stand_still]);
    let toolbox = builder.build().unwrap();
    let desk = toolbox.bind(stands.clone());
    let grows = |batches: usize, batch: &dyn Fn(usize)| {
        let kept = |numbers: Range<usize>| {
            let before = MEMORY.current_usage();
            numbers.for_each(batch);
            MEMORY.current_usage().saturating_sub(before)
        };
        kept(0..batches);
        let kept = kept(batches..3 * batches);
        (kept > 64 * 1024).then_some(kept)
    };
    // Scopes, one for each user say, whose batches have no calls that an order would be for.
    let pure = |number: usize| {
        let desk = desk.clone().order_across_batches(number.to_string());
        runtime.block_on(desk.run([call("think", "{}")]));
    };
    assert_eq!(grows(1_000, &pure), None);
    // Limits of groups, which are named by whoever writes the policy.
    let grouped = |number: usize| {
        let policy = Policy::default().group_concurrency(number.to_string(), ["write"], 1);
        runtime.block_on(
            desk.clone()
                .with(policy)
                .unwrap()
                .run([call("write", "{}")]),
        );
    };
    assert_eq!(grows(1_000, &grouped), None);
    // Calls that have waited for one that stands still, for as long as they may.
    let policy = Policy::default().grace(Duration::ZERO);
    let policy = policy.max_wait(Duration::from_millis(1));
    let desk = desk.with(policy).unwrap();
    let still = stands.0.lock().unwrap();
    runtime.block_on(desk.run([call("stand_still", "{}")]));
    let waiting = |_| {
        let report = runtime.block_on(desk.run([call("write", "{}")]));
        assert!(report.results()[0].is_error());
    };
    assert_eq!(grows(100, &waiting), None);
    drop(still);
    runtime.block_on(toolbox.idle());
}
