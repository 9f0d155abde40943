//! Two turns at once, on a paused clock: what the order across batches leaves of running them together.

use std::sync::Arc;

use futures::future::join;
use tokio::time::Instant;
use tool_runtime::{Bound, Toolbox};

use crate::table::{Figure, Row, head, merged};
use crate::tools::{Store, toolbox, unlimited};
use crate::turn::{Set, Turn};
use crate::way::{Done, Way, texts};
use crate::{PERCENT, paused_clock};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The second begins when the first has ended.
    OneAfterTheOther,
    /// At once, under `order_across_batches`.
    Scope,
    /// At once.
    None,
}

pub fn measure() {
    head(
        "two batches of 32 calls: part of the time one after the other",
        &PERCENT,
    );
    for set in Set::ALL {
        let rows = [
            critical_path(set),
            row(set, "**in one scope**", Order::Scope),
            row(set, "no scope", Order::None),
        ];
        for row in merged(rows) {
            row.print_parts(set.name());
        }
    }
}

fn apart(halves: &[Turn; 2]) -> f64 {
    halves.iter().map(Turn::critical_path).sum::<u64>() as f64
}

fn critical_path(set: Set) -> Row {
    Row::new("critical path of both", &PERCENT, 0..50, |percent, seed| {
        let both = Turn::new(set, 64, percent, seed);
        Figure {
            value: both.critical_path() as f64 / apart(&both.halves()),
            wrong: 0,
        }
    })
}

fn row(set: Set, name: &'static str, order: Order) -> Row {
    let toolbox = toolbox();
    Row::new(name, &PERCENT, 0..50, |percent, seed| {
        let both = Turn::new(set, 64, percent, seed);
        let halves = both.halves();
        let right = paused_clock().block_on(Way::OneByOne.run(&toolbox, &both));
        let run = |order| paused_clock().block_on(run(&toolbox, &halves, order));
        let (after, done) = (run(Order::OneAfterTheOther), run(order));
        assert_eq!(after.ms(), apart(&halves));
        after.wrong(&right, true);
        Figure {
            value: done.ms() / after.ms(),
            wrong: done.wrong(&right, order != Order::None),
        }
    })
}

async fn run(toolbox: &Toolbox<Store>, [first, second]: &[Turn; 2], order: Order) -> Done {
    let store = Arc::new(Store::new());
    let desk = toolbox.bind(Arc::clone(&store)).with(unlimited());
    let desk: Bound<Store> = desk.expect("a policy");
    let desk = match order {
        Order::Scope => desk.order_across_batches("t"),
        Order::OneAfterTheOther | Order::None => desk,
    };
    let begun = Instant::now();
    let first = desk.run(first.calls.as_slice());
    let second = desk.run(second.calls.as_slice());
    let (first, second) = match order {
        Order::OneAfterTheOther => (first.await, second.await),
        // The first is polled first, and so is the first to be handed over.
        Order::Scope | Order::None => join(first, second).await,
    };
    let wall = begun.elapsed();
    Done {
        results: [texts(&first), texts(&second)].concat(),
        values: store.values(),
        wall,
    }
}
