//! A run of 20 turns on a paused clock: in parallel, the same turns one by one, and one call a turn.

use std::time::Duration;

use crate::conversation::{Ran, Turn, Way, converse};
use crate::model::{Speed, tokens};
use crate::paused_clock;
use crate::script::Run;
use crate::table::{Table, grouped, time};

/// What tools take in the tables of one run.
pub const UNIT: Duration = Duration::from_millis(500);

pub fn run(run: Run, way: Way, speed: Speed, unit: Duration) -> Ran {
    paused_clock().block_on(converse(run, way, speed, unit))
}

/// The three ways, held to the same results.
pub fn ways(what: Run, speed: Speed, unit: Duration) -> [Ran; 3] {
    let ran = Way::ALL.map(|way| run(what, way, speed, unit));
    for other in &ran[1..] {
        ran[0].is_as(other);
    }
    ran
}

pub fn table() -> Table {
    let mut table = Table::new([
        "tools of 400, 500 and 600 ms",
        "requests",
        "calls",
        "wall at 50 tokens/s",
        "parallel saves",
        "wall at 200 tokens/s",
        "parallel saves",
        "of it tools",
        "request bytes",
        "tokens in",
        "tokens out",
    ]);
    for what in Run::ALL {
        let [slow, fast] = [Speed::SLOW, Speed::FAST].map(|speed| ways(what, speed, UNIT));
        for ((way, slow_ran), fast_ran) in Way::ALL.iter().zip(&slow).zip(&fast) {
            table.row([
                format!("{}: {}", what.name(), way.name()),
                slow_ran.turns.len().to_string(),
                slow_ran.sum(|turn| turn.calls).to_string(),
                time(slow_ran.wall),
                saved(slow_ran, &slow[0]),
                time(fast_ran.wall),
                saved(fast_ran, &fast[0]),
                time(slow_ran.tools()),
                grouped(slow_ran.sum(|turn| turn.sent) as u64),
                grouped(slow_ran.sum(|turn| tokens(turn.sent)) as u64),
                grouped(slow_ran.sum(|turn| tokens(turn.written)) as u64),
            ]);
        }
    }
    table
}

/// A model that makes one call a turn, without and with a batch tool.
pub fn batch_tool() -> Table {
    let mut table = Table::new([
        "a model that makes one call a turn; tools of 400, 500 and 600 ms",
        "requests",
        "calls",
        "wall at 50 tokens/s",
        "saved",
        "wall at 200 tokens/s",
        "saved",
        "of it tools",
        "request bytes",
        "tokens in",
        "tokens out",
    ]);
    for what in Run::ALL {
        let [slow, fast] = [Speed::SLOW, Speed::FAST].map(|speed| {
            let ran = Way::ONE_CALL.map(|way| run(what, way, speed, UNIT));
            for other in &ran[1..] {
                ran[0].is_as(other);
            }
            ran
        });
        let saved = |ran: &Ran, before: &Ran| match ran.wall == before.wall {
            true => "–".to_owned(),
            false => format!("{:.0} %", ran.saves(before) * 1e2),
        };
        for ((way, slow_ran), fast_ran) in Way::ONE_CALL.iter().zip(&slow).zip(&fast) {
            table.row([
                format!("{}: {}", what.name(), way.name()),
                slow_ran.turns.len().to_string(),
                slow_ran.sum(|turn| turn.calls).to_string(),
                time(slow_ran.wall),
                saved(slow_ran, &slow[0]),
                time(fast_ran.wall),
                saved(fast_ran, &fast[0]),
                time(slow_ran.tools()),
                grouped(slow_ran.sum(|turn| turn.sent) as u64),
                grouped(slow_ran.sum(|turn| tokens(turn.sent)) as u64),
                grouped(slow_ran.sum(|turn| tokens(turn.written)) as u64),
            ]);
        }
    }
    table
}

fn saved(ran: &Ran, parallel: &Ran) -> String {
    match ran.wall == parallel.wall {
        true => "–".to_owned(),
        false => format!("{:.0} %", parallel.saves(ran) * 1e2),
    }
}

/// Whether a turn is of one kind.
type Is = fn(&Turn) -> bool;

/// The turns of the desk by what they do.
pub fn turns() -> Table {
    let mut table = Table::new([
        "turns of the customer desk",
        "turns",
        "tools one by one",
        "in parallel",
        "times as fast",
        "with a model of 50 tokens/s",
        "of 200 tokens/s",
    ]);
    let kinds: [(&str, Is); 6] = [
        ("3 independent things", |turn| turn.calls == 3),
        ("4 independent things", |turn| turn.calls == 4),
        ("5 independent things", |turn| turn.calls == 5),
        ("write, then read the same", |turn| {
            turn.writes && turn.calls > 1
        }),
        ("one call", |turn| turn.calls == 1),
        ("an answer, no call", |turn| turn.calls == 0),
    ];
    let [slow, fast] = [Speed::SLOW, Speed::FAST].map(|speed| ways(Run::Desk, speed, UNIT));
    for (name, is_one) in kinds {
        let sum = |ran: &Ran, of: fn(&Turn) -> Duration| -> Duration {
            ran.turns.iter().filter(|turn| is_one(turn)).map(of).sum()
        };
        let times = |[parallel, one_by_one, _]: &[Ran; 3], of: fn(&Turn) -> Duration| {
            let [one_by_one, parallel] = [one_by_one, parallel].map(|ran| sum(ran, of));
            match parallel.is_zero() {
                true => "–".to_owned(),
                false => format!("{:.2}", one_by_one.as_secs_f64() / parallel.as_secs_f64()),
            }
        };
        let whole = |turn: &Turn| turn.model + turn.tools;
        let count = slow[0].turns.iter().filter(|turn| is_one(turn)).count();
        table.row([
            name.to_owned(),
            count.to_string(),
            time(sum(&slow[1], |turn| turn.tools)),
            time(sum(&slow[0], |turn| turn.tools)),
            times(&slow, |turn| turn.tools),
            times(&slow, whole),
            times(&fast, whole),
        ]);
    }
    table
}
