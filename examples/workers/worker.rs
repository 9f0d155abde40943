//! A worker, and the process that it is.

use std::error::Error;
use std::io;
use std::process::{Stdio, id};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::signal::ctrl_c;
use tokio::time::sleep;
use tool_nats::{Worker, async_nats};
use tool_runtime::{Toolbox, tool, tools};

/// Analyse a sample.
#[tool(writes("sample:{sample}"), idempotent)]
async fn analyse(
    /// The sample's number.
    sample: u64,
) -> u32 {
    sleep(Duration::from_millis(50 + sample % 7 * 20)).await;
    id()
}

/// Answers calls until Ctrl-C, then ends those that it has.
pub(crate) async fn run(url: &str) -> Result<(), Box<dyn Error>> {
    let toolbox = Toolbox::new(tools![analyse])?;
    let client = async_nats::connect(url).await?;
    let worker = Worker::new("lab", toolbox.bind(()))
        .version("1.0.0")
        .max_calls(16)
        .start(&client)
        .await?;
    println!("ready {}", worker.id());
    ctrl_c().await?;
    worker.drain().await;
    Ok(())
}

/// A worker in a process of its own, which is gone when this is dropped.
pub(crate) struct Process {
    child: Child,
    id: u32,
}

impl Process {
    pub(crate) async fn start(url: &str) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["worker", url])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let id = child.id().ok_or("the worker has ended")?;
        let output = child.stdout.take().ok_or("the worker has no output")?;
        let ready = BufReader::new(output).lines().next_line().await?;
        ready.ok_or("the worker has ended before it was ready")?;
        Ok(Self { child, id })
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Ends it as a machine that loses its power.
    pub(crate) async fn kill(&mut self) -> io::Result<()> {
        self.child.kill().await
    }
}
