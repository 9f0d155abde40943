//! A worker as a program of its own, for tests that stop or kill it: `scripted-worker URL NAME VERSION`. It says `ready ID` when it takes
//! calls, and drains when its standard input ends. What has effects is a line `TOOL KEY AMOUNT PROCESS` in the file that
//! `COUNTER_FILE` names.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::time::sleep;
use tool_nats::{Worker, async_nats};
use tool_runtime::{CallContext, Progress, ToolError, Toolbox, tool, tools};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().ok_or("scripted-worker URL NAME VERSION");
    let (url, name, version) = (argument()?, argument()?, argument()?);
    let client = async_nats::connect(url).await?;
    let toolbox = Toolbox::new(tools![
        echo, whoami, running, wait, add, pay, big, count, fail, panic
    ])?;
    let worker = Worker::new(name, toolbox.bind(())).version(version);
    let running = worker.start(&client).await?;
    println!("ready {}", running.id());
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    running.drain().await;
    Ok(())
}

/// Says the text again.
#[tool(pure)]
async fn echo(
    /// The text.
    text: String,
) -> String {
    text
}

/// Says the id of its process.
#[tool(pure)]
async fn whoami() -> u32 {
    process::id()
}

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A call that runs.
struct Running;

impl Running {
    fn new() -> Self {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Says how many calls that have effects run in its process.
#[tool(pure)]
async fn running() -> usize {
    RUNNING.load(Ordering::SeqCst)
}

/// Waits.
#[tool(pure, idempotent)]
async fn wait(
    /// How long, in milliseconds.
    ms: u64,
) -> String {
    sleep(Duration::from_millis(ms)).await;
    format!("waited {ms} ms")
}

/// Adds to a counter.
#[tool(writes("counter:{counter}"), idempotent)]
async fn add(
    /// The counter.
    counter: String,
    /// How much.
    by: u32,
    /// How long it takes after that, in milliseconds.
    #[serde(default)]
    ms: u64,
    #[context] context: &CallContext,
) -> Result<u32, ToolError> {
    let _ = counter;
    work(context, by, ms).await
}

/// Pays.
#[tool(writes("account:{to}"))]
async fn pay(
    /// To whom.
    to: String,
    /// How much.
    amount: u32,
    /// How long it takes after that, in milliseconds.
    #[serde(default)]
    ms: u64,
    #[context] context: &CallContext,
) -> Result<u32, ToolError> {
    let _ = to;
    work(context, amount, ms).await
}

/// Has effects, takes its time, and says in which process.
async fn work(context: &CallContext, amount: u32, ms: u64) -> Result<u32, ToolError> {
    let _running = Running::new();
    note(context, amount)?;
    sleep(Duration::from_millis(ms)).await;
    Ok(process::id())
}

/// Says something long.
#[tool(pure)]
async fn big(
    /// How long.
    bytes: usize,
) -> String {
    "x".repeat(bytes)
}

/// Counts, and says how far it is.
#[tool(pure)]
async fn count(
    /// For how long, in milliseconds.
    ms: u64,
    /// In how many steps.
    steps: u32,
    #[context] context: &CallContext,
) -> u32 {
    for step in 1..=steps {
        sleep(Duration::from_millis(ms / u64::from(steps))).await;
        context.progress(Progress::new(step.into()).of(steps.into()));
    }
    steps
}

/// Fails.
#[tool(pure)]
async fn fail(
    /// What it says.
    text: String,
) -> Result<(), String> {
    Err(text)
}

/// Panics.
#[tool(pure)]
async fn panic() -> String {
    panic!("on purpose")
}

/// One line in one write, so that lines of several processes are whole.
fn note(context: &CallContext, amount: u32) -> Result<(), ToolError> {
    let failed = |error: &dyn Error| ToolError::new(error.to_string()).permanent();
    let file = std::env::var_os("COUNTER_FILE").ok_or("`COUNTER_FILE` is not set");
    let file = file.map_err(|text| ToolError::new(text).permanent())?;
    let opened = OpenOptions::new().create(true).append(true).open(file);
    let mut opened = opened.map_err(|error| failed(&error))?;
    let (tool, key) = (context.call().name(), context.idempotency_key());
    let line = format!("{tool} {key} {amount} {}\n", process::id());
    opened
        .write_all(line.as_bytes())
        .map_err(|error| failed(&error))
}
