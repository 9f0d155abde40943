//! Where parallel calls bring nothing, on a paused clock.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};
use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};

use crate::model::{Speed, tokens};
use crate::paused_clock;
use crate::table::{Table, time};

/// Look something up.
#[tool(pure)]
async fn look_up(
    /// How long it takes.
    ms: u64,
) -> u64 {
    wait(ms).await
}

/// Ask a service that takes one request at a time.
#[tool(pure, max_concurrency = 1)]
async fn ask_in_turn(
    /// How long it takes.
    ms: u64,
) -> u64 {
    wait(ms).await
}

/// Change an account.
#[tool(writes("account:{account}"))]
async fn change(
    /// Which account.
    account: u64,
    /// How long it takes.
    ms: u64,
) -> u64 {
    wait(ms).await;
    account
}

async fn wait(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

/// Calls turn by turn.
type Turns = Vec<Vec<ToolCall>>;

pub fn table() -> Table {
    let mut table = Table::new([
        "calls",
        "tools one by one",
        "in parallel",
        "times as fast",
        "saved of the turn, 50 tokens/s",
        "200 tokens/s",
    ]);
    let look_up = |ms: u64| call("look_up", json!({ "ms": ms }));
    let change = |account: u64| call("change", json!({"account": account, "ms": 500}));
    let four = |call: &ToolCall| vec![vec![call.clone(); 4]];
    let one_slow = [vec![look_up(5_000)], vec![look_up(100); 4]].concat();
    let cases: [(&str, Turns); 8] = [
        (
            "4 of 500 ms that need nothing of each other, for comparison",
            four(&look_up(500)),
        ),
        (
            "4 of 500 ms, each of which needs the answer of the one before: 4 turns",
            vec![vec![look_up(500)]; 4],
        ),
        ("one of 5 s beside 4 of 100 ms", vec![one_slow]),
        ("4 of 2 ms", four(&look_up(2))),
        ("4 of 500 ms that write one key", four(&change(7))),
        (
            "4 of 500 ms that write different keys, for comparison",
            vec![(0..4).map(change).collect()],
        ),
        (
            "4 of 500 ms at a service that takes one at a time",
            four(&call("ask_in_turn", json!({"ms": 500}))),
        ),
        ("1 of 500 ms", vec![vec![look_up(500)]]),
    ];
    for (name, turns) in cases {
        let [one_by_one, parallel] = [1, 64].map(|most| run(&turns, most));
        let saved = |speed: Speed| {
            let model = model(&turns, speed);
            let share = (one_by_one - parallel).as_secs_f64() / (model + one_by_one).as_secs_f64();
            format!("{:.1} %", share * 1e2)
        };
        table.row([
            name.to_owned(),
            time(one_by_one),
            time(parallel),
            format!("{:.2}", one_by_one.as_secs_f64() / parallel.as_secs_f64()),
            saved(Speed::SLOW),
            saved(Speed::FAST),
        ]);
    }
    table
}

fn call(name: &str, arguments: serde_json::Value) -> ToolCall {
    ToolCall::new("call", name, arguments.to_string())
}

/// How long the tools take, turn after turn.
fn run(turns: &Turns, most: usize) -> Duration {
    let tools = tools![look_up, ask_in_turn, change];
    let toolbox = Toolbox::new(tools).expect("a toolbox");
    let policy = Policy::default().max_concurrency(most);
    let desk = toolbox.bind(()).with(policy).expect("a policy");
    paused_clock().block_on(async {
        let begun = Instant::now();
        for calls in turns {
            let report = desk.run(calls.as_slice()).await;
            assert!(report.results().iter().all(|result| !result.is_error()));
        }
        begun.elapsed()
    })
}

/// How long the model takes to write the calls of all turns.
fn model(turns: &Turns, speed: Speed) -> Duration {
    /// What stands round a call's name and arguments, in bytes.
    const AROUND: usize = 60;
    let bytes = |call: &ToolCall| AROUND + call.name().len() + call.arguments().len();
    let time = |calls: &Vec<ToolCall>| speed.time(tokens(calls.iter().map(bytes).sum()));
    turns.iter().map(time).sum()
}
