//! A `nats-server` for one test.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A server on a free port of this machine, which is gone when this is dropped.
#[derive(Debug)]
pub struct NatsServer {
    process: Child,
    folder: PathBuf,
    port: u16,
}

/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_secs(20);

impl NatsServer {
    /// A server as it is without a configuration.
    ///
    /// # Panics
    ///
    /// If there is no `nats-server`, or it does not begin.
    pub fn start() -> Self {
        Self::configured("")
    }

    /// A server with this text as its configuration file.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub fn configured(configuration: &str) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let folder = std::env::temp_dir().join(format!("tool-nats-{process}-{number}"));
        fs::create_dir_all(&folder).expect("a folder for the server");
        fs::write(folder.join("server.conf"), configuration).expect("a configuration");
        let process = spawn(&folder, -1);
        let mut this = Self {
            process,
            folder,
            port: 0,
        };
        this.port = this.wait_for_port();
        this
    }

    /// Where clients find it.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The port of this machine that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder of its configuration, which goes with it.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// A client of it.
    ///
    /// # Panics
    ///
    /// If it takes none.
    pub async fn client(&self) -> async_nats::Client {
        async_nats::connect(self.url()).await.expect("a client")
    }

    /// Ends it at once, as a machine that loses its power.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Begins it again on the same port, after [`kill`](Self::kill).
    ///
    /// # Panics
    ///
    /// If it does not begin.
    pub fn start_again(&mut self) {
        self.process = spawn(&self.folder, self.port.into());
        self.wait_for_port();
    }

    /// Lets it stand still, so that nothing that is sent to it goes on.
    pub fn stand_still(&self) {
        signal("STOP", self.process.id());
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        signal("CONT", self.process.id());
    }

    fn wait_for_port(&mut self) -> u16 {
        let file = format!("nats-server_{}.ports", self.process.id());
        let file = self.folder.join(file);
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.process.try_wait().expect("its state") {
                panic!("nats-server has ended with {status}: {}", self.log());
            }
            if let Some(port) = fs::read_to_string(&file).ok().and_then(port) {
                return port;
            }
            sleep(Duration::from_millis(5));
        }
        panic!("nats-server has not begun: {}", self.log());
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn spawn(folder: &std::path::Path, port: i32) -> Child {
    let folder_text = folder.to_str().expect("a path that is text");
    let configuration = format!("{folder_text}/server.conf");
    let log = format!("{folder_text}/server.log");
    let arguments = [
        "--addr",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--config",
        &configuration,
        "--ports_file_dir",
        folder_text,
        "--log",
        &log,
    ];
    let spawned = Command::new("nats-server")
        .args(arguments)
        .stdin(Stdio::null())
        .spawn();
    spawned.expect("`nats-server`, which Debian's package of this name has: `.ci/nats` installs it")
}

/// Sends a signal, by its name without `SIG`, to a process.
///
/// # Panics
///
/// If it cannot be sent.
pub fn signal(name: &str, process: u32) {
    let process = process.to_string();
    let sent = Command::new("kill").args(["-s", name, &process]).status();
    assert!(sent.expect("`kill`").success());
}

fn port(text: String) -> Option<u16> {
    let ports: Value = serde_json::from_str(&text).ok()?;
    let url = ports["nats"][0].as_str()?;
    url.rsplit(':').next()?.parse().ok()
}
