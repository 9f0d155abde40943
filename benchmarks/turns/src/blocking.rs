//! Calls that wait beside calls that hold threads: how long they take, in parts of what they take alone.

use serde_json::json;
use tool_runtime::ToolCall;

use crate::runtime;
use crate::table::{Table, Times};
use crate::way::Way;

const SIBLINGS: usize = 3;
const ROUNDS: usize = 21;

pub fn table() -> Table {
    let mut table = Table::new([
        "3 calls of 10 ms, the last of them after ms, least / median",
        "alone",
        "**tool-runtime**",
        "times alone, least / median",
        "a spawn per call",
        "`join_all`",
    ]);
    for (workers, blockers) in [(2, 1), (4, 3)] {
        let what = match blockers {
            1 => "1 `async` call blocks".to_owned(),
            _ => format!("{blockers} `async` calls block"),
        };
        let ways = [Way::Batch, Way::Spawn, Way::JoinAll];
        let name = format!("{what} for 50 ms, {workers} workers");
        row(&mut table, workers, ("block", blockers), &ways, name);
    }
    for blockers in [1, 8, 32] {
        let calls = if blockers == 1 { "call" } else { "calls" };
        let name = format!("{blockers} {calls} of a plain `fn` for 50 ms, 2 workers");
        row(
            &mut table,
            2,
            ("block_thread", blockers),
            &[Way::Batch],
            name,
        );
    }
    table
}

fn row(
    table: &mut Table,
    workers: usize,
    (tool, blockers): (&str, usize),
    ways: &[Way],
    name: String,
) {
    let runtime = runtime(workers);
    let call = |name: &str, ms: u64| ToolCall::new("call", name, json!({"ms": ms}).to_string());
    let siblings = vec![call("fetch", 10); SIBLINGS];
    // Those that block come first: whoever is behind them in one task waits for them.
    let calls = [vec![call(tool, 50); blockers], siblings.clone()].concat();
    let last = |way: Way, calls: &[ToolCall]| {
        let ends = way.run(&runtime, calls).1;
        let ends = &ends[ends.len() - SIBLINGS..];
        ends.iter().copied().fold(0.0, f64::max)
    };
    let mut alone = Vec::new();
    let mut times = vec![Vec::new(); ways.len()];
    for _ in 0..ROUNDS {
        alone.push(last(Way::Batch, &siblings));
        for (times, way) in times.iter_mut().zip(ways) {
            times.push(last(*way, &calls));
        }
    }
    let alone = Times::of(alone);
    let times: Vec<Times> = times.into_iter().map(Times::of).collect();
    let mut cells = vec![
        name,
        alone.to_string(),
        times[0].to_string(),
        format!(
            "{:.2} / {:.2}",
            times[0].least / alone.least,
            times[0].median / alone.median
        ),
    ];
    cells.extend(times[1..].iter().map(Times::to_string));
    cells.resize(6, "–".to_owned());
    table.row(cells);
}
