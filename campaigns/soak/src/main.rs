//! Do batches with random faults leave anything behind, however many there are?
//!
//! ```text
//! soak [MINUTES [SEED]]      half a minute and seed 1 if nothing is said
//! ```
//!
//! Exit code 1 if a call has no result, memory grows, or a task, a permit or a key is left.

mod batches;
mod tools;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use std::{fs, panic};

use fastrand::Rng;
use peak_alloc::PeakAlloc;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};
use tool_runtime::batch::Retry;
use tool_runtime::{Bound, Policy, ToolCall, Toolbox};

use batches::Tally;
use tools::World;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// How many batches run at once.
const AT_ONCE: u64 = 12;

/// How much more memory there may be in the last third than in the middle one.
const GROWTH: f64 = 1.05;

/// From then on, that is. Before, the system's allocator still finds its size, and what happens to run when it is looked at is a good
/// part of all there is; a leak of a hundred bytes a batch is more than this in half a minute.
const LONG: Duration = Duration::from_secs(300);
const SLACK: f64 = 128.0 * 1024.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let minutes: f64 = arguments.next().map_or(Ok(0.5), |text| text.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    quiet();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()?;
    runtime.block_on(soak(Duration::from_secs_f64(minutes * 60.0), seed))
}

/// Panics of the tools are not told; there are thousands.
fn quiet() {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_expected = info
            .payload_as_str()
            .is_some_and(|text| text.contains(tools::PANIC));
        if !is_expected {
            told(info);
        }
    }));
}

async fn soak(time: Duration, seed: u64) -> Result<(), Box<dyn Error>> {
    let (toolbox, world) = (tools::toolbox(policy()), Arc::new(World::default()));
    let desk = toolbox.bind(Arc::clone(&world));
    tools::INNER.set(desk.clone()).expect("nobody else does");
    let held = Arc::strong_count(&world);
    let until = Instant::now() + time;
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|worker| {
            tokio::spawn(work(
                desk.clone(),
                until,
                Rng::with_seed(seed * 1000 + worker),
            ))
        })
        .collect();
    let samples = watch(time).await?;
    let mut tally = Tally::default();
    for worker in workers {
        tally.add(worker.await??);
    }
    timeout(Duration::from_secs(20), toolbox.idle())
        .await
        .map_err(|_| "`idle` does not return")?;
    let (middle, last) = told(&samples, &tally, seed);
    nothing_is_left(&toolbox, &desk, &world, held).await?;
    let is_long = time >= LONG;
    for (what, middle, last, is_held) in [
        ("memory", middle.0, last.0, is_long),
        ("allocated", middle.1, last.1, true),
    ] {
        let slack = if is_long { 0.0 } else { SLACK };
        if is_held && last > middle * GROWTH + slack {
            return Err(format!(
                "{what} grows: {middle:.0} bytes in the middle third, {last:.0} in the last"
            )
            .into());
        }
    }
    println!("nothing is left: no task, no permit, no key");
    Ok(())
}

fn policy() -> Policy {
    let ms = Duration::from_millis;
    Policy::default()
        .call_timeout(ms(40))
        .grace(ms(3))
        .batch_timeout(ms(1000))
        .approval_timeout(ms(30))
        .max_wait(ms(300))
        .max_concurrency(16)
        .max_blocking_threads(8)
        .group_concurrency("some", ["limited", "plain", "booked"], 4)
        .max_result_bytes(4096)
        .retry(Retry::default().first_delay(ms(2)))
}

async fn work(desk: Bound<World>, until: Instant, mut rng: Rng) -> Result<Tally, String> {
    let (policy, mut tally) = (policy(), Tally::default());
    while Instant::now() < until {
        batches::one(&desk, &policy, &mut rng, &mut tally).await?;
    }
    Ok(tally)
}

/// How often memory is looked at. What is noted of it is there from the start, or it would be memory that grows.
const SAMPLES: u32 = 900;

/// Resident bytes and allocated ones.
async fn watch(time: Duration) -> Result<Vec<(f64, f64)>, Box<dyn Error>> {
    let mut samples = vec![(0.0, 0.0); SAMPLES as usize];
    for sample in &mut samples {
        sleep(time / SAMPLES).await;
        *sample = (resident()?, MEMORY.current_usage() as f64);
    }
    Ok(samples)
}

fn resident() -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/statm")?;
    let pages: f64 = text.split(' ').nth(1).ok_or("no such field")?.parse()?;
    Ok(pages * 4096.0)
}

/// Prints the table; what the middle and the last third took.
fn told(samples: &[(f64, f64)], tally: &Tally, seed: u64) -> ((f64, f64), (f64, f64)) {
    let third = samples.len() / 3;
    let mean = |samples: &[(f64, f64)]| {
        let sum = samples
            .iter()
            .fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        let count = samples.len().max(1) as f64;
        (sum.0 / count, sum.1 / count)
    };
    let thirds = [
        &samples[..third],
        &samples[third..2 * third],
        &samples[2 * third..],
    ]
    .map(mean);
    println!(
        "seed {seed}: {} batches, {} calls, {} of them with a fault",
        tally.batches.values().sum::<u64>(),
        tally.calls,
        tally.faults
    );
    println!("batches {:?}", tally.batches);
    println!("endings {:?}", tally.endings);
    for (name, (resident, allocated)) in ["first", "middle", "last"].iter().zip(thirds) {
        let mib = |bytes: f64| bytes / 1024.0 / 1024.0;
        println!(
            "{name} third: {:.2} MiB resident, {:.3} MiB allocated",
            mib(resident),
            mib(allocated)
        );
    }
    (thirds[1], thirds[2])
}

/// No task, no call, no state; calls that need all permits and keys begin at once.
async fn nothing_is_left(
    toolbox: &Toolbox<World>,
    desk: &Bound<World>,
    world: &Arc<World>,
    held: usize,
) -> Result<(), Box<dyn Error>> {
    // A task that has done its work may not have returned yet.
    for _ in 0..100 {
        if Handle::current().metrics().num_alive_tasks() == 0 {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    let tasks = Handle::current().metrics().num_alive_tasks();
    let (alive, count) = (world.alive.load(Ordering::SeqCst), Arc::strong_count(world));
    if (tasks, alive, count) != (0, 0, held) {
        return Err(format!("{tasks} tasks and {alive} calls are left, and the state is held {count} times, not {held}").into());
    }
    let call = |name: &str, row: usize| {
        ToolCall::new("", name, format!(r#"{{"a": {row}, "b": 0, "ms": 20}}"#))
    };
    let threads = (0..8).map(|row| call("threaded", row));
    let permits = [
        call("limited", 1),
        call("limited", 2),
        call("plain", 0),
        call("booked", 0),
    ];
    let probes: [Vec<ToolCall>; 3] = [
        threads.chain(permits).collect(),
        (0..8).map(|row| call("write", row)).collect(),
        vec![call("sweep", 0)],
    ];
    for calls in probes {
        // The layer refuses one attempt in fifty.
        let report = desk.run(calls).await;
        for result in report.results() {
            let began = result
                .span()
                .is_some_and(|span| span.started < Duration::from_millis(15));
            if !began || !result.waits().is_empty() {
                return Err(format!("a permit or a key is left: {result:?}").into());
            }
        }
    }
    timeout(Duration::from_secs(1), toolbox.idle())
        .await
        .map_err(|_| "`idle` does not return after the last batch")?;
    Ok(())
}
