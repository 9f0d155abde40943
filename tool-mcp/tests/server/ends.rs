//! The client has closed its side of the stream, or is gone.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use tool_mcp::server::Limits;

use crate::raw::Raw;
use crate::tools::{Probe, server};

#[tokio::test(start_paused = true)]
async fn what_was_asked_before_the_end_is_answered() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    for id in 1..=3 {
        client
            .call(id, "append", json!({"line": format!("{id}"), "takes": 500}))
            .await;
    }
    client.close().await;
    for id in 1..=3 {
        assert_eq!(
            client.answer(id).await["result"]["content"][0]["text"],
            "Done."
        );
    }
    assert!(client.next().await.is_none());
    client.served.await.unwrap().unwrap();
    assert_eq!(probe.log(), ["1", "2", "3"]);
}

#[tokio::test(start_paused = true)]
async fn what_takes_longer_is_cancelled_and_answered() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    client.call(1, "wait", json!({})).await;
    probe.begun.notified().await;
    let closed = tokio::time::Instant::now();
    client.close().await;
    assert_eq!(client.answer(1).await["result"]["isError"], true);
    assert_eq!(closed.elapsed().as_secs(), 2);
    client.served.await.unwrap().unwrap();
    assert_eq!(probe.running.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn without_time_to_drain_it_is_cancelled_at_once() {
    let probe = Probe::new();
    let limits = Limits::default().drain(Duration::ZERO);
    let mut client = Raw::begun(server(&probe).limits(limits).unwrap()).await;
    client.call(1, "wait", json!({})).await;
    probe.begun.notified().await;
    let closed = tokio::time::Instant::now();
    client.close().await;
    client.answer(1).await;
    assert!(closed.elapsed() < Duration::from_millis(100));
    client.served.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_client_that_is_gone_are_cancelled() {
    let probe = Probe::new();
    let Raw { served, .. } = {
        let mut client = Raw::of(&probe).await;
        client.call(1, "wait", json!({})).await;
        client
            .call(2, "append", json!({"line": "x", "takes": 100}))
            .await;
        probe.begun.notified().await;
        client
    };
    // Nobody reads: the answer to the second call finds that out, before the time to drain is over.
    let gone = tokio::time::Instant::now();
    probe.ended.notified().await;
    assert!(gone.elapsed() < Duration::from_secs(1));
    served.await.unwrap().unwrap();
    assert_eq!(probe.running.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn calls_are_dropped_with_what_serves() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    client.call(1, "wait", json!({})).await;
    probe.begun.notified().await;
    client.served.abort();
    probe.ended.notified().await;
    assert_eq!(probe.log(), ["told"]);
}

#[tokio::test]
async fn a_client_that_leaves_without_a_word_is_no_error() {
    let mut client = Raw::new(server(&Probe::new()));
    client.close().await;
    client.served.await.unwrap().unwrap();
}
