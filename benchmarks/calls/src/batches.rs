//! Batches of calls that do nothing: time from a task and from `block_on`, instructions, allocations.

use crate::List;
use crate::contenders::Contender;
use crate::contenders::by_hand::ByHand;
use crate::instructions;
use crate::kind::Kind;
use crate::measured::{From, one_thread, workers};
use crate::table::{heading, in_turn, row};

const COUNTS: [usize; 5] = [1, 10, 100, 1_000, 10_000];

pub fn times(list: &List, rounds: usize) {
    let runtime = workers();
    for (from, name) in [
        (From::Task, "from a task"),
        (From::BlockOn, "from `block_on`"),
    ] {
        println!("\nns for each call of a batch of `add`, {name}, min / median (÷ hand-written)\n");
        let mut cells = vec![Vec::new(); list.len()];
        for count in COUNTS {
            let measured = in_turn(list.len(), rounds, |index| {
                let batches = (2_000 / count).clamp(1, 200);
                let batches = (0..batches).map(|_| Kind::Add.calls(count)).collect();
                list[index].batches(&runtime, from, batches) / count as f64
            });
            let by_hand = &measured[list.position(ByHand::NAME)];
            for (cells, times) in cells.iter_mut().zip(&measured) {
                let [least, median] = [times.least(), times.median()].map(|time| time * 1e9);
                cells.push(format!(
                    "{least:.0} / {median:.0} ({:.2})",
                    times.ratio(by_hand)
                ));
            }
        }
        heading("contender", &COUNTS.map(|count| count.to_string()));
        for (contender, cells) in list.iter().zip(&cells) {
            row(contender.name(), cells);
        }
    }
}

fn columns() -> Vec<String> {
    let columns =
        Kind::SMALL.map(|kind| ["100", "1,000"].map(|count| format!("`{}`, {count}", kind.name())));
    columns.concat()
}

pub fn instructions(list: &List) {
    println!("instructions for each call of a batch (callgrind, one thread)\n");
    heading("contender", &columns());
    for contender in list.iter() {
        let cells = Kind::SMALL.map(|kind| {
            [100, 1_000]
                .map(|count| format!("{:.0}", instructions::of(contender.name(), kind, count)))
        });
        row(contender.name(), &cells.concat());
    }
}

pub fn allocations(list: &List) {
    println!("allocations for each call of a batch (bytes)\n");
    heading("contender", &columns());
    let runtime = one_thread();
    for contender in list.iter() {
        let cells = Kind::SMALL.map(|kind| {
            [100, 1_000].map(|count| {
                contender
                    .batch_allocations(&runtime, kind.calls(count))
                    .to_string()
            })
        });
        row(contender.name(), &cells.concat());
    }
}
