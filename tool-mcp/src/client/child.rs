//! A server that is a child process: how it is started, what it says on standard error, and how it is stopped.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::bounded::Bounded;
use super::text::shortened;

/// A server that is a child process, which speaks on its standard input and output.
///
/// A [`Command`] is one with these settings left as they are. The child has the environment of this process and its working directory
/// unless the command says something else: [`env_clear`](Command::env_clear) keeps from it what it need not know. On Unix it is a
/// process group of its own, which is stopped with all that it has started.
///
/// ```no_run
/// use tokio::process::Command;
/// use tool_mcp::client::{ChildServer, McpTools, Stderr};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut command = Command::new("mcp-files");
/// command.arg("/srv/files").env_clear().env("PATH", "/usr/bin");
/// let files = McpTools::connect("files", ChildServer::new(command).stderr(Stderr::Inherit)).await?;
/// # Ok(()) }
/// ```
pub struct ChildServer {
    command: Command,
    stderr: Stderr,
    stop_within: Duration,
}

/// What becomes of what a child process writes on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stderr {
    /// Each line is an event of `tracing`, of the level `DEBUG`; the last are in the error where the server cannot be used.
    #[default]
    Log,
    /// It is this process' own, and no error has any of it.
    Inherit,
    /// Nobody reads it, but for the last lines in the error where the server cannot be used.
    Discard,
}

impl ChildServer {
    /// The server that `command` starts. What it says of standard input, output and error is not looked at.
    pub fn new(command: Command) -> Self {
        Self {
            command,
            stderr: Stderr::default(),
            stop_within: Duration::from_secs(2),
        }
    }

    /// What becomes of what it writes on standard error.
    #[must_use]
    pub fn stderr(mut self, stderr: Stderr) -> Self {
        self.stderr = stderr;
        self
    }

    /// How long it may take to end by itself once its standard input is closed, and again once it was asked to by `SIGTERM`; then it is
    /// killed. By default 2 s.
    #[must_use]
    pub fn stop_within(mut self, time: Duration) -> Self {
        self.stop_within = time;
        self
    }

    /// Starts it.
    pub(super) fn start(&mut self, max_message: usize) -> io::Result<(ChildTransport, Tail)> {
        let stderr = match self.stderr {
            Stderr::Inherit => Stdio::inherit(),
            Stderr::Log | Stderr::Discard => Stdio::piped(),
        };
        let command = self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(stderr).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| {
            let program = command.as_std().get_program().to_string_lossy();
            io::Error::new(
                error.kind(),
                format!("`{program}` cannot be started: {error}"),
            )
        })?;
        let missing = || io::Error::other("a pipe of the child process is not there");
        let stdin = child.stdin.take().ok_or_else(missing)?;
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let tail = Tail::of(child.stderr.take(), self.stderr == Stderr::Log);
        let io = AsyncRwTransport::new_client(Bounded::new(stdout, max_message), stdin);
        let transport = ChildTransport {
            // What is longer has been left out already.
            io: io.with_max_line_length(usize::MAX),
            process: Process::new(child),
            stop_within: self.stop_within,
        };
        Ok((transport, tail))
    }
}

impl From<Command> for ChildServer {
    fn from(command: Command) -> Self {
        Self::new(command)
    }
}

/// Neither arguments nor environment, where keys may be.
impl fmt::Debug for ChildServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildServer")
            .field("program", &self.command.as_std().get_program())
            .field("stderr", &self.stderr)
            .finish_non_exhaustive()
    }
}

/// The process, and its group. Whoever drops it kills both; tokio sees to it that it is no zombie.
struct Process {
    child: Child,
    #[cfg(unix)]
    group: Option<nix::unistd::Pid>,
}

impl Process {
    fn new(child: Child) -> Self {
        Self {
            #[cfg(unix)]
            group: child
                .id()
                .and_then(|id| i32::try_from(id).ok())
                .map(nix::unistd::Pid::from_raw),
            child,
        }
    }

    /// Whether it ends within `time`.
    async fn ends(&mut self, time: Duration) -> bool {
        timeout(time, self.child.wait()).await.is_ok()
    }

    #[cfg(unix)]
    fn signal(&self, signal: nix::sys::signal::Signal) {
        if let Some(group) = self.group {
            // That there is none left is what is wanted.
            let _ = nix::sys::signal::killpg(group, signal);
        }
    }

    #[cfg(unix)]
    fn ask_to_end(&self) {
        self.signal(nix::sys::signal::Signal::SIGTERM);
    }

    #[cfg(not(unix))]
    fn ask_to_end(&self) {}

    fn kill(&mut self) {
        #[cfg(unix)]
        self.signal(nix::sys::signal::Signal::SIGKILL);
        let _ = self.child.start_kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The pipes and the process behind them.
pub(super) struct ChildTransport {
    io: AsyncRwTransport<RoleClient, Bounded<ChildStdout>, ChildStdin>,
    process: Process,
    stop_within: Duration,
}

impl Transport<RoleClient> for ChildTransport {
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.io.send(item)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        self.io.receive().await
    }

    /// As the protocol has it: standard input is closed, then `SIGTERM`, then the process is killed.
    async fn close(&mut self) -> io::Result<()> {
        self.io.close().await?;
        if !self.process.ends(self.stop_within).await {
            self.process.ask_to_end();
            if !self.process.ends(self.stop_within).await {
                self.process.kill();
                self.process.child.wait().await?;
            }
        }
        // What it has started may still be there.
        self.process.kill();
        Ok(())
    }
}

/// So many lines of standard error are kept, of so many characters each.
const MAX_LINES: usize = 10;
const MAX_LINE: usize = 300;

/// The longest line that is read as one.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// What a child wrote last on standard error.
pub(super) struct Tail {
    lines: Arc<Mutex<VecDeque<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Tail {
    fn of(stderr: Option<ChildStderr>, is_logged: bool) -> Self {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&lines);
        // It ends with the child, or with what has its standard error.
        let reader = stderr.map(|stderr| tokio::spawn(read_lines(stderr, is_logged, kept)));
        Self { lines, reader }
    }

    /// The lines, of a child that is over or about to be.
    pub(super) async fn lines(mut self) -> Vec<String> {
        if let Some(reader) = self.reader.take() {
            // What it has started may have its standard error, and live on.
            let _ = timeout(Duration::from_millis(500), reader).await;
        }
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }
}

async fn read_lines(stderr: ChildStderr, is_logged: bool, kept: Arc<Mutex<VecDeque<String>>>) {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = (&mut stderr).take(MAX_LINE_BYTES);
        match limited.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if is_logged {
            tracing::debug!(target: "tool_mcp::stderr", "{text}");
        }
        if text.is_empty() {
            continue;
        }
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MAX_LINES {
            kept.pop_front();
        }
        kept.push_back(shortened(text, MAX_LINE));
    }
}
