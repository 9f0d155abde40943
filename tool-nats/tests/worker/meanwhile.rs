//! While a call runs: heartbeats, progress, its time, callers that do not wait any more.

use harness::NatsServer;

use crate::tools::desk;

#[tokio::test]
async fn a_call_that_runs_says_so() {
    let server = NatsServer::start();
    let (probe, running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("wait", "{}").with("Tool-Heartbeat-Ms", "20");
    let mut answers = caller.send(&ask).await;
    for _ in 0..3 {
        let heard = answers.next().await;
        assert_eq!(heard.kind, "running");
        assert_eq!(
            heard.headers.get("Tool-Worker").unwrap().as_str(),
            running.id()
        );
    }
    probe.go_on.add_permits(1);
    assert_eq!(answers.end().await.text(), "waited ");
    assert!(answers.is_silent().await);
}

#[tokio::test]
async fn progress_comes_before_the_result_and_the_last_of_it_always() {
    let server = NatsServer::start();
    let (_probe, _running, caller) = desk(&server, |worker| worker).await;
    let mut answers = caller.send(&caller.ask("count", r#"{"to": 200}"#)).await;
    let mut told = Vec::new();
    let last = loop {
        let heard = answers.next().await;
        if heard.kind != "progress" {
            break heard;
        }
        let progress: serde_json::Value = serde_json::from_slice(&heard.payload).unwrap();
        assert_eq!(
            (&progress["total"], &progress["message"]),
            (&200.0.into(), &"counted".into())
        );
        told.push(progress["done"].as_f64().unwrap());
    };
    assert_eq!(last.kind, "result");
    assert!(told.is_sorted() && told.len() < 100, "{told:?}");
    assert_eq!(told.last(), Some(&200.0));
}

#[tokio::test]
async fn a_call_whose_time_is_over_is_cancelled_and_answered() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    for time in ["0", "50"] {
        let end = caller
            .end(&caller.ask("wait", "{}").with("Tool-Timeout-Ms", time))
            .await;
        assert!(
            ["cancelled (call)", "failed"].contains(&&*end.ending()),
            "{}",
            end.ending()
        );
    }
    assert!(
        probe.log().iter().any(|line| line == "told to stop"),
        "{:?}",
        probe.log()
    );
}

#[tokio::test]
async fn a_call_that_is_not_wanted_is_told_and_answered() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let mut answers = caller.send(&caller.ask("wait", "{}")).await;
    probe.begun.notified().await;
    caller.cancel(&answers).await;
    answers.end().await.report();
    assert_eq!(probe.log(), ["wait ", "told to stop"]);
    // It is nobody's any more.
    caller.cancel(&answers).await;
    assert!(answers.is_silent().await);
}

#[tokio::test]
async fn one_more_call_than_fits_is_busy_at_once() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker.max_calls(2)).await;
    let ask = |name: &str| caller.ask("wait", &format!(r#"{{"name": "{name}"}}"#));
    // They write the same, and are in no order here.
    let mut one = caller.send(&ask("one")).await;
    let mut two = caller.send(&ask("two")).await;
    probe.begun.notified().await;
    probe.begun.notified().await;
    let end = caller.end(&ask("three")).await;
    end.check_refused("busy", "the worker has as many calls as it takes");
    caller
        .end(&caller.ask("add", r#"{"a": 1, "b": 2}"#))
        .await
        .check_refused("busy", "the worker has as many calls as it takes");
    probe.go_on.add_permits(2);
    assert_eq!(one.end().await.text(), "waited one");
    assert_eq!(two.end().await.text(), "waited two");
    assert_eq!(probe.log().len(), 2);
    // A place is free once its answer is with the client.
    while caller
        .end(&caller.ask("add", r#"{"a": 1, "b": 2}"#))
        .await
        .refused
        .is_some()
    {}
}
