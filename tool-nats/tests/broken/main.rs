//! Is there one result for each call, whatever breaks on the way? With real processes that are killed or stand still, and ways that lose
//! bytes.

mod died;
mod many;
mod partition;
mod process;
mod server;
mod slow;
mod stalled;

use std::time::Duration;

use harness::NatsServer;
use tool_nats::{RemoteTools, async_nats};
use tool_runtime::{Report, ToolCall, Toolbox, tool, tools};

use process::Process;

/// Says so, from this process.
#[tool(pure)]
async fn stay_here() -> &'static str {
    "here"
}

/// The tools of these workers, and one of this process.
async fn toolbox(client: async_nats::Client, workers: usize) -> Toolbox<()> {
    let remote = RemoteTools::discover(client)
        .at_least(workers)
        .heartbeat(Duration::from_millis(200))
        .lost_after(Duration::from_secs(2))
        .await
        .expect("the workers");
    let tools = Toolbox::builder().tools(tools![stay_here]);
    tools.tools(remote.tools()).build().expect("a toolbox")
}

/// A server with so many workers.
async fn workers(count: usize) -> (NatsServer, Vec<Process>) {
    let server = NatsServer::start();
    let mut workers = Vec::new();
    for _ in 0..count {
        workers.push(Process::start(&server.url()).await);
    }
    (server, workers)
}

fn call(name: &str, arguments: serde_json::Value) -> ToolCall {
    ToolCall::new(format!("call_{name}"), name, arguments.to_string())
}

/// How the calls ended and what they may have changed.
fn ends(report: &Report) -> Vec<String> {
    let results = report.results().iter();
    let end = |result: &tool_runtime::ToolResult| {
        let outcome = result.outcome();
        format!("{} {}", outcome.ending.code(), outcome.effects.code())
    };
    results.map(end).collect()
}
