//! The latency arithmetic, on a paused clock: what is waited for one by one is waited for once.

use std::time::Duration;

use tokio::time::Instant;
use tool_runtime::Policy;

use crate::paused_clock;
use crate::table::{Table, time};
use crate::way::desk;
use crate::work::{Workload, workloads};

pub fn table() -> Table {
    let mut table = Table::new([
        "on a paused clock",
        "one by one",
        "parallel",
        "times as fast",
        "64 at once, as by default",
    ]);
    for work in workloads() {
        let [one_by_one, parallel, as_it_is] = [1, usize::MAX, 64].map(|most| run(&work, most));
        assert_eq!((one_by_one, parallel), (work.one_by_one(), work.slowest()));
        table.row([
            work.name.to_owned(),
            time(one_by_one),
            time(parallel),
            format!("{:.1}", one_by_one.as_secs_f64() / parallel.as_secs_f64()),
            time(as_it_is),
        ]);
    }
    table
}

/// How long a batch of the calls takes with so many at once.
pub fn run(work: &Workload, most: usize) -> Duration {
    let policy = Policy::default().max_concurrency(most);
    let desk = desk().with(policy).expect("a policy");
    paused_clock().block_on(async {
        let begun = Instant::now();
        desk.run(work.calls()).await;
        begun.elapsed()
    })
}
