//! The ways to run a turn's calls: ours, and those that are written by hand.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, join_all};
use serde::Deserialize;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tool_runtime::{Bound, Policy, ToolCall, Toolbox, tool, tools};

use crate::table::ms;

/// Wait for an answer from elsewhere.
#[tool(pure)]
async fn fetch(
    /// How long it takes.
    ms: u64,
) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

/// Compute without an end of its poll.
#[tool(pure)]
async fn compute(
    /// How many steps.
    steps: u64,
) -> u64 {
    computed(steps)
}

/// Hold the runtime's thread, as one must not.
#[tool(pure)]
async fn block(
    /// How long.
    ms: u64,
) -> u64 {
    thread::sleep(Duration::from_millis(ms));
    ms
}

/// Hold a thread, as a plain `fn` may.
#[tool(pure)]
fn block_thread(
    /// How long.
    ms: u64,
) -> u64 {
    thread::sleep(Duration::from_millis(ms));
    ms
}

/// A number that depends on each of so many steps.
pub fn computed(steps: u64) -> u64 {
    (0..steps).fold(steps, |x, _| {
        std::hint::black_box(x.wrapping_mul(31).wrapping_add(7))
    })
}

/// A toolbox as a program has one, with permits for all.
pub fn desk() -> Bound<()> {
    let policy = Policy::default()
        .max_calls(usize::MAX)
        .max_concurrency(usize::MAX);
    let tools = tools![fetch, compute, block, block_thread];
    let toolbox = Toolbox::<()>::builder().tools(tools).policy(policy).build();
    toolbox.expect("a toolbox").bind(())
}

type ByHand = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

/// What a program has without the runtime: functions by their names.
pub fn by_hand() -> HashMap<&'static str, ByHand> {
    fn tool<A, F>(run: fn(A) -> F) -> ByHand
    where
        A: for<'a> Deserialize<'a> + 'static,
        F: Future<Output = u64> + Send + 'static,
    {
        Arc::new(move |arguments| {
            let arguments = serde_json::from_value(arguments);
            match arguments {
                Ok(arguments) => run(arguments).map(|answer| Ok(answer.into())).boxed(),
                Err(error) => futures::future::ready(Err(error.to_string())).boxed(),
            }
        })
    }

    #[derive(Deserialize)]
    struct Ms {
        ms: u64,
    }
    #[derive(Deserialize)]
    struct Steps {
        steps: u64,
    }
    HashMap::from([
        ("fetch", tool(|Ms { ms }| fetch(ms))),
        ("compute", tool(|Steps { steps }| compute(steps))),
        ("block", tool(|Ms { ms }| block(ms))),
    ])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By hand, each call after the one before.
    OneByOne,
    /// By hand, all in the task that asks.
    JoinAll,
    /// By hand, each in a task of its own.
    Spawn,
    /// `Bound::run`.
    Batch,
}

/// When calls ended, in milliseconds from the moment at which all were there; in their order.
pub type Ends = Vec<f64>;

impl Way {
    /// Runs the calls from a task, as a server does; how long that took, in milliseconds, and when each call ended.
    pub fn run(self, runtime: &tokio::runtime::Runtime, calls: &[ToolCall]) -> (f64, Ends) {
        let calls = calls.to_vec();
        let (desk, tools) = (desk(), by_hand());
        let run = async move {
            let begun = Instant::now();
            let ends = match self {
                Self::Batch => batch(&desk, calls).await,
                _ => self.hand_written(&tools, &calls, begun).await,
            };
            (ms(begun.elapsed()), ends)
        };
        runtime.block_on(async { tokio::spawn(run).await.expect("no panic") })
    }

    async fn hand_written(
        self,
        tools: &HashMap<&'static str, ByHand>,
        calls: &[ToolCall],
        begun: Instant,
    ) -> Ends {
        let call = |call: &ToolCall| {
            let arguments = serde_json::from_str(call.arguments()).expect("arguments");
            let answer = tools[call.name()](arguments);
            async move {
                answer.await.expect("an answer");
                ms(begun.elapsed())
            }
        };
        match self {
            Self::OneByOne => {
                let mut ends = Vec::with_capacity(calls.len());
                for one in calls {
                    ends.push(call(one).await);
                }
                ends
            }
            Self::JoinAll | Self::Batch => join_all(calls.iter().map(call)).await,
            Self::Spawn => {
                let mut set = JoinSet::new();
                for (index, one) in calls.iter().enumerate() {
                    let call = call(one);
                    set.spawn(async move { (index, call.await) });
                }
                let mut ends = vec![0.0; calls.len()];
                while let Some(ended) = set.join_next().await {
                    let (index, end) = ended.expect("no panic");
                    ends[index] = end;
                }
                ends
            }
        }
    }
}

async fn batch(desk: &Bound<()>, calls: Vec<ToolCall>) -> Ends {
    let report = desk.run(calls).await;
    let ends = report.results().iter().map(|result| {
        assert!(!result.is_error(), "{}", result.text());
        ms(result.span().expect("it ran").finished)
    });
    ends.collect()
}
