//! One turn in real time, where what a way itself costs shows.

use tokio::runtime::{Builder, Runtime};
use tool_runtime::Toolbox;

use crate::paused_clock;
use crate::table::{head, median, print};
use crate::tools::{Store, toolbox};
use crate::turn::{Set, Turn};
use crate::way::{Done, Way};

const PERCENT: [usize; 3] = [0, 20, 50];
const CALLS: usize = 32;
const WORKERS: usize = 2;

const WAYS: [Way; 7] = [
    Way::OneByOne,
    Way::Batch,
    Way::LockPerKey,
    Way::Barrier,
    Way::OneLock,
    Way::OneLockInTasks,
    Way::JoinAll,
];

pub fn measure() {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(WORKERS).enable_time().build();
    let runtime = runtime.expect("a runtime");
    let toolbox = toolbox();
    // First, while tokio still looks at the clock without a lock: see `main`.
    head(
        &format!("{CALLS} calls that do nothing: µs per call"),
        &PERCENT,
    );
    for way in WAYS {
        print(
            way.name(),
            PERCENT.map(|percent| idle(&runtime, &toolbox, way, percent)),
        );
    }
    head(
        &format!("{CALLS} calls: ms in real time, more than on the paused clock"),
        &PERCENT,
    );
    for way in WAYS {
        print(
            way.name(),
            PERCENT.map(|percent| sleeping(&runtime, &toolbox, way, percent)),
        );
    }
}

fn sleeping(runtime: &Runtime, toolbox: &Toolbox<Store>, way: Way, percent: usize) -> String {
    let (mut real, mut over, mut wrong, mut of) = (Vec::new(), Vec::new(), 0, 0);
    for seed in 0..20 {
        let turn = Turn::new(Set::Uniform, CALLS, percent, seed);
        let exactly = |way: Way| paused_clock().block_on(way.run(toolbox, &turn));
        let right = exactly(Way::OneByOne);
        let exact = exactly(way);
        // On one thread tasks take the lock in the order in which they were spawned.
        exact.wrong(&right, way != Way::JoinAll);
        let done = in_task(runtime, toolbox, way, &turn);
        wrong += done.wrong(&right, way.keeps_order());
        of += done.results.len();
        real.push(done.ms());
        over.push(done.ms() - exact.ms());
    }
    let wrong = match wrong {
        0 => String::new(),
        wrong => format!(", {wrong} of {of} wrong"),
    };
    format!("{:.0}, +{:.1}{wrong}", median(&real), median(&over))
}

fn idle(runtime: &Runtime, toolbox: &Toolbox<Store>, way: Way, percent: usize) -> String {
    let turn = Turn::new(Set::Uniform, CALLS, percent, 0).without_work();
    let once = || in_task(runtime, toolbox, way, &turn).ms();
    let times: Vec<f64> = (0..2_000).map(|_| once()).collect();
    format!("{:.2}", median(&times) * 1e3 / CALLS as f64)
}

/// Runs a turn from a task, as a server does.
fn in_task(runtime: &Runtime, toolbox: &Toolbox<Store>, way: Way, turn: &Turn) -> Done {
    let (toolbox, turn) = (toolbox.clone(), turn.clone());
    let run = async move { way.run(&toolbox, &turn).await };
    runtime.block_on(async { tokio::spawn(run).await.expect("no panic") })
}
