//! Tools over one shared store, of every kind of effects, that fail, panic, hang and take their time as they are told.

mod toolboxes;
mod work;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tool_runtime::{CallContext, ToolCall, ToolError};

pub(crate) use toolboxes::{exact, right, silent, unread};
use work::Work;

/// What the calls share, beside what the test wants to know of them.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) inner: Mutex<Inner>,
    /// Whether the clock is real: then calls wait less, and rather by yielding.
    pub(crate) real: bool,
}

pub(crate) type Values = BTreeMap<String, u64>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Inner {
    pub(crate) values: Values,
    /// How many of its changes a call has made, by its batch and its index.
    pub(crate) made: BTreeMap<(usize, usize), usize>,
    /// Calls before this one have their place in the order, since the one before it that declares effects has begun.
    pub(crate) placed: usize,
}

impl Store {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pause(&self, time: u64) {
        match (self.real, time) {
            (_, 0) => {}
            (true, 1..8) => {
                for _ in 0..time {
                    tokio::task::yield_now().await;
                }
            }
            (true, _) => tokio::time::sleep(Duration::from_millis(1)).await,
            (false, _) => tokio::time::sleep(Duration::from_millis(time)).await,
        }
    }
}

/// What a call does beside its work.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct How {
    /// Makes its values differ from those of others.
    pub(crate) seed: u64,
    /// Milliseconds before it reads.
    pub(crate) before: u64,
    /// Milliseconds after each thing that it reads or changes.
    pub(crate) between: u64,
    /// How many attempts fail before that, with an error that says that another may succeed.
    pub(crate) fails: u32,
    /// Whether those have made their changes.
    pub(crate) half: bool,
    /// How it ends.
    pub(crate) ends: Ends,
}

/// How often a call is tried.
pub(crate) const ATTEMPTS: u32 = 3;

/// How a call ends: *early* is before its changes, *late* after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) enum Ends {
    Well,
    FailsEarly,
    FailsLate,
    PanicsEarly,
    PanicsLate,
    HangsEarly,
    HangsLate,
}

impl Ends {
    pub(crate) fn is_early(self) -> bool {
        matches!(
            self,
            Self::FailsEarly | Self::PanicsEarly | Self::HangsEarly
        )
    }
}

/// One call.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) tool: &'static str,
    pub(crate) paths: [&'static str; 3],
    /// What it gets instead of its arguments.
    pub(crate) garbled: bool,
    pub(crate) how: How,
}

/// In a line, since a failure shows many.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tool,
            paths,
            garbled,
            how,
        } = self;
        let How {
            seed,
            before,
            between,
            fails,
            half,
            ends,
        } = how;
        let tried = match (fails, half) {
            (0, _) => String::new(),
            (fails, false) => format!(" fails {fails}"),
            (fails, true) => format!(" fails late {fails}"),
        };
        let garbled = if *garbled { " garbled" } else { "" };
        write!(
            f,
            "{tool}{paths:?} #{seed} {before}+{between}{tried} {ends:?}{garbled}"
        )
    }
}

impl Step {
    pub(crate) fn call(&self) -> ToolCall {
        self.call_of(0)
    }

    /// The same as a call of the batch with this number.
    pub(crate) fn call_of(&self, batch: usize) -> ToolCall {
        let Self {
            tool,
            paths,
            how,
            garbled,
        } = self;
        let [a, b, c] = paths;
        let arguments = serde_json::json!({"a": a, "b": b, "c": c, "how": how}).to_string();
        let arguments = if *garbled { "{}".to_owned() } else { arguments };
        ToolCall::new(batch.to_string(), *tool, arguments)
    }

    pub(crate) fn work(&self) -> Work {
        Work::of(self.tool, self.paths)
    }
}

fn batch_of(call: &ToolCall) -> usize {
    call.id().parse().expect("the number of a batch")
}

/// How the names of those end that are plain `fn`s.
pub(crate) const THREAD: &str = "_thread";

/// What every tool of the store does.
pub(crate) async fn act(
    tool: &str,
    paths: [&str; 3],
    how: How,
    store: &Store,
    context: &CallContext,
) -> Result<String, ToolError> {
    let work = Work::of(tool, paths);
    let attempt = context.attempt();
    let fails = attempt <= how.fails;
    let on_thread = tool.ends_with(THREAD);
    if !matches!(tool, "echo" | "free") {
        let mut inner = store.lock();
        inner.placed = inner.placed.max(context.index() + 1);
    }
    store.pause(how.before).await;
    let mut seen = seed(how.seed, attempt);
    for scope in &work.reads {
        Work::look(&mut seen, &store.lock().values, scope);
        store.pause(how.between).await;
    }
    let busy = || Err(ToolError::new("busy").retryable());
    match fails {
        true if !how.half => return busy(),
        false if how.ends.is_early() => end(how.ends, on_thread).await?,
        _ => {}
    }
    for at in 0..work.changes.len() {
        {
            let mut inner = store.lock();
            work.change(at, seen, &mut inner.values);
            let call = (batch_of(context.call()), context.index());
            *inner.made.entry(call).or_default() += 1;
        }
        store.pause(how.between).await;
    }
    if fails {
        return busy();
    }
    end(how.ends, on_thread).await?;
    Ok(seen.to_string())
}

/// What an attempt begins with: what one makes is not what another would.
pub(crate) fn seed(seed: u64, attempt: u32) -> u64 {
    seed + 1000 * u64::from(attempt)
}

async fn end(ends: Ends, on_thread: bool) -> Result<(), ToolError> {
    match ends {
        Ends::Well => Ok(()),
        Ends::FailsEarly => Err(ToolError::new("early")),
        Ends::FailsLate => Err(ToolError::new("late")),
        Ends::PanicsEarly | Ends::PanicsLate => panic!("as it was told"),
        // It cannot be stopped, and goes on when its time is long over.
        Ends::HangsEarly | Ends::HangsLate if on_thread => {
            tokio::time::sleep(Duration::from_millis(80)).await;
            Ok(())
        }
        Ends::HangsEarly | Ends::HangsLate => std::future::pending().await,
    }
}
