//! Foreign clients, for our server.

use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::process::Command;
use tool_mcp::server::Limits;

use crate::python;

#[allow(dead_code, reason = "the tests of the server look at more of them")]
#[path = "../server/tools.rs"]
mod tools;

use tools::Probe;

/// Both lifecycles: the handshake, and requests that stand for themselves.
const MODES: [&str; 2] = ["legacy", "auto"];

async fn client(check: &str, mode: &str, target: &[&str]) -> Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/foreign/our_server.py");
    let mut command = Command::new(python());
    command.arg(script).args([check, mode]).args(target);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command.output().await.unwrap()
}

async fn passes(check: &str, mode: &str, target: &[&str]) {
    let output = client(check, mode, target).await;
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{check}, {mode}, {target:?}:\n{error}"
    );
}

/// A server at a free port, with its URL; it ends with the test's runtime.
async fn served(probe: &Arc<Probe>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let limits = Limits::default().page_size(4);
    let server = tools::server(probe).limits(limits).unwrap();
    tokio::spawn(server.serve_listener(listener));
    url
}

/// One check over both transports in both lifecycles.
async fn check(check: &str) {
    for mode in MODES {
        passes(check, mode, &[env!("CARGO_BIN_EXE_mcp-probe")]).await;
        passes(check, mode, &[&served(&Probe::new()).await]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_lists_our_tools_in_pages() {
    check("lists").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_calls_our_tools_and_validates_what_they_answer() {
    check("calls").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_our_errors() {
    check("errors").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_calls_run_at_once() {
    check("parallel").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_hears_of_progress() {
    check("progress").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_cancels_a_call() {
    check("cancelled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_asks_for_approval() {
    check("approves").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_hears_that_the_tools_have_changed() {
    check("changes").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_cancelled_when_the_client_that_started_us_is_gone() {
    for mode in MODES {
        let folder = std::env::temp_dir().join(format!("mcp-probe-{}-{mode}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let log = folder.join("log");
        let program = env!("CARGO_BIN_EXE_mcp-probe");
        passes("leaves", mode, &[program, log.to_str().unwrap()]).await;
        // The server writes it at its own end, which nobody sees.
        while !log.exists() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "told");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_cancelled_when_its_connection_breaks_off() {
    let probe = Probe::new();
    let url = served(&probe).await;
    passes("leaves", "auto", &[&url]).await;
    probe.ended.notified().await;
    assert_eq!(probe.log(), ["told"]);
}
