//! Tools on other machines: three workers as processes, a batch of 64 calls, and one of the workers killed midway.
//!
//! ```text
//! cargo run --example workers --features nats                    with a `nats-server` of its own, from the PATH
//! cargo run --example workers --features nats -- worker URL      one more worker, at a server of yours
//! ```

mod server;
mod worker;

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use tokio_stream::StreamExt as _;
use tool_nats::{RemoteTools, async_nats};
use tool_runtime::batch::Event;
use tool_runtime::{Policy, Report, ToolCall, Toolbox};

use server::Server;
use worker::Process;

const CALLS: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => demonstrate().await,
        [worker, url] if worker == "worker" => worker::run(url).await,
        _ => Err("expected no arguments, or `worker URL`".into()),
    }
}

async fn demonstrate() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    println!(
        "nats-server is process {}, at {}",
        server.process(),
        server.url()
    );
    let mut workers = Vec::new();
    for _ in 0..3 {
        workers.push(Process::start(server.url()).await?);
    }
    let client = async_nats::connect(server.url()).await?;
    // A program of yours leaves the times as they are: 2 and 10 seconds.
    let remote = RemoteTools::discover(client)
        .at_least(workers.len())
        .heartbeat(Duration::from_millis(100))
        .lost_after(Duration::from_millis(500))
        .await?;
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .policy(Policy::default().max_concurrency(CALLS))
        .build()?;

    let call = |index| {
        let arguments = format!(r#"{{"sample": {index}}}"#);
        ToolCall::new(format!("call_{index}"), "analyse", arguments)
    };
    let calls: Vec<_> = (0..CALLS).map(call).collect();
    let mut events = toolbox.bind(()).run(calls).events();
    let mut finished = 0;
    while let Some(event) = events.next().await {
        match event {
            Event::Finished { .. } => {
                finished += 1;
                if finished == CALLS / 3 {
                    println!("{finished} calls have their results; worker 2 is killed");
                    workers[1].kill().await?;
                }
            }
            Event::Report(report) => print(&report, &workers),
            _ => {}
        }
    }
    Ok(())
}

/// Who has run what, and what it took.
fn print(report: &Report, workers: &[Process]) {
    let mut by_worker: BTreeMap<String, usize> = BTreeMap::new();
    let mut tried_again = 0;
    for result in report.results() {
        match result.is_error() {
            true => println!("{}: {}", result.id(), result.text()),
            // The tool answers with the process that it ran in.
            false => *by_worker.entry(result.text().to_owned()).or_default() += 1,
        }
        tried_again += usize::from(!result.failed_attempts().is_empty());
    }
    for (index, worker) in workers.iter().enumerate() {
        let calls = by_worker.get(&worker.id().to_string());
        println!("worker {}: {} calls", index + 1, calls.unwrap_or(&0));
    }
    println!("{tried_again} calls were tried again, since their worker was lost");
    let answered = report.results().iter().filter(|result| !result.is_error());
    println!("{} of {CALLS} answered", answered.count());
}
