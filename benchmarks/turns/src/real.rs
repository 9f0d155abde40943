//! The runs in real time, each a twentieth as long: does the paused clock say what happens?

use std::time::Duration;

use crate::conversation::{Ran, Way, converse};
use crate::model::Speed;
use crate::runtime;
use crate::script::Run;
use crate::table::{Table, ms};

const SHORTER: u32 = 20;
const UNIT: Duration = Duration::from_millis(500);

pub fn table() -> Table {
    let mut table = Table::new([
        "200 tokens/s, tools of about 500 ms, all a twentieth as long",
        "ms in real time",
        "model and tools as they were to take",
        "over",
        "waits",
        "over, a wait",
    ]);
    let runtime = runtime(2);
    for what in Run::ALL {
        let mut ran: Vec<Ran> = Vec::new();
        for way in Way::ALL {
            let speed = Speed::FAST.times(SHORTER);
            let run = converse(what, way, speed, UNIT / SHORTER);
            let run = async { tokio::spawn(run).await.expect("no panic") };
            ran.push(runtime.block_on(run));
        }
        for (way, ran) in Way::ALL.into_iter().zip(&ran) {
            table.row(row(what, way, ran));
        }
        for other in &ran[1..] {
            ran[0].is_as(other);
        }
    }
    table
}

fn row(what: Run, way: Way, ran: &Ran) -> [String; 6] {
    let exact = crate::run::run(what, way, Speed::FAST.times(SHORTER), UNIT / SHORTER);
    let over = ms(ran.wall) - ms(exact.wall);
    // Each is a timer, which fires up to a step late: the model's, and one for each call of the longest chain of a turn.
    let chain = |calls: usize, writes: bool| match way {
        Way::OneByOne => calls,
        _ if writes => calls,
        _ => calls.min(1),
    };
    let waits = ran.sum(|turn| 1 + chain(turn.calls, turn.writes));
    [
        format!("{}: {}", what.name(), way.name()),
        format!("{:.0}", ms(ran.wall)),
        format!("{:.0}", ms(exact.wall)),
        format!("{over:.0}"),
        waits.to_string(),
        format!("{:.2}", over / waits as f64),
    ]
}
