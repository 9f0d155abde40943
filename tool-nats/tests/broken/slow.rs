//! A client that does not read what the server has for it: after a while the server cuts it off.

use harness::{Link, NatsServer, Proxy};
use serde_json::json;
use tokio::time::timeout;
use tool_runtime::ToolCall;

use crate::process::{PATIENCE, Process};
use crate::{call, ends, toolbox};

/// Little is kept for a client that does not read.
const IMPATIENT: &str = "max_pending: 1MB\nwrite_deadline: \"300ms\"\n";

fn long(count: usize) -> Vec<ToolCall> {
    let text = "x".repeat(90_000);
    let echo = || call("echo", json!({ "text": text }));
    (0..count).map(|_| echo()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_cut_off_and_others_do_its_calls() {
    let server = NatsServer::configured(IMPATIENT);
    let proxy = Proxy::to(server.port()).await;
    let slow = Process::start(&proxy.url()).await;
    let there = Process::start(&server.url()).await;
    let toolbox = toolbox(server.client().await, 2).await;
    proxy.set(Link::Stuck);
    let report = timeout(PATIENCE, toolbox.run(long(120))).await.unwrap();
    // By chance all attempts at one came before it was cut off.
    let answered = ends(&report).iter().filter(|end| *end == "ok none").count();
    assert!(answered > 60, "{:?}", ends(&report));
    assert_eq!(report.results().len(), 120);
    assert!(server.log().contains("Slow Consumer"), "{}", server.log());

    // It comes back, and takes calls again.
    proxy.set(Link::Up);
    let (both, mut seen) = ([slow.id(), there.id()], Vec::new());
    let again = async {
        while !both.iter().all(|id| seen.contains(&id.to_string())) {
            let report = toolbox.run([call("whoami", json!({}))]).await;
            seen.push(report.results()[0].text().to_owned());
        }
    };
    timeout(PATIENCE, again).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_hears_nothing_and_its_calls_are_told_to_be_lost() {
    let server = NatsServer::configured(IMPATIENT);
    let worker = Process::start(&server.url()).await;
    let proxy = Proxy::to(server.port()).await;
    let client = async_nats::connect(proxy.url()).await.unwrap();
    let toolbox = toolbox(client, 1).await;
    let pay = call("pay", json!({"to": "a", "amount": 1, "ms": 500}));
    let mut calls = vec![pay, call("stay_here", json!({}))];
    calls.extend(long(60));
    let running = tokio::spawn(toolbox.run(calls));
    worker.has_done(1).await;
    proxy.set(Link::Stuck);
    let report = timeout(PATIENCE, async { running.await.unwrap() });
    let report = report.await.unwrap();
    let ends = ends(&report);
    assert_eq!(ends.len(), 62);
    assert_eq!(ends[..2], ["failed unknown", "ok none"]);
    assert_eq!(worker.done().len(), 1);
}
