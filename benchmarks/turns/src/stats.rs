//! What `turn_stats` finds of the runs: how many calls a turn had, and which turns could have been one.

use crate::conversation::Way;
use crate::model::{Speed, tokens};
use crate::run::{UNIT, ways};
use crate::script::Run;
use crate::table::{Table, grouped, time};

pub fn table() -> Table {
    let mut table = Table::new([
        "what is found of a run, at 50 tokens/s",
        "turns with calls",
        "calls a turn",
        "could have been",
        "tools saved",
        "tools missed",
        "model between",
        "wall",
        "tokens in",
        "tokens out",
    ]);
    for what in Run::ALL {
        let ran = ways(what, Speed::SLOW, UNIT);
        // One by one the turns are the same.
        let ways = Way::ALL.iter().zip(&ran);
        for (way, ran) in ways.filter(|(way, _)| **way != Way::OneByOne) {
            let stats = &ran.stats;
            let times = stats.times.expect("reports have times");
            table.row([
                format!("{}: {}", what.name(), way.name()),
                stats.turns.len().to_string(),
                format!("{:.1}", stats.calls_per_turn()),
                (stats.turns.len() - stats.could_save()).to_string(),
                time(times.saved()),
                time(times.missed),
                times.model.map_or_else(|| "–".to_owned(), time),
                time(ran.wall),
                grouped(ran.sum(|turn| tokens(turn.sent)) as u64),
                grouped(ran.sum(|turn| tokens(turn.written)) as u64),
            ]);
        }
    }
    table
}
