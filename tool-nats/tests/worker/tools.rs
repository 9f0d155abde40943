//! The tools that are offered.

use std::sync::{Arc, Mutex};

use harness::NatsServer;
use tokio::sync::{Notify, Semaphore};
use tool_nats::Worker;
use tool_nats::worker::RunningWorker;
use tool_runtime::{CallContext, Progress, ToolError, Toolbox, tool, tools};

use crate::caller::Caller;

pub(crate) struct Probe {
    pub(crate) begun: Notify,
    /// What waits goes on when it has a permit.
    pub(crate) go_on: Semaphore,
    log: Mutex<Vec<String>>,
}

impl Probe {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: Notify::new(),
            go_on: Semaphore::new(0),
            log: Mutex::default(),
        })
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn note(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }
}

pub(crate) fn toolbox() -> Toolbox<Probe> {
    let tools = tools![
        add, append, count, decline, explode, falter, key, pay, recite, stumble, wait
    ];
    Toolbox::builder().tools(tools).build().unwrap()
}

/// A worker of the service `desk`.
pub(crate) fn worker(probe: &Arc<Probe>) -> Worker {
    Worker::new("desk", toolbox().bind(Arc::clone(probe))).version("1.4.0")
}

/// A server, a worker of it as `change` has it, and a caller.
pub(crate) async fn desk(
    server: &NatsServer,
    change: impl FnOnce(Worker) -> Worker,
) -> (Arc<Probe>, RunningWorker, Caller) {
    let probe = Probe::new();
    let running = change(worker(&probe))
        .start(&server.client().await)
        .await
        .unwrap();
    let caller = Caller::of(server.client().await, "desk").await;
    (probe, running, caller)
}

/// Adds two numbers.
#[tool(pure)]
async fn add(
    /// The first.
    a: i64,
    /// The second.
    b: i64,
) -> i64 {
    a + b
}

/// Appends a text to the log.
#[tool(writes("log"), idempotent)]
async fn append(
    /// The text.
    text: String,
    #[state] probe: &Probe,
) -> String {
    probe.note(&text);
    format!("appended {text}")
}

/// Counts, and says how far it is.
#[tool(pure)]
async fn count(
    /// How far.
    to: u32,
    #[context] context: &CallContext,
) -> u32 {
    context.progress(Progress::new(f64::NAN));
    for n in 1..=to {
        context.progress(Progress::new(n.into()).of(to.into()).message("counted"));
        tokio::task::yield_now().await;
    }
    to
}

/// Fails, and says that nothing was changed.
#[tool(writes("log"), idempotent)]
async fn decline(#[state] probe: &Probe) -> Result<(), ToolError> {
    probe.note("decline");
    Err(ToolError::new("No.\r\nNot today.").permanent().no_effects())
}

/// Panics.
#[tool(writes("log"), idempotent)]
async fn explode(#[state] probe: &Probe) -> String {
    probe.note("explode");
    panic!("on purpose")
}

/// Fails, and may be called again.
#[tool(writes("log"), idempotent)]
async fn falter(#[state] probe: &Probe) -> Result<(), ToolError> {
    probe.note("falter");
    Err(ToolError::new("Not now.").retryable())
}

/// Says the call's key.
#[tool(pure)]
async fn key(#[context] context: &CallContext) -> String {
    context.idempotency_key()
}

/// Pays, if somebody approves.
#[tool(writes("account"), approval)]
async fn pay(
    /// How much.
    amount: u32,
    #[state] probe: &Probe,
) -> String {
    probe.note(format!("paid {amount}"));
    format!("paid {amount}")
}

/// Says something long.
#[tool(pure)]
async fn recite(
    /// How long.
    bytes: usize,
) -> String {
    "la".repeat(bytes / 2)
}

/// Fails in the middle.
#[tool(writes("log"))]
async fn stumble(#[state] probe: &Probe) -> Result<(), String> {
    probe.note("stumble");
    Err("It broke in the middle.".into())
}

/// Waits until it may go on, or is told to stop.
#[tool(writes("log"), idempotent)]
async fn wait(
    /// What to call it.
    #[serde(default)]
    name: String,
    #[state] probe: &Probe,
    #[context] context: &CallContext,
) -> Result<String, &'static str> {
    probe.note(format!("wait {name}"));
    probe.begun.notify_one();
    tokio::select! {
        permit = probe.go_on.acquire() => permit.unwrap().forget(),
        () = context.cancellation().cancelled() => {
            probe.note("told to stop");
            return Err("was told to stop");
        }
    }
    Ok(format!("waited {name}"))
}
