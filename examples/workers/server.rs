//! A `nats-server` for the example.

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

/// A server on a free port of this machine, which is gone when this is dropped.
pub(crate) struct Server {
    process: Child,
    folder: PathBuf,
    url: String,
}

const MISSING: &str = "there is no `nats-server` on the PATH; install it (Debian and Ubuntu: `apt install nats-server`, macOS: `brew install nats-server`, \
    others: https://nats.io/download), or start workers at a server that you have: `cargo run --example workers --features nats -- worker URL`";

impl Server {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let folder = std::env::temp_dir().join(format!("workers-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let spawned = Command::new("nats-server")
            .args(["--addr", "127.0.0.1", "--port", "-1", "--ports_file_dir"])
            .arg(&folder)
            .args(["--log", "/dev/null"])
            .stdin(Stdio::null())
            .spawn();
        let process = match spawned {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(MISSING.into()),
            spawned => spawned?,
        };
        let mut server = Self {
            process,
            folder,
            url: String::new(),
        };
        server.url = server.wait()?;
        Ok(server)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Waits for the file in which it says where it listens.
    fn wait(&mut self) -> Result<String, Box<dyn Error>> {
        let file = format!("nats-server_{}.ports", self.process.id());
        let file = self.folder.join(file);
        for _ in 0..1_000 {
            if let Some(status) = self.process.try_wait()? {
                return Err(format!("nats-server has ended: {status}").into());
            }
            let ports = fs::read_to_string(&file).unwrap_or_default();
            let ports: Value = serde_json::from_str(&ports).unwrap_or_default();
            if let Some(url) = ports["nats"][0].as_str() {
                return Ok(url.to_owned());
            }
            sleep(Duration::from_millis(10));
        }
        Err("nats-server has not begun within ten seconds".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
