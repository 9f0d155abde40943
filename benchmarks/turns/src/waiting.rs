//! Calls that wait, in real time: how much longer than its slowest call a turn takes.

use std::time::Duration;

use crate::runtime;
use crate::table::{Table, Times, ms};
use crate::way::Way;
use crate::work::{Workload, workloads};

/// tokio's timers fire on whole milliseconds.
const STEP: Duration = Duration::from_millis(1);

pub fn table() -> Table {
    let mut table = Table::new([
        "ms in real time, least / median",
        "slowest call",
        "target",
        "**tool-runtime**",
        "`join_all`",
        "one by one",
        "times as fast",
    ]);
    for work in workloads() {
        row(&mut table, &work.scaled(), 21);
    }
    for (name, count, rounds) in [
        ("3 calls of 400 to 600 ms", 3, 5),
        ("10 calls of 400 to 600 ms", 10, 5),
        ("1,000 calls of 400 to 600 ms", 1_000, 9),
    ] {
        let ms = (0..count).map(|index| [400, 500, 600][index % 3]).collect();
        row(&mut table, &Workload { name, ms }, rounds);
    }
    table
}

fn row(table: &mut Table, work: &Workload, rounds: usize) {
    let runtime = runtime(2);
    let calls = work.calls();
    let slowest = work.slowest();
    let (mut batch, mut by_hand, mut one_by_one) = (Vec::new(), Vec::new(), Vec::new());
    // What would take too long is added up.
    let measured = work.one_by_one() < Duration::from_secs(10);
    for round in 0..rounds {
        batch.push(Way::Batch.run(&runtime, &calls).0);
        by_hand.push(Way::JoinAll.run(&runtime, &calls).0);
        if measured && round % 7 == 0 {
            one_by_one.push(Way::OneByOne.run(&runtime, &calls).0);
        }
    }
    let batch = Times::of(batch);
    let (told, alone) = match measured {
        true => {
            let times = Times::of(one_by_one);
            (times.to_string(), times.median)
        }
        false => ("–".to_owned(), ms(work.one_by_one())),
    };
    let name = match ms(slowest) < 400.0 {
        true => format!("{}, each a tenth", work.name),
        false => work.name.to_owned(),
    };
    table.row([
        name,
        format!("{:.0}", ms(slowest)),
        format!("{:.1}", ms(slowest) * 1.02 + ms(STEP)),
        batch.to_string(),
        Times::of(by_hand).to_string(),
        told,
        format!("{:.1}", alone / batch.median),
    ]);
}
