//! Many batches of one toolbox at once, on several threads: limits and scopes that they share, calls that are tried again, denied,
//! decided on or cancelled, batches that are dropped. Nobody waits for ever, every result is seen once, and nothing is left.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{nothing_is_left, threads};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{sleep, timeout};
use tool_runtime::approval::{ApprovalRequest, Approver, DecisionFuture};
use tool_runtime::batch::{OnFailure, Retry};
use tool_runtime::layer::{self, Layer, Next, Request};
use tool_runtime::tool::ToolFuture;
use tool_runtime::{
    Bound, CallContext, Policy, ToolCall, ToolError, ToolResult, Toolbox, tool, tools,
};

/// Fails so many times.
fn busy(fails: u32, context: &CallContext) -> Result<(), ToolError> {
    match context.attempt() {
        attempt if attempt <= fails => Err(ToolError::new("The line is busy.").retryable()),
        _ => Ok(()),
    }
}

/// Reads.
#[tool(reads("kv:{key}"))]
async fn get(
    /// What.
    key: u64,
    /// How many attempts fail.
    fails: u32,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    let _ = key;
    yield_now().await;
    busy(fails, context)
}

/// Writes, and fails where there is nothing.
#[tool(writes("kv:{key}"), idempotent)]
async fn put(
    /// Where.
    key: u64,
    /// How many attempts fail.
    fails: u32,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    yield_now().await;
    busy(fails, context)?;
    match key {
        0 => Err(ToolError::new("There is no 0.")),
        _ => Ok(()),
    }
}

/// Reads all.
#[tool(reads("kv"))]
async fn list() {
    sleep(Duration::from_micros(40)).await;
}

/// Reads all on a thread.
#[tool(reads("kv"))]
fn scan(
    /// How many attempts fail.
    fails: u32,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    std::thread::sleep(Duration::from_micros(10));
    busy(fails, context)
}

/// Declares nothing, and keeps a thread.
#[tool]
fn compute() {
    std::thread::sleep(Duration::from_micros(20));
}

/// Thinks, for others too that ask the same.
#[tool(pure)]
async fn think(
    /// Of what.
    key: u64,
) -> Result<u64, ToolError> {
    match key {
        0 => yield_now().await,
        _ => sleep(Duration::from_micros(100 * key)).await,
    }
    match key {
        2 => Err(ToolError::new("It is too hard.").retryable()),
        key => Ok(key),
    }
}

/// Thinks on a thread.
#[tool(pure)]
fn ponder(
    /// Of what.
    key: u64,
) -> u64 {
    std::thread::sleep(Duration::from_micros(30));
    key
}

/// Runs alone.
#[tool(exclusive)]
async fn sweep() {
    yield_now().await;
}

/// Is now and then too slow.
#[tool(exclusive = "desk", timeout = "1ms")]
async fn book(
    /// How long, in microseconds.
    us: u64,
) {
    sleep(Duration::from_micros(us)).await;
}

/// How often the result of each call was seen, by its id.
type Seen = Arc<Mutex<HashMap<String, usize>>>;

/// Waits before some calls, denies some attempts, and counts what comes of all.
struct Guard(Seen);

impl Layer<()> for Guard {
    fn call(&self, request: Request<()>, next: Next) -> ToolFuture {
        Box::pin(async move {
            let context = request.context();
            match (context.index() + context.attempt() as usize) % 7 {
                1 => yield_now().await,
                2 => sleep(Duration::from_micros(30)).await,
                3 if context.index().is_multiple_of(3) => {
                    return Err(ToolError::denied("Not now."));
                }
                _ => {}
            }
            next.run().await
        })
    }

