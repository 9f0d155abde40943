//! Measures calls on workers over NATS beside the same calls in this process: how many a second, how much longer one takes, and what it costs whom. With a
//! server of its own (`nats-server` on the PATH), workers as processes, and everything on this machine, so that what is measured is the bridge and not a network.
//!
//! ```text
//! cargo run --release              10,000 calls of 1 ms for 1, 2 and 4 workers: the table of ../RESULTS.md, in Markdown
//! cargo run --release -- smoke     the same with 200 calls, to see that it works
//! ```

mod cpu;
mod measured;
#[path = "../../../examples/workers/server.rs"]
mod server;

use std::error::Error;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tool_nats::{RemoteTools, Worker, async_nats};
use tool_runtime::{Policy, Toolbox, tool, tools};

use measured::{Measured, Processes, measured};

/// Takes a millisecond.
#[tool(pure)]
async fn wait_a_millisecond() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => table(10_000).await,
        [smoke] if smoke == "smoke" => table(200).await,
        [worker, url] if worker == "worker" => work(url).await,
        _ => Err("expected nothing, or `smoke`".into()),
    }
}

async fn table(calls: usize) -> Result<(), Box<dyn Error>> {
    println!(
        "| {calls} calls of 1 ms | at once | calls a second | p50 | p99 | added p50 | added p99 | CPU a call: caller | server | workers |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for at_once in [1, 64, 512] {
        let here = Toolbox::new(tools![wait_a_millisecond])?;
        let calls = match at_once {
            // One after the other takes as long as it takes.
            1 => calls.div_ceil(10),
            _ => calls,
        };
        let here = here.bind(()).with(policy(at_once))?;
        let here = measured(&here, calls, at_once, &Processes::default()).await?;
        here.print("in this process", at_once, &here);
        for workers in [1, 2, 4] {
            let there = with_workers(workers, calls, at_once).await?;
            let what = match workers {
                1 => "1 worker".to_owned(),
                count => format!("{count} workers"),
            };
            there.print(&what, at_once, &here);
        }
    }
    Ok(())
}

fn policy(at_once: usize) -> Policy {
    Policy::default()
        .max_concurrency(at_once)
        .max_calls(100_000)
}

async fn with_workers(
    count: usize,
    calls: usize,
    at_once: usize,
) -> Result<Measured, Box<dyn Error>> {
    let server = server::Server::start()?;
    let mut workers = Vec::new();
    for _ in 0..count {
        workers.push(worker(server.url()).await?);
    }
    let client = async_nats::connect(server.url()).await?;
    let remote = RemoteTools::discover(client).at_least(count).await?;
    let toolbox = Toolbox::<()>::builder().tools(remote.tools()).build()?;
    let desk = toolbox.bind(()).with(policy(at_once))?;
    let processes = Processes {
        server: Some(server.process()),
        workers: workers.iter().filter_map(Child::id).collect(),
    };
    measured(&desk, calls, at_once, &processes).await
}

/// A worker in a process of its own, which is gone when this is dropped.
async fn worker(url: &str) -> Result<Child, Box<dyn Error>> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["worker", url])
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().ok_or("the worker has no output")?;
    let ready = BufReader::new(output).lines().next_line().await?;
    ready.ok_or("the worker has ended before it was ready")?;
    Ok(child)
}

async fn work(url: &str) -> Result<(), Box<dyn Error>> {
    let toolbox = Toolbox::new(tools![wait_a_millisecond])?;
    let client = async_nats::connect(url).await?;
    let worker = Worker::new("bench", toolbox.bind(())).max_calls(1_000);
    let _worker = worker.start(&client).await?;
    println!("ready");
    std::future::pending().await
}
