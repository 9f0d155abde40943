//! Bytes are lost on the way, and nobody is told.

use std::time::Duration;

use harness::{Link, NatsServer, Proxy};
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::process::{PATIENCE, Process};
use crate::{call, ends, toolbox};

/// A server, a worker behind a way that can break, and one that is always there if `others` is.
async fn behind(others: usize) -> (NatsServer, Proxy, Process, Vec<Process>) {
    let server = NatsServer::start();
    let proxy = Proxy::to(server.port()).await;
    let lost = Process::start(&proxy.url()).await;
    let mut there = Vec::new();
    for _ in 0..others {
        there.push(Process::start(&server.url()).await);
    }
    (server, proxy, lost, there)
}

#[tokio::test(flavor = "multi_thread")]
async fn between_worker_and_server_while_it_works() {
    let (server, proxy, worker, _) = behind(0).await;
    let toolbox = toolbox(server.client().await, 1).await;
    let pay = call("pay", json!({"to": "a", "amount": 1, "ms": 600_000}));
    let running = tokio::spawn(toolbox.run([pay]));
    worker.has_done(1).await;
    proxy.set(Link::Silent);
    let report = timeout(PATIENCE, running).await.unwrap().unwrap();
    assert_eq!(ends(&report), ["failed unknown"]);
    assert_eq!(worker.done().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn between_worker_and_server_and_another_takes_over() {
    let (server, proxy, lost, there) = behind(1).await;
    let toolbox = toolbox(server.client().await, 2).await;
    proxy.set(Link::Silent);
    let adds = (0..12).map(|by| call("add", json!({"counter": by.to_string(), "by": by, "ms": 0})));
    let report = timeout(PATIENCE, toolbox.run(adds.collect::<Vec<_>>()));
    let report = report.await.unwrap();
    // The server goes on sending calls to a connection of which it does not know that it is lost: by chance all attempts at one may go there.
    for (result, end) in report.results().iter().zip(ends(&report)) {
        match end.as_str() {
            "ok done" => assert_eq!(result.text(), there[0].id().to_string()),
            _ => assert_eq!(end, "failed unknown"),
        }
    }
    assert_eq!(lost.done(), [""; 0]);
    assert!(ends(&report).contains(&"ok done".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_answer_which_the_same_worker_gives_again_from_memory() {
    let (server, proxy, worker, _) = behind(0).await;
    let toolbox = toolbox(server.client().await, 1).await;
    // Longer than what makes a worker lost, and the work is done before.
    let add = call("add", json!({"counter": "a", "by": 1, "ms": 300}));
    let running = tokio::spawn(toolbox.run([add]));
    worker.has_done(1).await;
    // Its answer is lost, and then the connection: it makes another.
    proxy.set(Link::Silent);
    sleep(Duration::from_millis(400)).await;
    proxy.set(Link::Down);
    proxy.set(Link::Up);
    let report = timeout(PATIENCE, running).await.unwrap().unwrap();
    // By chance no attempt found it, while it was not back yet.
    let end = ends(&report).remove(0);
    assert!(
        ["ok done", "failed unknown"].contains(&end.as_str()),
        "{end}"
    );
    // However often it was called: it has done its work once.
    assert_eq!(worker.done().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn between_caller_and_server() {
    let server = NatsServer::start();
    let worker = Process::start(&server.url()).await;
    let proxy = Proxy::to(server.port()).await;
    let client = async_nats::connect(proxy.url()).await.unwrap();
    let toolbox = toolbox(client, 1).await;
    let pay = call("pay", json!({"to": "a", "amount": 1, "ms": 200}));
    let running = tokio::spawn(toolbox.run([pay, call("stay_here", json!({}))]));
    worker.has_done(1).await;
    proxy.set(Link::Deaf);
    let report = timeout(PATIENCE, running).await.unwrap().unwrap();
    assert_eq!(ends(&report), ["failed unknown", "ok none"]);
    // It heals.
    proxy.set(Link::Down);
    proxy.set(Link::Up);
    let again = async {
        loop {
            let report = toolbox.run([call("echo", json!({"text": "a"}))]).await;
            if ends(&report) == ["ok none"] {
                return;
            }
        }
    };
    timeout(PATIENCE, again).await.unwrap();
    assert_eq!(worker.done().len(), 1);
}
