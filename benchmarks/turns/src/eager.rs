//! Streamed responses on a paused clock: calls that begin while the model is still writing.

use std::convert::Infallible;
use std::time::Duration;

use futures::Stream;
use futures::stream::unfold;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use tool_runtime::batch::StreamedCalls;
use tool_runtime::dialect::{Anthropic, Message, OpenAiChat, StreamingDialect};
use tool_runtime::testing::{Reply, ScriptedModel};
use tool_runtime::{Policy, ToolResult, Toolbox, tool, tools};

use crate::paused_clock;
use crate::table::{Table, time};

/// Look something up.
#[tool(pure)]
async fn look_up(
    /// What to look for.
    query: String,
    /// How long it takes.
    ms: u64,
) -> usize {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    query.len()
}

/// Change an account.
#[tool(writes("account"))]
async fn change(
    /// What to change.
    query: String,
    /// How long it takes.
    ms: u64,
) -> usize {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    query.len()
}

/// What a model streams.
struct Written {
    name: &'static str,
    tool: &'static str,
    ms: Vec<u64>,
    query: &'static str,
}

const LONG: &str = "all orders of the last four quarters that were delivered later than promised, with the carrier, the city, the promised \
    and the real date, the reason that the carrier gave, whether the customer has written to us about it, and what we have answered then; \
    leave out those that were paid back already or that the customer has cancelled by himself";

fn written() -> [Written; 6] {
    let look_up = |name, ms: &[u64]| Written {
        name,
        tool: "look_up",
        ms: ms.to_vec(),
        query: "1234",
    };
    [
        look_up("400, 500, 600 ms", &[400, 500, 600]),
        look_up("600, 500, 400 ms", &[600, 500, 400]),
        look_up("5 of 500 ms", &[500; 5]),
        Written {
            tool: "change",
            ..look_up("5 of 500 ms that write one key", &[500; 5])
        },
        Written {
            query: LONG,
            ..look_up("5 of 500 ms, long arguments", &[500; 5])
        },
        Written {
            query: LONG,
            ..look_up(
                "2 s, then 4 of 100 ms, long arguments",
                &[2_000, 100, 100, 100, 100],
            )
        },
    ]
}

pub fn table() -> Table {
    let mut table = Table::new([
        "a streamed turn",
        "tokens",
        "is written in",
        "one by one when it is written",
        "in parallel when it is written",
        "**eager**",
        "eager saves",
        "first result when it is written",
        "**eager**",
    ]);
    for per_second in [50, 200] {
        for written in written() {
            row(&mut table, ("", Anthropic), &written, per_second);
        }
    }
    // The end of a call is seen at another place: where the next one begins, or the turn ends.
    for per_second in [50, 200] {
        let [_, written, ..] = written();
        row(
            &mut table,
            ("OpenAI Chat, ", OpenAiChat),
            &written,
            per_second,
        );
    }
    table
}

fn row(
    table: &mut Table,
    (name, dialect): (&str, impl StreamingDialect + Copy),
    written: &Written,
    per_second: u64,
) {
    let streamed = |policy: Policy| streamed(dialect, written, per_second, policy);
    let complete = Policy::default().streamed_calls(StreamedCalls::OnComplete);
    let [serial, parallel, eager] = [
        complete.clone().max_concurrency(1),
        complete,
        Policy::default(),
    ]
    .map(streamed);
    let saved = 1.0 - eager.wall.as_secs_f64() / parallel.wall.as_secs_f64();
    table.row([
        format!("{name}{per_second} tokens/s: {}", written.name),
        eager.tokens.to_string(),
        time(eager.written_in),
        time(serial.wall),
        time(parallel.wall),
        time(eager.wall),
        format!("{:.0} %", saved * 1e2),
        time(parallel.first),
        time(eager.first),
    ]);
}

struct Streamed {
    tokens: usize,
    /// From the first token to the last.
    written_in: Duration,
    /// From the first token to the last result.
    wall: Duration,
    /// To the first result.
    first: Duration,
}

fn streamed(
    dialect: impl StreamingDialect + Copy,
    written: &Written,
    per_second: u64,
    policy: Policy,
) -> Streamed {
    let calls = written.ms.iter();
    let reply = calls.fold(Reply::new(), |reply, ms| {
        reply.call(written.tool, json!({"query": written.query, "ms": ms}))
    });
    let history: Vec<Message> = vec![json!({"role": "user", "content": "…"}).into()];
    let events = ScriptedModel::new(dialect).turn(reply).stream(&history);
    let bytes: usize = events.iter().map(|event| said(event)).sum();
    let time = |bytes: usize| Duration::from_millis(bytes as u64 * 1_000 / 4 / per_second);
    let toolbox = Toolbox::new(tools![look_up, change]).expect("a toolbox");
    let desk = toolbox.bind(()).with(policy).expect("a policy");
    let (wall, first) = paused_clock().block_on(async {
        let begun = Instant::now();
        let body = paced(events, move |bytes| begun + time(bytes));
        let streamed = desk.run_stream(dialect.stream(), body).await;
        let report = streamed.expect("a turn").report;
        assert_eq!(report.results().len(), written.ms.len());
        assert!(report.results().iter().all(|result| !result.is_error()));
        let wall = begun.elapsed();
        // What ran is counted from the batch's beginning, which is its first call's.
        let ended = |result: &ToolResult| result.span().expect("it ran").finished;
        let first = report.results().iter().map(ended).min();
        (wall, wall - report.wall() + first.expect("a call"))
    });
    Streamed {
        tokens: bytes.div_ceil(4),
        written_in: time(bytes),
        wall,
        first,
    }
}

/// Each event when the model has written what is in it.
fn paced(
    events: Vec<Vec<u8>>,
    at: impl Fn(usize) -> Instant,
) -> impl Stream<Item = Result<Vec<u8>, Infallible>> {
    unfold(
        (events.into_iter(), 0, at),
        |(mut events, mut bytes, at)| async move {
            let event = events.next()?;
            bytes += said(&event);
            sleep_until(at(bytes)).await;
            Some((Ok(event), (events, bytes, at)))
        },
    )
}

/// How many bytes of an event a model has written: texts, and the names, ids and arguments of calls.
fn said(event: &[u8]) -> usize {
    const SAID: [&str; 6] = ["text", "content", "name", "id", "arguments", "partial_json"];
    fn count(value: &Value) -> usize {
        match value {
            Value::Object(members) => {
                let members = members.iter();
                let counts = members.map(|(key, value)| match value {
                    Value::String(text) if SAID.contains(&key.as_str()) => text.len(),
                    _ => count(value),
                });
                counts.sum()
            }
            Value::Array(items) => items.iter().map(count).sum(),
            _ => 0,
        }
    }
    let text = String::from_utf8_lossy(event);
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let data = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    // Of an envelope's own id nothing is written by the model.
    data.map(|value| match value {
        Value::Object(members) => {
            let inner = members
                .into_iter()
                .filter(|(key, _)| key != "id" && key != "message");
            count(&Value::Object(inner.collect()))
        }
        _ => 0,
    })
    .sum()
}
