//! Tools that go wrong as they are told, in each of the three ways in which a tool runs; and tools that are well.

use std::future::pending;
use std::time::Duration;

use schemars::JsonSchema;
use serde::ser::{Error as _, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use support::Probe;
use tokio::time::sleep;
use tool_runtime::{CallContext, ToolError, Toolbox, tool, tools};

use crate::world::App;

/// What a tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub(crate) enum Does {
    Answer,
    Fail,
    Panic,
    PanicWithNumber,
    PanicWithBomb,
    DropBomb,
    FailToWrite,
    FailHalfWay,
    PanicHalfWay,
    NeverEnd,
}

impl Does {
    fn at_once(self) -> Result<Written, ToolError> {
        match self {
            Self::Answer => Ok(Written::Fine),
            Self::Fail => Err(ToolError::new("no luck")),
            Self::Panic => panic!("a secret of the program"),
            Self::PanicWithNumber => std::panic::panic_any(7),
            Self::PanicWithBomb => std::panic::panic_any(Bomb),
            Self::DropBomb => {
                let _bomb = Bomb;
                Ok(Written::Fine)
            }
            Self::FailToWrite => Ok(Written::Fails(0)),
            Self::FailHalfWay => Ok(Written::Fails(1000)),
            Self::PanicHalfWay => Ok(Written::Panics(1000)),
            Self::NeverEnd => Ok(Written::NeverEnds),
        }
    }
}

/// Panics when it is dropped.
pub(crate) struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("a secret of the program, in drop");
        }
    }
}

/// A result, and how it is written: after so many elements.
pub(crate) enum Written {
    Fine,
    Fails(u32),
    Panics(u32),
    NeverEnds,
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let elements = match self {
            Self::Fine => return serializer.serialize_str("fine"),
            Self::Fails(elements) | Self::Panics(elements) => *elements,
            Self::NeverEnds => u32::MAX,
        };
        let mut list = serializer.serialize_seq(None)?;
        for element in 0..elements {
            list.serialize_element(&element)?;
        }
        match self {
            Self::Panics(_) => panic!("a secret of the program, half written"),
            _ => Err(S::Error::custom("it is upside down")),
        }
    }
}

/// Does as it is told.
#[tool(writes("fault"))]
async fn go(
    /// What.
    does: Does,
    #[state] probe: &Probe,
) -> Result<Written, ToolError> {
    let _alive = probe.enter();
    does.at_once()
}

/// Does as it is told after it has waited.
#[tool(writes("fault"))]
async fn go_later(
    /// What.
    does: Does,
    #[state] probe: &Probe,
) -> Result<Written, ToolError> {
    let _alive = probe.enter();
    sleep(Duration::from_millis(2)).await;
    does.at_once()
}

/// Does as it is told on a thread.
#[tool(writes("fault"))]
fn go_on_a_thread(
    /// What.
    does: Does,
    #[state] probe: &Probe,
) -> Result<Written, ToolError> {
    let _alive = probe.enter();
    does.at_once()
}

/// Does as it is told without waiting.
#[tool(writes("fault"), inline)]
fn go_inline(
    /// What.
    does: Does,
    #[state] probe: &Probe,
) -> Result<Written, ToolError> {
    let _alive = probe.enter();
    does.at_once()
}

/// Waits so long, and says that it has come to its end.
#[tool(writes("fault"))]
async fn wait(
    /// How long, in microseconds.
    us: u64,
    #[state] app: &App,
) {
    let _alive = app.probe.enter();
    sleep(Duration::from_micros(us)).await;
    app.count_end();
}

/// Waits so long beside others, and says that it has come to its end.
#[tool(writes("race:{lane}"))]
async fn race(
    /// Beside whom.
    lane: u64,
    /// How long, in microseconds.
    us: u64,
    #[state] app: &App,
) {
    let _ = lane;
    let _alive = app.probe.enter();
    sleep(Duration::from_micros(us)).await;
    app.count_end();
}

