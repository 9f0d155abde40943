//! Many batches at once, many calls in a batch, and what a call that waits keeps.

use crate::List;
use crate::kind::Kind;
use crate::measured::{From, workers};
use crate::table::{heading, in_turn, row};
use crate::work;

const BATCHES: usize = 1_000;
const MANY: usize = 100_000;
const WAITING: usize = 10_000;

pub fn all(list: &List, rounds: usize) {
    println!(
        "{BATCHES} batches of 10 at once; {MANY} calls in a batch; {WAITING} calls of a batch that wait\n"
    );
    let runtime = workers();
    let batches = |kind: Kind| (0..BATCHES).map(|_| kind.calls(10)).collect();
    let no_op = in_turn(list.len(), rounds, |index| {
        list[index].at_once(&runtime, batches(Kind::Add))
    });
    let wait = in_turn(list.len(), rounds, |index| {
        list[index].at_once(&runtime, batches(Kind::Wait(10)))
    });
    let many = in_turn(list.len(), rounds, |index| {
        list[index].batches(&runtime, From::Task, vec![Kind::Add.calls(MANY)])
    });
    let own = size_of_val(&work::wait(0)) as f64;
    heading(
        "contender",
        &[
            "at once: `add`, ns a call",
            "at once: sleeps of 10 ms, ms",
            "in a batch: `add`, ns a call",
            "waiting: bytes beyond the tool's future",
            "allocations",
        ]
        .map(str::to_owned),
    );
    for (index, contender) in list.iter().enumerate() {
        let waiting = contender.waiting(&runtime, Kind::Wait(2_000).calls(WAITING));
        let [no_op, many] =
            [(&no_op[index], 10 * BATCHES), (&many[index], MANY)].map(|(times, count)| {
                [times.least(), times.median()].map(|time| time * 1e9 / count as f64)
            });
        row(
            contender.name(),
            &[
                format!("{:.0} / {:.0}", no_op[0], no_op[1]),
                format!(
                    "{:.1} / {:.1}",
                    wait[index].least() * 1e3,
                    wait[index].median() * 1e3
                ),
                format!("{:.0} / {:.0}", many[0], many[1]),
                format!("{:.0}", waiting.live - own),
                format!("{:.1}", waiting.count),
            ],
        );
    }
    println!("\nThe tool's own future has {own} bytes.");
}
