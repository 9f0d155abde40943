//! A batch of calls with keys beside one without.

use tool_runtime::{Bound, ToolCall, Toolbox, tool, tools};

use crate::measured::{one_thread, workers};
use crate::table::{Times, heading, in_turn, row};
use crate::work::{self, Customer};

/// Looks up a customer.
#[tool(pure)]
async fn without(
    /// The customer's number.
    customer_id: u64,
) -> Customer {
    work::get_customer(customer_id).await
}

/// Looks up a customer.
#[tool(reads("customer:{customer_id}"))]
async fn reads(
    /// The customer's number.
    customer_id: u64,
) -> Customer {
    work::get_customer(customer_id).await
}

/// Changes a customer.
#[tool(writes("customer:{customer_id}"))]
async fn writes(
    /// The customer's number.
    customer_id: u64,
) -> Customer {
    work::get_customer(customer_id).await
}

const NAMES: [&str; 4] = ["without", "reads", "writes", "writes"];

/// Calls of the tool of that index; those of the last all have one key.
fn calls(index: usize) -> Vec<ToolCall> {
    let call = |id: usize| {
        let id = if index == 3 { 0 } else { id };
        ToolCall::new(
            "call",
            NAMES[index],
            format!(r#"{{"customer_id":{}}}"#, 1_000 + id),
        )
    };
    (0..10).map(call).collect()
}

pub fn times(rounds: usize) {
    println!("ns for a batch of 10 × `get_customer`, min / median (÷ without keys)\n");
    let toolbox = Toolbox::new(tools![without, reads, writes]).expect("a toolbox");
    let desk = toolbox.bind(());
    let several = workers();
    let task = in_turn(NAMES.len(), rounds, |index| {
        several
            .block_on(several.spawn(time(desk.clone(), index)))
            .expect("no panic")
    });
    let one = one_thread();
    let one = in_turn(NAMES.len(), rounds, |index| {
        one.block_on(time(desk.clone(), index))
    });
    heading("keys", &["from a task", "one thread"].map(str::to_owned));
    let names = [
        "none",
        "10 calls read a key each",
        "10 calls write a key each",
        "10 calls write one key",
    ];
    for (index, name) in names.into_iter().enumerate() {
        row(name, &[cell(&task, index), cell(&one, index)]);
    }
}

fn cell(times: &[Times], index: usize) -> String {
    let [least, median] = [times[index].least(), times[index].median()].map(|time| time * 1e9);
    format!(
        "{least:.0} / {median:.0} ({:.2})",
        times[index].ratio(&times[0])
    )
}

async fn time(desk: Bound<()>, index: usize) -> f64 {
    const TIMES: usize = 200;
    let batches: Vec<_> = (0..TIMES).map(|_| calls(index)).collect();
    let begun = std::time::Instant::now();
    for calls in batches {
        assert_eq!(desk.run(calls).await.results().len(), 10);
    }
    begun.elapsed().as_secs_f64() / TIMES as f64
}
