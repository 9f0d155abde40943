//! The server is killed, and comes back.

use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::process::PATIENCE;
use crate::{call, ends, toolbox, workers};

#[tokio::test(flavor = "multi_thread")]
async fn while_calls_run() {
    let (mut server, workers) = workers(2).await;
    let toolbox = toolbox(server.client().await, 2).await;
    let adds = (0..20).map(|by| {
        call(
            "add",
            json!({"counter": by.to_string(), "by": by, "ms": 300}),
        )
    });
    let mut calls: Vec<_> = adds.collect();
    calls.push(call("pay", json!({"to": "a", "amount": 1, "ms": 300})));
    calls.push(call("stay_here", json!({})));
    let running = tokio::spawn(toolbox.run(calls));
    let done = || {
        workers
            .iter()
            .map(|worker| worker.done().len())
            .sum::<usize>()
    };
    while done() < 21 {
        sleep(std::time::Duration::from_millis(5)).await;
    }
    server.kill();
    server.start_again();
    let report = timeout(PATIENCE, running).await.unwrap().unwrap();
    let ends = ends(&report);
    assert_eq!(ends.len(), 22);
    // Their answers are sent when the server is back, or were lost on the way: then they were made again.
    for end in &ends[..20] {
        assert!(
            ["ok done", "failed unknown"].contains(&end.as_str()),
            "{end}"
        );
    }
    assert!(["ok done", "failed unknown"].contains(&ends[20].as_str()));
    assert_eq!(ends[21], "ok none");
    let pays = workers.iter().flat_map(|worker| worker.done());
    assert_eq!(pays.filter(|line| line.starts_with("pay")).count(), 1);
    // And all is as before.
    let report = toolbox.run([call("echo", json!({"text": "a"}))]).await;
    assert_eq!(crate::ends(&report), ["ok none"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_a_call_that_waits_for_it() {
    let (mut server, _workers) = workers(1).await;
    let client = server.client().await;
    let toolbox = toolbox(client.clone(), 1).await;
    server.kill();
    let lost = async {
        while client.connection_state() == async_nats::connection::State::Connected {
            sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, lost).await.unwrap();
    let running = tokio::spawn(toolbox.run([call("echo", json!({"text": "a"}))]));
    sleep(std::time::Duration::from_millis(50)).await;
    server.start_again();
    let report = timeout(PATIENCE, running).await.unwrap().unwrap();
    // The worker may be back later than the caller.
    let ends = ends(&report);
    assert!(
        ["ok none", "failed none"].contains(&ends[0].as_str()),
        "{ends:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn for_ever() {
    let (mut server, _workers) = workers(1).await;
    let toolbox = toolbox(server.client().await, 1).await;
    server.kill();
    let pay = call("pay", json!({"to": "a", "amount": 1, "ms": 0}));
    let report = timeout(PATIENCE, toolbox.run([pay, call("stay_here", json!({}))]));
    let report = report.await.unwrap();
    let ends = ends(&report);
    // Whether it was sent before anybody saw that the connection is lost nobody can say.
    assert!(
        ["failed none", "failed unknown"].contains(&ends[0].as_str()),
        "{ends:?}"
    );
    assert_eq!(ends[1], "ok none");
}