/// Is not ready before the end of time.
#[tool(writes("fault"), timeout = "20ms")]
async fn hang(#[state] probe: &Probe) {
    let _alive = probe.enter();
    sleep(Duration::MAX).await;
    pending().await
}

/// Keeps its worker for a while, and awaits nothing.
#[tool(writes("fault"))]
async fn block(#[state] probe: &Probe) {
    let _alive = probe.enter();
    std::thread::sleep(Duration::from_millis(20));
}

/// Cancels its own batch and answers.
#[tool(writes("fault"))]
async fn cancels_and_answers(#[state] app: &App) {
    app.token.cancel();
}

/// Cancels its own batch and waits for what does not come.
#[tool(writes("fault"))]
async fn cancels_and_waits(#[state] app: &App) {
    app.token.cancel();
    pending().await
}

/// Cancels its own batch from a thread.
#[tool(writes("fault"))]
fn cancels_on_a_thread(#[state] app: &App) {
    app.token.cancel();
}

/// Cancels what its own context has.
#[tool(writes("fault"))]
async fn cancels_its_context(#[context] context: &CallContext) {
    context.cancellation().cancel();
    sleep(Duration::from_millis(1)).await;
}

/// Fails so many times, and takes its time.
#[tool(writes("fault"), idempotent)]
async fn retried(
    /// How many attempts fail.
    fails: u32,
    #[context] context: &CallContext,
    #[state] probe: &Probe,
) -> Result<u32, ToolError> {
    let _alive = probe.enter();
    sleep(Duration::from_millis(1)).await;
    match context.attempt() {
        attempt if attempt <= fails => Err(ToolError::new("The line is busy.").retryable()),
        attempt => Ok(attempt),
    }
}

/// Needs somebody who approves of it.
#[tool(writes("fault"), approval)]
async fn approved(#[state] probe: &Probe) {
    let _alive = probe.enter();
}

/// Is well, and takes its time.
#[tool(reads("fine"))]
async fn fine(
    /// How long, in milliseconds.
    ms: u64,
    #[state] probe: &Probe,
) -> u64 {
    let _alive = probe.enter();
    sleep(Duration::from_millis(ms)).await;
    ms
}

/// Is well, on a thread.
#[tool(reads("fine"))]
fn fine_on_a_thread(#[state] probe: &Probe) {
    let _alive = probe.enter();
    std::thread::yield_now();
}

/// Is well, and asks for nothing.
#[tool(pure)]
async fn echo(
    /// What to say.
    text: String,
) -> String {
    text
}

/// Thinks for a while.
#[tool(pure)]
async fn think(
    /// Of what.
    about: u64,
    #[state] probe: &Probe,
) -> u64 {
    let _alive = probe.enter();
    sleep(Duration::from_millis(3)).await;
    about
}

/// Runs alone.
#[tool(exclusive)]
async fn sweep() {}

/// The tools that share the limit of one call at a time, and a key.
pub(crate) const LIMITED: [&str; 14] = [
    "go",
    "go_later",
    "go_on_a_thread",
    "go_inline",
    "wait",
    "hang",
    "block",
    "cancels_and_answers",
    "cancels_and_waits",
    "cancels_on_a_thread",
    "cancels_its_context",
    "retried",
    "approved",
    "arguments",
];

/// All of them.
pub(crate) fn toolbox() -> tool_runtime::ToolboxBuilder<App> {
    Toolbox::<App>::builder()
        .tools(tools![
            go,
            go_later,
            go_on_a_thread,
            go_inline,
            wait,
            race,
            hang,
            block,
            cancels_and_answers,
            cancels_and_waits,
            cancels_on_a_thread,
            cancels_its_context,
            retried,
            approved,
            fine,
            fine_on_a_thread,
            echo,
            think,
            sweep
        ])
        .tools(crate::arguments::tools())
        .tools(crate::foreign::tools())
}
