//! Workers that leave, are dropped, or lose their server for a while.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use harness::NatsServer;
use tokio::time::{sleep, timeout};

use crate::caller::{A_WHILE, Caller, PATIENCE};
use crate::tools::{Probe, desk, worker};

#[tokio::test]
async fn a_worker_that_drains_ends_its_calls_and_takes_no_more() {
    let server = NatsServer::start();
    let (probe, running, caller) = desk(&server, |worker| worker).await;
    let mut answers = caller.send(&caller.ask("wait", "{}")).await;
    probe.begun.notified().await;
    let drained = tokio::spawn(running.drain());
    until_nobody_is_there(&caller).await;
    let asked = caller.client.request("$SRV.PING.desk", "".into()).await;
    assert!(asked.is_err());
    assert!(!drained.is_finished());
    probe.go_on.add_permits(1);
    assert_eq!(answers.end().await.text(), "waited ");
    timeout(PATIENCE, drained).await.unwrap().unwrap();
}

#[tokio::test]
async fn calls_that_do_not_end_are_cancelled_after_the_grace_period() {
    let server = NatsServer::start();
    let grace = Duration::from_millis(50);
    let (probe, running, caller) = desk(&server, |worker| worker.grace(grace)).await;
    let mut answers = caller.send(&caller.ask("wait", "{}")).await;
    probe.begun.notified().await;
    timeout(PATIENCE, running.drain()).await.unwrap();
    answers.end().await.report();
    assert_eq!(probe.log(), ["wait ", "told to stop"]);
}

#[tokio::test]
async fn a_worker_that_is_dropped_ends_everything() {
    let server = NatsServer::start();
    let (probe, running, caller) = desk(&server, |worker| worker).await;
    let mut answers = caller.send(&caller.ask("wait", "{}")).await;
    probe.begun.notified().await;
    drop(running);
    // The tool was let go, so nobody holds the probe but the test.
    let alone = async {
        while Arc::strong_count(&probe) > 1 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, alone)
        .await
        .expect("everything is let go");
    assert!(answers.is_silent().await);
    until_nobody_is_there(&caller).await;
}

/// Calls until the server says that there is nobody. What comes before is refused, or lost if it was on its way when the subscription ended.
async fn until_nobody_is_there(caller: &Caller) {
    let asked = async {
        loop {
            let ask = caller.ask("append", r#"{"text": "late"}"#);
            let mut answers = caller.send(&ask).await;
            let Ok(heard) = timeout(A_WHILE, answers.next()).await else {
                continue;
            };
            match heard.kind.as_str() {
                "status 503" => return,
                "refused" => {
                    let why = heard.headers.get("Tool-Refused").unwrap();
                    assert_eq!(why.as_str(), "draining");
                }
                // It was there before the worker had begun to leave.
                kind => assert_eq!(kind, "result"),
            }
        }
    };
    timeout(PATIENCE, asked).await.expect("nobody is there");
}

#[tokio::test]
async fn calls_go_on_while_the_server_is_gone() {
    let mut server = NatsServer::start();
    let probe = Probe::new();
    let client = server.client().await;
    let running = worker(&probe).start(&client).await.unwrap();
    let caller = Caller::of(server.client().await, "desk").await;
    let ask = caller.ask("wait", "{}").with("Tool-Heartbeat-Ms", "20");
    let mut answers = caller.send(&ask).await;
    assert_eq!(answers.next().await.kind, "running");
    server.kill();
    for client in [&client, &caller.client] {
        until(client, State::Disconnected).await;
    }
    // What was said before.
    while timeout(A_WHILE, answers.next()).await.is_ok() {}
    server.start_again();
    for client in [&client, &caller.client] {
        until(client, State::Connected).await;
    }
    assert_eq!(answers.next().await.kind, "running");
    probe.go_on.add_permits(1);
    assert_eq!(answers.end().await.text(), "waited ");
    // And it takes calls.
    let again = Caller::of(server.client().await, "desk").await;
    assert_eq!(again.id(), running.id());
    let ask = again.ask("add", r#"{"a": 1, "b": 2}"#);
    assert_eq!(again.end(&ask).await.text(), "3");
}

#[tokio::test]
async fn what_ends_while_the_server_is_gone_is_sent_when_it_is_back() {
    let mut server = NatsServer::start();
    let probe = Probe::new();
    let client = server.client().await;
    let _running = worker(&probe).start(&client).await.unwrap();
    let caller = Caller::of(server.client().await, "desk").await;
    let ask = caller.ask("wait", "{}");
    let mut answers = caller.send(&ask).await;
    probe.begun.notified().await;
    server.kill();
    until(&client, State::Disconnected).await;
    probe.go_on.add_permits(1);
    server.start_again();
    // The worker may be there before the inbox is, and then the answer is nobody's: whoever asks again has it from memory.
    let again = Caller::of(server.client().await, "desk").await;
    assert_eq!(again.end(&ask).await.text(), "waited ");
    if let Ok(end) = timeout(A_WHILE, answers.end()).await {
        assert_eq!(end.text(), "waited ");
    }
    assert_eq!(probe.log(), ["wait "]);
}

async fn until(client: &Client, state: State) {
    let is_so = async {
        while client.connection_state() != state {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, is_so)
        .await
        .expect("the connection is so");
}
