//! From which latency of tools on a run takes half of its time.

use std::sync::LazyLock;
use std::time::Duration;

use crate::conversation::{Ran, Way};
use crate::model::Speed;
use crate::run::ways;
use crate::script::Run;
use crate::table::{Table, time};

/// What tools take, in milliseconds.
pub const UNITS: [u64; 11] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

/// What parallel calls are held against.
pub const OTHERS: [(Way, usize); 2] = [(Way::OneByOne, 1), (Way::OneCallATurn, 2)];

/// The shares that one run with one model saves of each of the others, for each latency of tools.
struct Swept {
    what: Run,
    per_second: u64,
    shares: Vec<(u64, [f64; 2])>,
}

/// Run once, for the table and for the picture.
static SWEPT: LazyLock<Vec<Swept>> = LazyLock::new(|| {
    let swept = |what, speed: Speed| {
        let shares = UNITS.map(|unit| {
            let ran = ways(what, speed, Duration::from_millis(unit));
            (unit, OTHERS.map(|(_, other)| ran[0].saves(&ran[other])))
        });
        Swept {
            what,
            per_second: speed.per_second,
            shares: shares.into(),
        }
    };
    let speeds = [Speed::SLOW, Speed::FAST];
    let runs = Run::ALL.into_iter();
    runs.flat_map(|what| speeds.map(|speed| swept(what, speed)))
        .collect()
});

/// The share of the other's wall-clock that parallel saves, for each latency of tools.
pub fn saved(what: Run, speed: Speed, other: usize) -> Vec<(u64, f64)> {
    let is_it = |swept: &&Swept| swept.what == what && swept.per_second == speed.per_second;
    let swept = SWEPT.iter().find(is_it).expect("one of the four");
    let shares = swept.shares.iter();
    shares.map(|(unit, of)| (*unit, of[other - 1])).collect()
}

pub fn table() -> Table {
    let head = UNITS.map(|unit| time(Duration::from_millis(unit)));
    let head = std::iter::once("wall-clock saved, tools of about".to_owned()).chain(head);
    let mut table = Table::new(head);
    each(|what, speed, way, other| {
        let shares = saved(what, speed, other).into_iter();
        let shares = shares.map(|(_, share)| format!("{:.0} %", share * 1e2));
        table.row(std::iter::once(row_name(what, speed, way)).chain(shares));
    });
    table
}

/// From which latency on half of the wall-clock is saved: a run's time is the model's and so many times that of a tool.
pub fn half() -> Table {
    let mut table = Table::new([
        "half of the wall-clock is saved",
        "with tools that take nothing",
        "with the slowest tools",
        "half from tools of about",
    ]);
    each(|what, speed, way, other| {
        let ran = ways(what, speed, Duration::from_secs(1));
        let [parallel, other] = [&ran[0], &ran[other]].map(parts);
        let share = |unit: f64| 1.0 - (parallel.0 + parallel.1 * unit) / (other.0 + other.1 * unit);
        let from = (2.0 * parallel.0 - other.0) / (other.1 - 2.0 * parallel.1);
        let from = match (share(0.0) >= 0.5, share(1e9) > 0.5) {
            (true, _) => "always".to_owned(),
            (_, true) => time(Duration::from_secs_f64(from)),
            (_, false) => "never".to_owned(),
        };
        table.row([
            row_name(what, speed, way),
            format!("{:.0} %", share(0.0) * 1e2),
            format!("{:.0} %", share(1e9) * 1e2),
            from,
        ]);
    });
    table
}

/// The seconds of the model, and how many times a tool's time is waited for.
fn parts(ran: &Ran) -> (f64, f64) {
    (ran.model().as_secs_f64(), ran.tools().as_secs_f64())
}

fn each(mut row: impl FnMut(Run, Speed, Way, usize)) {
    for what in Run::ALL {
        for speed in [Speed::SLOW, Speed::FAST] {
            for (way, other) in OTHERS {
                row(what, speed, way, other);
            }
        }
    }
}

fn row_name(what: Run, speed: Speed, way: Way) -> String {
    format!(
        "{}, {}, against {}",
        what.name(),
        speed.short_name(),
        way.name()
    )
}
