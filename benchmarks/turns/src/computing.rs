//! Calls that compute: how near to what the cores give.

use std::thread;
use std::time::Instant;

use serde_json::json;
use tokio::runtime::Runtime;
use tool_runtime::ToolCall;

use crate::runtime;
use crate::table::{Table, Times, ms};
use crate::way::{Way, computed};

const CALLS: usize = 8;
pub fn table() -> Table {
    let mut table = Table::new([
        "8 calls that compute, ms in real time, least / median",
        "one by one",
        "ideal: its least, on all workers",
        "**tool-runtime**",
        "least, times the ideal",
        "as many threads by hand",
        "a spawn per call",
        "`join_all`",
    ]);
    // The short ones fit between two moments at which others have the cores, so their least is of a quiet machine.
    for (target, rounds) in [(10.0, 21), (0.5, 1_001)] {
        let steps = steps(target);
        for workers in [2, 1] {
            let name = match workers {
                1 => format!("{target} ms each, 1 worker"),
                _ => format!("{target} ms each, {workers} workers"),
            };
            row(&mut table, (workers, steps, rounds), name);
        }
    }
    table
}

/// How many steps take so many milliseconds here, where nothing else runs.
fn steps(target: f64) -> u64 {
    const TRIED: u64 = 1_000_000;
    let once = |_| {
        let begun = Instant::now();
        std::hint::black_box(computed(TRIED));
        ms(begun.elapsed())
    };
    let took = Times::of((0..51).map(once).collect());
    (TRIED as f64 * target / took.least) as u64
}

fn row(table: &mut Table, (workers, steps, rounds): (usize, u64, usize), name: String) {
    let runtime: Runtime = runtime(workers);
    let call = ToolCall::new("call", "compute", json!({"steps": steps}).to_string());
    let calls = vec![call; CALLS];
    let ways = [Way::OneByOne, Way::Batch, Way::Spawn, Way::JoinAll];
    let mut times: [Vec<f64>; 4] = Default::default();
    let mut threads = Vec::new();
    // In turn, so that what else the machine does falls on all alike.
    for _ in 0..rounds {
        for (times, way) in times.iter_mut().zip(ways) {
            times.push(way.run(&runtime, &calls).0);
        }
        threads.push(by_hand(workers, steps));
    }
    let [one_by_one, batch, spawn, join_all] = times.map(Times::of);
    let ideal = one_by_one.least / workers as f64;
    table.row([
        name,
        one_by_one.to_string(),
        format!("{ideal:.2}"),
        batch.to_string(),
        format!("{:.2}", batch.least / ideal),
        Times::of(threads).to_string(),
        spawn.to_string(),
        join_all.to_string(),
    ]);
}

/// The same steps on threads of their own, which are begun and awaited.
fn by_hand(workers: usize, steps: u64) -> f64 {
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                for _ in 0..CALLS / workers {
                    std::hint::black_box(computed(std::hint::black_box(steps)));
                }
            });
        }
    });
    ms(begun.elapsed())
}
