//! One call: time, instructions, allocations.

use crate::contenders::Contender;
use crate::contenders::by_hand::ByHand;
use crate::contenders::ours::Ours;
use crate::counting::Allocations;
use crate::instructions;
use crate::kind::Kind;
use crate::measured::{From, Measured, one_thread};
use crate::table::{heading, in_turn, row};
use crate::{List, is_small};

/// How the last rows are called: a batch has a fixed cost, and so has its first call.
const FURTHER: &str = "tool-runtime, a further call";

/// So many further calls.
fn more(kind: Kind) -> usize {
    if is_small(kind) { 100 } else { 10 }
}

fn columns(kinds: &[Kind]) -> Vec<String> {
    kinds
        .iter()
        .map(|kind| format!("`{}`", kind.name()))
        .collect()
}

pub fn times(list: &List) {
    println!("ns for one call, min / median (÷ hand-written)\n");
    let runtime = one_thread();
    let ours = list.named(Ours::NAME);
    let by_hand = list.position(ByHand::NAME);
    let mut cells = vec![Vec::new(); list.len() + 1];
    for kind in Kind::ALL {
        let times = if is_small(kind) { 2_000 } else { 200 };
        let batch = |count| {
            let batches = (0..times / 10).map(|_| kind.calls(count)).collect();
            ours.batches(&runtime, From::BlockOn, batches)
        };
        let measured = in_turn(list.len() + 1, 25, |index| match list.get(index) {
            Some(contender) => contender.single(&runtime, kind, times),
            None => (batch(1 + more(kind)) - batch(1)) / more(kind) as f64,
        });
        for (cells, times) in cells.iter_mut().zip(&measured) {
            let [least, median] = [times.least(), times.median()].map(|time| time * 1e9);
            let ratio = times.ratio(&measured[by_hand]);
            cells.push(format!("{least:.0} / {median:.0} ({ratio:.2})"));
        }
    }
    heading("contender", &columns(&Kind::ALL));
    for (index, cells) in cells.iter().enumerate() {
        row(list.get(index).map_or(FURTHER, Measured::name), cells);
    }
}

pub fn instructions(list: &List) {
    println!("instructions for one call (callgrind, one thread)\n");
    heading("contender", &columns(&Kind::ALL));
    for contender in list.iter() {
        let cells = Kind::ALL.map(|kind| {
            let count = usize::from(contender.name() == Ours::NAME);
            format!("{:.0}", instructions::of(contender.name(), kind, count))
        });
        row(contender.name(), &cells);
    }
    let further = |kind| format!("{:.0}", instructions::further(Ours::NAME, kind, more(kind)));
    row(FURTHER, &Kind::ALL.map(further));
}

pub fn allocations(list: &List) {
    println!("allocations for one call (bytes)\n");
    heading("contender", &columns(&Kind::ALL));
    let runtime = one_thread();
    for contender in list.iter() {
        let cells = Kind::ALL.map(|kind| contender.single_allocations(&runtime, kind).to_string());
        row(contender.name(), &cells);
    }
    let ours = list.named(Ours::NAME);
    let further = Kind::ALL.map(|kind| {
        let in_batch = |count| {
            let per_call = ours.batch_allocations(&runtime, kind.calls(count));
            [per_call.count, per_call.bytes].map(|value| value * count as f64)
        };
        let [first, all] = [in_batch(1), in_batch(1 + more(kind))];
        let further = Allocations {
            count: all[0] - first[0],
            bytes: all[1] - first[1],
            live: 0.0,
        };
        further.per(more(kind)).to_string()
    });
    row(FURTHER, &further);
}
