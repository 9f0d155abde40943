//! Many batches of one toolbox at once, on several threads: limits that they share, calls that are cancelled, batches that are
//! dropped. Nobody waits for ever, and nothing is left.

use std::time::Duration;

use support::{call, threads};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{sleep, timeout};
use tool_runtime::batch::OnFailure;
use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};

/// Reads.
#[tool(reads("kv:{key}"))]
async fn get(
    /// What.
    key: u64,
) {
    let _ = key;
    yield_now().await;
}

/// Writes, and fails where there is nothing.
#[tool(writes("kv:{key}"))]
async fn put(
    /// Where.
    key: u64,
) -> Result<(), String> {
    yield_now().await;
    match key {
        0 => Err("There is no 0.".to_owned()),
        _ => Ok(()),
    }
}

/// Reads all.
#[tool(reads("kv"))]
async fn list() {
    sleep(Duration::from_micros(40)).await;
}

/// Declares nothing, and keeps a thread.
#[tool]
fn compute() {
    std::thread::sleep(Duration::from_micros(20));
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

    fn call(&mut self) -> ToolCall {
        let key = format!(r#"{{"key": {}}}"#, self.below(3));
        match self.below(7) {
            0 | 1 => call("get", &key),
            2 | 3 => call("put", &key),
            4 => call("list", ""),
            5 => call(["compute", "sweep"][self.below(2)], ""),
            _ => call("book", &format!(r#"{{"us": {}}}"#, self.below(4) * 400)),
        }
    }

    fn policy(&mut self) -> Policy {
        use OnFailure::{Isolate, SkipDependents, StopAll, StopGroup};
        Policy::default()
            .max_concurrency(1 + self.below(6))
            .max_blocking_threads(2)
            .tool_concurrency("get", 2)
            .group_concurrency("io", ["get", "list", "compute"], 3)
            .grace(Duration::ZERO)
            .on_failure([Isolate, SkipDependents, StopGroup, StopAll][self.below(4)])
    }
}

/// One batch, run, dropped in the middle, or pushed call by call with one of its calls cancelled.
async fn batch(toolbox: Toolbox<()>, mut numbers: Numbers) {
    let desk = toolbox
        .bind(())
        .with(numbers.policy())
        .expect("a policy that can be kept");
    let count = numbers.below(20);
    let calls: Vec<ToolCall> = (0..count).map(|_| numbers.call()).collect();
    let report = match numbers.below(4) {
        0 => {
            let most = Duration::from_micros(numbers.below(300) as u64);
            match timeout(most, desk.run(calls)).await {
                Ok(report) => report,
                Err(_) => return,
            }
        }
        1 => {
            let batch = desk.start();
            for call in calls {
                batch.push(call);
                yield_now().await;
            }
            batch.cancel(numbers.below(20));
            batch.finish().await
        }
        _ => desk.run(calls).await,
    };
    assert_eq!(report.results().len(), count);
}

#[test]
fn batches_that_share_limits_all_come_to_their_end() {
    let toolbox = Toolbox::new(tools![get, put, list, compute, sweep, book]).expect("a toolbox");
    threads(4).block_on(async {
        for round in 0..150 {
            let mut batches = JoinSet::new();
            for number in 0..6 {
                batches.spawn(batch(toolbox.clone(), Numbers(round * 6 + number)));
            }
            let all = timeout(Duration::from_secs(60), batches.join_all()).await;
            assert!(all.is_ok(), "somebody waits for ever in round {round}");
            let idle = timeout(Duration::from_secs(60), toolbox.idle()).await;
            assert!(idle.is_ok(), "something is left of round {round}");
        }
    });
}
