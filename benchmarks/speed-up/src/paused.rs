//! One turn on a paused clock: figures that are exact, and the same on every machine.

use crate::table::{Figure, Row, head, merged};
use crate::tools::toolbox;
use crate::turn::{Set, Turn};
use crate::way::Way;
use crate::{PERCENT, paused_clock};

const WAYS: [Way; 6] = [
    Way::Batch,
    Way::BatchAsItIs,
    Way::LockPerKey,
    Way::Barrier,
    Way::OneLock,
    Way::JoinAll,
];

pub fn measure(count: usize) {
    head(&format!("{count} calls: times as fast, kept"), &PERCENT);
    for set in Set::ALL {
        let rows = std::iter::once(critical_path(set, count));
        let rows = rows.chain(WAYS.map(|way| row(set, count, way)));
        for row in merged(rows) {
            row.print_kept(set.name());
        }
    }
}

fn critical_path(set: Set, count: usize) -> Row {
    Row::new("critical path", &PERCENT, 0..50, |percent, seed| {
        let turn = Turn::new(set, count, percent, seed);
        Figure {
            value: turn.one_by_one() as f64 / turn.critical_path() as f64,
            wrong: 0,
        }
    })
}

fn row(set: Set, count: usize, way: Way) -> Row {
    let toolbox = toolbox();
    Row::new(way.name(), &PERCENT, 0..50, |percent, seed| {
        let turn = Turn::new(set, count, percent, seed);
        let run = |way: Way| paused_clock().block_on(way.run(&toolbox, &turn));
        let (right, done) = (run(Way::OneByOne), run(way));
        assert_eq!(right.ms(), turn.one_by_one() as f64);
        Figure {
            value: right.ms() / done.ms(),
            wrong: done.wrong(&right, way.keeps_order()),
        }
    })
}
