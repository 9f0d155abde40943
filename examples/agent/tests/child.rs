//! The program as a process, and the folder of its conversation.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;
use tool_runtime::dialect::Message;

/// The variable with the arguments, a line each.
pub(super) const ARGUMENTS: &str = "AGENT_ARGUMENTS";

/// No step of a test takes that long, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The folder of a conversation, which is gone with it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("agent-test-{}-{number}", std::process::id());
        Self(env::temp_dir().join(name))
    }

    pub(super) fn path(&self) -> &str {
        self.0.to_str().expect("a path of this test's own")
    }

    pub(super) fn database(&self) -> Connection {
        Connection::open(self.0.join("desk.db")).expect("the desk's database")
    }

    /// One value of the database.
    pub(super) fn value<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let value = self.database().query_row(sql, [], |row| row.get(0));
        value.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub(super) fn history(&self) -> Vec<Message> {
        let text = fs::read_to_string(self.0.join("history.json")).expect("a history");
        Message::list(&text).expect("messages")
    }

    pub(super) fn settings(&self) -> Value {
        let text = fs::read_to_string(self.0.join("settings.json")).expect("settings");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Waits until the journal says this of a call.
    pub(super) fn until_journaled(&self, is_there: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(self.0.join("calls.journal")).unwrap_or_default();
            if text.lines().any(&is_there) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the journal has only: {text}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// `None` if it was killed.
    pub(super) code: Option<i32>,
    /// What it has said on standard output, from the beginning.
    pub(super) said: String,
    /// All of standard error.
    pub(super) told: String,
}

impl Ended {
    /// It has said this.
    #[track_caller]
    pub(super) fn has(&self, text: &str) -> &Self {
        assert!(self.said.contains(text), "`{text}` is not in {self:#?}");
        self
    }

    #[track_caller]
    pub(super) fn is_fine(&self) -> &Self {
        assert_eq!((self.code, &*self.told), (Some(0), ""), "{self:#?}");
        self
    }
}

/// A run that goes on.
pub(super) struct Running {
    process: Child,
    out: BufReader<ChildStdout>,
    said: String,
}

impl Running {
    /// Starts the program with these words, without a key and without anybody at a terminal.
    pub(super) fn start(words: &[&str]) -> Self {
        Self::with_input(words, "")
    }

    pub(super) fn with_input(words: &[&str], input: &str) -> Self {
        let this = env::current_exe().expect("this binary");
        let mut process = Command::new(this)
            .args(["--ignored", "--exact", "tests::program", "--nocapture"])
            .env(ARGUMENTS, words.join("\n"))
            .env_remove("OPENAI_API_KEY")
            .env_remove("ANTHROPIC_API_KEY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("this binary runs");
        let mut stdin = process.stdin.take().expect("it is piped");
        stdin.write_all(input.as_bytes()).expect("it fits the pipe");
        drop(stdin);
        let out = process.stdout.take().expect("it is piped");
        Self {
            process,
            out: BufReader::new(out),
            said: String::new(),
        }
    }

    /// Reads until a line has this.
    #[track_caller]
    pub(super) fn until(&mut self, text: &str) {
        loop {
            let before = self.said.len();
            let read = self.out.read_line(&mut self.said).expect("text");
            assert!(read > 0, "`{text}` did not come: {}", self.said);
            if self.said[before..].contains(text) {
                return;
            }
        }
    }

    /// What Ctrl-C does.
    pub(super) fn interrupt(&self) {
        let pid = self.process.id().to_string();
        let status = Command::new("kill").args(["-INT", &pid]).status();
        assert!(status.expect("kill").success());
    }

    pub(super) fn kill(mut self) -> Ended {
        self.process.kill().expect("it runs");
        self.end()
    }

    pub(super) fn end(mut self) -> Ended {
        self.out.read_to_string(&mut self.said).expect("text");
        let mut told = String::new();
        let mut stderr = self.process.stderr.take().expect("it is piped");
        stderr.read_to_string(&mut told).expect("text");
        let status = self.process.wait().expect("a status");
        Ended {
            code: status.code(),
            said: self.said,
            told,
        }
    }
}

/// A run from its beginning to its end.
pub(super) fn run(words: &[&str]) -> Ended {
    Running::start(words).end()
}