    fn finished(&self, result: &ToolResult, _: &()) {
        let mut seen = self.0.lock().expect("no panic");
        *seen.entry(result.id().to_owned()).or_default() += 1;
    }
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn call(&mut self, id: String) -> ToolCall {
        let fails = [0, 0, 0, 1, 2, 3][self.below(6)];
        let key = format!(r#"{{"key": {}, "fails": {fails}}}"#, self.below(3));
        let call = |name: &str, arguments: &str| ToolCall::new(id, name, arguments);
        let thought = format!(r#"{{"key": {}}}"#, self.below(3));
        match self.below(11) {
            0 | 1 => call("get", &key),
            2 | 3 => call("put", &key),
            4 => call("list", ""),
            5 => call(["compute", "sweep"][self.below(2)], ""),
            6 => call("scan", &format!(r#"{{"fails": {fails}}}"#)),
            7 => call(["nobody", "get"][self.below(2)], ""),
            8 => call("think", &thought),
            9 => call(["think", "ponder"][self.below(2)], &thought),
            _ => call("book", &format!(r#"{{"us": {}}}"#, self.below(4) * 400)),
        }
    }

    fn policy(&mut self) -> Policy {
        use OnFailure::{Isolate, SkipDependents, StopAll, StopGroup};
        let decided = ["put", "scan", "think", "sweep", "ponder"][self.below(5)];
        let policy = match self.below(3) {
            0 => Policy::default().require_approval(decided),
            _ => Policy::default(),
        };
        policy
            .approval_timeout(Duration::from_millis(1 + self.below(3) as u64))
            .max_concurrency(1 + self.below(6))
            .max_blocking_threads(1 + self.below(2))
            .tool_concurrency("get", 2)
            .group_concurrency("io", ["get", "list", "compute", "scan"], 3)
            .grace(Duration::ZERO)
            .coalesce(self.below(2) == 0)
            .on_failure([Isolate, SkipDependents, StopGroup, StopAll][self.below(4)])
            .retry(Retry::default().first_delay(Duration::from_millis(self.below(3) as u64)))
    }
}

/// Approves of most calls, after a while or at once; of some it changes the arguments, some it denies, on some it never decides.
struct Boss {
    edits: bool,
}

impl Approver for Boss {
    fn decide(&self, request: ApprovalRequest) -> DecisionFuture {
        let (edits, index) = (self.edits, request.index());
        Box::pin(async move {
            match index % 4 {
                1 => yield_now().await,
                2 => sleep(Duration::from_micros(50 * index as u64)).await,
                _ => {}
            }
            match index % 9 {
                3 => Ok(request.deny("No.")),
                5 => Err("There is no line.".into()),
                7 => std::future::pending().await,
                8 => panic!("on purpose"),
                4 if edits => {
                    let arguments = request.arguments().replace('1', "2");
                    Ok(request.approve_with(arguments))
                }
                _ => Ok(request.approve()),
            }
        })
    }

    fn edits(&self) -> bool {
        self.edits
    }
}

fn in_scope(desk: Bound<()>, scope: usize) -> Bound<()> {
    match ["", "", "a", "b"][scope] {
        "" => desk,
        scope => desk.order_across_batches(scope),
    }
}

/// One batch, run, dropped in the middle, or pushed call by call with one of its calls cancelled; the ids of its calls, and whether
/// it was dropped.
async fn batch(toolbox: Toolbox<()>, number: u64) -> (Vec<String>, bool) {
    let mut numbers = Numbers(number);
    let desk = toolbox
        .bind(())
        .with(numbers.policy())
        .expect("a policy that can be kept");
    let edits = numbers.below(2) == 0;
    let desk = in_scope(desk, numbers.below(4)).approved_by(Boss { edits });
    let count = numbers.below(20);
    let ids: Vec<String> = (0..count)
        .map(|index| format!("{number}.{index}"))
        .collect();
    let calls: Vec<ToolCall> = ids.iter().map(|id| numbers.call(id.clone())).collect();
    let most = Duration::from_micros([50, 300, 4000][numbers.below(3)]);
    let most = most.mul_f64(numbers.below(100) as f64 / 100.0);
    let report = match numbers.below(5) {
        0 | 1 => match timeout(most, desk.run(calls)).await {
            Ok(report) => report,
            Err(_) => return (ids, true),
        },
        2 => {
            let batch = desk.start();
            for call in calls {
                batch.push(call);
                yield_now().await;
            }
            sleep(most).await;
            batch.cancel(numbers.below(20));
            match numbers.below(4) {
                0 => return (ids, true),
                _ => batch.finish().await,
            }
        }
        _ => desk.run(calls).await,
    };
    assert_eq!(report.results().len(), count);
    (ids, false)
}

/// More, if the environment asks for it.
fn rounds() -> u64 {
    let asked = std::env::var("TOGETHER_ROUNDS").ok();
    asked.and_then(|rounds| rounds.parse().ok()).unwrap_or(150)
}

#[test]
fn batches_that_share_limits_all_come_to_their_end() {
    let seen = Seen::default();
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![
            get, put, list, scan, compute, sweep, book, think, ponder
        ])
        .layer(layer::finished(|_: &ToolResult, _: &()| ()))
        .layer(Guard(Arc::clone(&seen)))
        .build()
        .expect("a toolbox");
    threads(4).block_on(async {
        for round in 0..rounds() {
            let mut batches = JoinSet::new();
            for number in 0..6 {
                batches.spawn(batch(toolbox.clone(), round * 6 + number));
            }
            let all = timeout(Duration::from_secs(60), batches.join_all()).await;
            assert!(all.is_ok(), "somebody waits for ever in round {round}");
            let idle = timeout(Duration::from_secs(60), toolbox.idle()).await;
            assert!(idle.is_ok(), "something is left of round {round}");
            let mut seen = std::mem::take(&mut *seen.lock().expect("no panic"));
            for (ids, _) in all.into_iter().flatten() {
                for id in ids {
                    let times = seen.remove(&id).unwrap_or_default();
                    assert_eq!(times, 1, "{id} was seen {times} times, round {round}");
                }
            }
            assert_eq!(seen, HashMap::new(), "round {round}");
        }
        let again = || ["sweep", "list", "compute"].map(|name| ToolCall::new("", name, ""));
        let left = nothing_is_left(&toolbox, &Arc::new(()), 1, again()).await;
        assert_eq!(left, Ok(()));
        for scope in 2..4 {
            let desk = in_scope(toolbox.bind(()), scope);
            let report = timeout(Duration::from_secs(1), desk.run(again())).await;
            assert!(report.is_ok_and(|report| report.results().iter().all(|r| !r.is_error())));
        }
    });
}
