//! Calls that wait, compute, or block their thread.

use std::time::Instant;

use crate::List;
use crate::kind::Kind::{self, Block, Compute, Wait};
use crate::measured::{From, Measured, workers};
use crate::table::{heading, in_turn, median, row};
use crate::work;

struct Turn {
    name: &'static str,
    calls: Vec<(Kind, usize)>,
    ideal: f64,
    /// Whether it is told when the calls that wait were done.
    others: bool,
}

fn turns() -> Vec<Turn> {
    let turn = |name, calls: &[(Kind, usize)], ideal, others| Turn {
        name,
        calls: calls.to_vec(),
        ideal,
        others,
    };
    vec![
        turn("10 sleep 1", &[(Wait(1), 10)], 1.0, false),
        turn("100 sleep 1", &[(Wait(1), 100)], 1.0, false),
        turn("1,000 sleep 1", &[(Wait(1), 1_000)], 1.0, false),
        turn("8 compute 20", &[(Compute(20), 8)], 80.0, false),
        turn(
            "1 blocks 50, 3 sleep 10",
            &[(Block(50), 1), (Wait(10), 3)],
            50.0,
            true,
        ),
        turn(
            "2 block 50, 2 sleep 10",
            &[(Block(50), 2), (Wait(10), 2)],
            50.0,
            true,
        ),
    ]
}

pub fn times(list: &List, rounds: usize) {
    println!(
        "ms for a batch, min / median (÷ ideal); others: when the last that sleeps was done, median\n"
    );
    let runtime = workers();
    let mut cells = vec![Vec::new(); list.len()];
    let mut columns = Vec::new();
    for turn in turns() {
        let mut others = vec![Vec::new(); list.len()];
        let measured = in_turn(list.len(), rounds, |index| {
            let calls = turn
                .calls
                .iter()
                .flat_map(|(kind, count)| kind.calls(*count));
            let begun = Instant::now();
            work::last_wait();
            let took = list[index].batches(&runtime, From::Task, vec![calls.collect()]);
            others[index].push((work::last_wait() - begun).as_secs_f64() * 1e3);
            took * 1e3
        });
        columns.push(turn.name.to_owned());
        for ((cells, times), others) in cells.iter_mut().zip(&measured).zip(others) {
            let (least, median_time) = (times.least(), times.median());
            let ratio = median_time / turn.ideal;
            cells.push(format!("{least:.1} / {median_time:.1} ({ratio:.2})"));
            if turn.others {
                cells.push(format!("{:.1}", median(others)));
            }
        }
        if turn.others {
            columns.push("others".to_owned());
        }
    }
    heading("contender", &columns);
    for (contender, cells) in list.iter().zip(&cells) {
        row(contender.name(), cells);
    }
}

/// Whether all answers are right.
pub fn check(contender: &dyn Measured) {
    for kind in [Wait(1), Compute(1), Block(1)] {
        contender.check(kind, 3);
    }
}
