//! A worker in a process of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use harness::signal;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{sleep, timeout};

/// How long anything may take that is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A worker that is gone when this is dropped, and the file in which its tools write down what they have done.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    id: u32,
    file: PathBuf,
    /// It drains when this ends.
    input: Option<ChildStdin>,
}

impl Process {
    pub(crate) async fn start(url: &str) -> Self {
        Self::of_version(url, "1.0.0").await
    }

    pub(crate) async fn of_version(url: &str, version: &str) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("tool-nats-done-{}-{number}", std::process::id());
        let file = std::env::temp_dir().join(name);
        fs::write(&file, "").expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_scripted-worker"))
            .args([url, "broken", version])
            .env("COUNTER_FILE", &file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a worker");
        let (id, input) = (child.id().expect("its id"), child.stdin.take());
        let output = child.stdout.take().expect("its output");
        let mut lines = BufReader::new(output).lines();
        let ready = timeout(PATIENCE, lines.next_line()).await;
        let ready = ready.expect("it begins").expect("its output");
        assert!(ready.is_some_and(|line| line.starts_with("ready ")));
        Self {
            child,
            id,
            file,
            input,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Ends it at once, as a machine that loses its power.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.expect("it ends");
    }

    /// Lets it stand still, with its connections.
    pub(crate) fn stand_still(&self) {
        signal("STOP", self.id);
    }

    pub(crate) fn go_on(&self) {
        signal("CONT", self.id);
    }

    /// Lets it drain, and waits until it has ended.
    pub(crate) async fn drain(&mut self) {
        drop(self.input.take());
        let ended = timeout(PATIENCE, self.child.wait()).await;
        assert!(ended.expect("it ends").expect("its state").success());
    }

    /// The lines that its tools have written.
    pub(crate) fn done(&self) -> Vec<String> {
        let lines = fs::read_to_string(&self.file).expect("the file");
        lines.lines().map(str::to_owned).collect()
    }

    /// Waits until its tools have written so many lines.
    pub(crate) async fn has_done(&self, count: usize) {
        let waits = async {
            while self.done().len() < count {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, waits).await.expect("it does its work");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}
