//! Tools of every kind of effect, which end in every way in which a call can.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::time::sleep;
use tool_runtime::{
    Bound, CallContext, Progress, ToolCall, ToolError, ToolResult, Toolbox, layer, tool, tools,
};

/// Counts the calls that are alive.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) alive: AtomicUsize,
}

struct Alive<'a>(&'a World);

impl World {
    fn enter(&self) -> Alive<'_> {
        self.alive.fetch_add(1, Ordering::SeqCst);
        Alive(self)
    }
}

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What the tool `nested` runs batches with: a toolbox cannot be in its own state.
pub(crate) static INNER: OnceLock<Bound<World>> = OnceLock::new();

/// In which way a call ends, if not well.
pub(crate) const FAULTS: [&str; 9] = [
    "fail", "retry", "panic", "hang", "busy", "big", "polite", "tell", "late",
];

pub(crate) const PANIC: &str = "as it was told";

async fn act(
    how: &str,
    ms: u64,
    world: &World,
    context: &CallContext,
) -> Result<String, ToolError> {
    let _alive = world.enter();
    match how {
        "busy" => spin(ms),
        "polite" => context.cancellation().cancelled().await,
        "hang" => std::future::pending().await,
        _ => sleep(Duration::from_millis(ms)).await,
    }
    match how {
        "fail" => Err(ToolError::new("No luck.")),
        "retry" if context.attempt() < 3 => Err(ToolError::new("Busy.").retryable()),
        "panic" => panic!("{PANIC}"),
        "big" => Ok("long ".repeat(20_000)),
        "late" => {
            sleep(Duration::from_millis(60)).await;
            Ok("late".to_owned())
        }
        "tell" => {
            for done in 0..20 {
                context.progress(Progress::new(f64::from(done)).of(20.0).message("at it"));
                tokio::task::yield_now().await;
            }
            Ok("told".to_owned())
        }
        _ => Ok("done".to_owned()),
    }
}

fn spin(ms: u64) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(ms) {
        std::hint::spin_loop();
    }
}

macro_rules! desk {
    ($($tool:ident ($($effects:tt)*))*) => {
        $(
            /// Does as it is told.
            #[tool($($effects)*)]
            async fn $tool(
                /// A row.
                a: u64,
                /// Another.
                b: u64,
                /// How it ends.
                how: Option<String>,
                /// How long it takes.
                ms: u64,
                #[state] world: &World,
                #[context] context: &CallContext,
            ) -> Result<String, ToolError> {
                let _ = (a, b);
                act(how.as_deref().unwrap_or_default(), ms, world, context).await
            }
        )*

        pub(crate) const TOOLS: &[&str] = &[$(stringify!($tool),)* "pay", "threaded", "echo", "nested"];

        fn all() -> tool_runtime::tool::ToolList<World> {
            tools![$($tool,)* pay, threaded, echo, nested]
        }
    };
}

desk! {
    read(reads("row:{a}"))
    read_all(reads("row"))
    write(writes("row:{a}"), idempotent)
    both(reads("row:{a}"), writes("row:{b}"))
    sweep(exclusive)
    booked(exclusive = "g")
    limited(writes("file:{a}/{b}"), max_concurrency = 2)
    plain()
}

/// Does as it is told, if somebody approves of it.
#[tool(writes("row:{a}"), approval = *b > 3)]
async fn pay(
    /// A row.
    a: u64,
    /// Another.
    b: u64,
    /// How it ends.
    how: Option<String>,
    /// How long it takes.
    ms: u64,
    #[state] world: &World,
    #[context] context: &CallContext,
) -> Result<String, ToolError> {
    let _ = (a, b);
    act(how.as_deref().unwrap_or_default(), ms, world, context).await
}

/// Works on a thread, which nothing can stop.
#[tool(writes("row:{a}"))]
fn threaded(
    /// A row.
    a: u64,
    /// Another.
    b: u64,
    /// How it ends.
    how: Option<String>,
    /// How long it takes.
    ms: u64,
    #[state] world: &World,
) -> Result<String, ToolError> {
    let _ = (a, b);
    let _alive = world.enter();
    thread::sleep(Duration::from_millis(ms));
    match how.as_deref() {
        Some("fail" | "retry") => Err(ToolError::new("No luck.")),
        Some("panic") => panic!("{PANIC}"),
        Some("hang" | "late") => {
            thread::sleep(Duration::from_millis(100));
            Ok("late".to_owned())
        }
        Some("big") => Ok("long ".repeat(20_000)),
        _ => Ok("done".to_owned()),
    }
}

/// Says the same again, so that calls may share it.
#[tool(pure)]
async fn echo(
    /// A row.
    a: u64,
    /// Another.
    b: u64,
    /// How it ends.
    how: Option<String>,
    /// How long it takes.
    ms: u64,
    #[state] world: &World,
) -> Result<u64, ToolError> {
    let _alive = world.enter();
    sleep(Duration::from_millis(ms)).await;
    match how.as_deref() {
        Some("fail") => Err(ToolError::new("No luck.")),
        Some("panic") => panic!("{PANIC}"),
        _ => Ok(a + b),
    }
}

/// Runs a batch inside.
#[tool(writes("row:{a}"))]
async fn nested(
    /// A row.
    a: u64,
    /// Another.
    b: u64,
    /// How it ends.
    how: Option<String>,
    /// How long it takes.
    ms: u64,
    #[state] world: &World,
) -> Result<String, ToolError> {
    let _alive = world.enter();
    let how = how.map_or("null".to_owned(), |how| format!("\"{how}\""));
    let calls = ["read", "write", "echo"].map(|name| {
        // The second row is covered by the call's own keys only if it is the first.
        let row = if name == "write" { b } else { a };
        let arguments = format!(r#"{{"a": {row}, "b": 1, "how": {how}, "ms": {ms}}}"#);
        ToolCall::new("inner", name, arguments)
    });
    let report = INNER.get().expect("it was put down").run(calls).await;
    assert_eq!(report.results().len(), 3);
    Ok(format!("{:?}", report.results()[0].outcome().ending))
}

pub(crate) fn toolbox(policy: tool_runtime::Policy) -> Toolbox<World> {
    let refusing = layer::around(|_: layer::Request<World>, next: layer::Next| async move {
        // Of fifty attempts one is refused, and one is told late.
        match fastrand::u8(..50) {
            0 => Err(ToolError::denied("it is not the day for it")),
            1 => {
                let answer = next.run().await;
                sleep(Duration::from_millis(2)).await;
                answer
            }
            _ => next.run().await,
        }
    });
    Toolbox::<World>::builder()
        .tools(all())
        .policy(policy)
        .layer(refusing)
        .layer(layer::finished(|result: &ToolResult, _: &World| {
            assert!(!result.text().is_empty())
        }))
        .build()
        .expect("the tools are valid")
}
