//! Measures what a batch costs: per call beside `join_all` and a spawn per call, over the same boxed futures; on several
//! threads; beside a poll that does not return; the planning of calls that conflict; memory; and what the scan of a result costs.
//!
//! ```text
//! cargo run --release [-- calls|computing|busy|planning|sleeping|leaving|profile]
//! ```

mod leaving;
mod work;

use std::hint::black_box;
use std::time::{Duration, Instant};

use futures::future::join_all;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tool_runtime::{Bound, Report, ToolCall};

use work::{Pattern, bound, call, no_op, work};

const WORKERS: usize = 2;

fn main() {
    let asked = std::env::args().nth(1);
    let wanted = |name: &str| asked.as_deref().is_none_or(|asked| asked == name);
    let mut builder = match std::env::var_os("ONE") {
        Some(_) => tokio::runtime::Builder::new_current_thread(),
        None => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = builder
        .worker_threads(WORKERS)
        .enable_time()
        .build()
        .expect("a runtime");
    if wanted("calls") {
        calls(&runtime);
    }
    if asked.as_deref() == Some("profile") {
        // For a profiler: nothing but batches of 1,000 no-op calls.
        let (desk, calls) = (bound(), no_op(1_000));
        for _ in 0..50 {
            black_box(runtime.block_on(Way::Batch.run(&desk, calls.clone())));
        }
    }
    if wanted("computing") {
        computing(&runtime);
    }
    if wanted("busy") {
        busy(&runtime);
    }
    if wanted("planning") {
        planning(&runtime);
    }
    if wanted("sleeping") {
        sleeping(&runtime);
    }
    if wanted("leaving") {
        leaving::leaving(&runtime);
    }
}

/// The three ways to run calls. Each begins with the calls as a model made them and ends with a text for each.
#[derive(Clone, Copy, Debug)]
enum Way {
    JoinAll,
    Spawn,
    Batch,
}

impl Way {
    async fn run(self, desk: &Bound<()>, calls: Vec<ToolCall>) -> usize {
        match self {
            Self::JoinAll => {
                let futures = calls.iter().map(|call| work(call.name(), call.arguments()));
                join_all(futures).await.len()
            }
            Self::Spawn => {
                let mut set = JoinSet::new();
                for (index, call) in calls.iter().enumerate() {
                    let work = work(call.name(), call.arguments());
                    set.spawn(async move { (index, work.await) });
                }
                let mut results: Vec<_> = calls.iter().map(|_| None).collect();
                while let Some(Ok((index, result))) = set.join_next().await {
                    results[index] = Some(result);
                }
                results.len()
            }
            Self::Batch => desk.run(calls).await.results().len(),
        }
    }

    fn time(self, runtime: &Runtime, desk: &Bound<()>, calls: &[ToolCall], from_task: bool) -> f64 {
        let rounds = (200_000 / calls.len()).clamp(20, 2_000);
        let desk = desk.clone();
        let once = move |calls: Vec<ToolCall>| {
            let desk = desk.clone();
            async move {
                let begun = Instant::now();
                black_box(self.run(&desk, calls).await);
                begun.elapsed()
            }
        };
        let calls = calls.to_vec();
        let mut times: Vec<Duration> = if from_task {
            let all = async move {
                let mut times = Vec::with_capacity(rounds);
                for _ in 0..rounds {
                    times.push(once(calls.clone()).await);
                }
                times
            };
            runtime.block_on(async { tokio::spawn(all).await.expect("no panic") })
        } else {
            (0..rounds)
                .map(|_| runtime.block_on(once(calls.clone())))
                .collect()
        };
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    }
}

fn calls(runtime: &Runtime) {
    println!("no-op calls: ns per call, median; from `block_on` | from a task");
    let desk = bound();
    for count in [1, 10, 100, 1_000, 10_000] {
        let calls = no_op(count);
        for way in [Way::JoinAll, Way::Spawn, Way::Batch] {
            let [outside, inside] = [false, true]
                .map(|task| way.time(runtime, &desk, &calls, task) * 1e9 / count as f64);
            println!("  {count:>6} {way:<8?} {outside:>8.0} | {inside:>8.0}");
        }
    }
}

fn computing(runtime: &Runtime) {
    println!(
        "8 calls of 10 ms CPU on {WORKERS} workers, ideal 40 ms; from `block_on` | from a task"
    );
    let desk = bound();
    let calls: Vec<ToolCall> = (0..8).map(|_| call("compute", "10")).collect();
    for way in [Way::JoinAll, Way::Spawn, Way::Batch] {
        let [outside, inside] = [false, true].map(|task| {
            let once = || way.time_once(runtime, &desk, &calls, task);
            let mut times: Vec<f64> = (0..21).map(|_| once()).collect();
            times.sort_by(f64::total_cmp);
            times[10] * 1e3
        });
        println!("  {way:<8?} {outside:>6.1} | {inside:>6.1} ms");
    }
}

impl Way {
    fn time_once(self, runtime: &Runtime, desk: &Bound<()>, calls: &[ToolCall], task: bool) -> f64 {
        let (desk, calls) = (desk.clone(), calls.to_vec());
        let begun = Instant::now();
        let run = async move { self.run(&desk, calls).await };
        if task {
            runtime.block_on(async { tokio::spawn(run).await.expect("no panic") });
        } else {
            runtime.block_on(run);
        }
        begun.elapsed().as_secs_f64()
    }
}

/// When a call with a timeout of 20 ms is told, that polls for 100 ms.
fn busy(runtime: &Runtime) {
    let mut told: Vec<f64> = (0..21)
        .map(|_| {
            let desk = bound();
            let calls = vec![call("busy", "")];
            let report: Report = runtime.block_on(async { desk.run(calls).await });
            report.results()[0].text().parse().unwrap_or(f64::NAN)
        })
        .collect();
    told.sort_by(f64::total_cmp);
    println!(
        "a poll of 100 ms with a timeout of 20 ms: told after {:.1} ms, at worst {:.1} ms",
        told[10], told[20]
    );
}

fn planning(runtime: &Runtime) {
    println!(
        "no-op calls with effects: ns per call at 1,000 and 10,000, and how many times as long 10,000 take"
    );
    for pattern in Pattern::ALL {
        let desk = bound();
        let [few, many] = [1_000, 10_000]
            .map(|count| Way::Batch.time(runtime, &desk, &pattern.calls(count), true));
        println!(
            "  {pattern:<14?} {:>6.0} {:>6.0} {:>6.1}",
            few * 1e9 / 1_000.0,
            many * 1e9 / 10_000.0,
            many / few
        );
    }
}

fn sleeping(runtime: &Runtime) {
    const COUNT: usize = 100_000;
    let desk = bound();
    let before = resident();
    let calls: Vec<ToolCall> = (0..COUNT).map(|_| call("sleep", "2000")).collect();
    let made = resident();
    let (report, during) = runtime.block_on(async move {
        let run = tokio::spawn(desk.run(calls));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let during = resident();
        (run.await.expect("no panic"), during)
    });
    let slept = report
        .results()
        .iter()
        .filter(|result| !result.is_error())
        .count();
    println!(
        "{slept} of {COUNT} sleeping calls completed in {:.1} s; {} bytes per waiting call, and {} for the call itself",
        report.wall().as_secs_f64(),
        (during - made) / COUNT,
        (made - before) / COUNT,
    );
}

/// The bytes of memory that are in use.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    resident.unwrap_or(0_usize) * 4096
}
