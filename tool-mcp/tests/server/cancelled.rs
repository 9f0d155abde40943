//! Calls that nobody wants any more.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::raw::Raw;
use crate::tools::{Probe, server};

#[tokio::test]
async fn a_call_that_is_cancelled_is_told_and_not_answered() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    client.call(1, "wait", json!({})).await;
    probe.begun.notified().await;
    client.cancel(1).await;
    probe.ended.notified().await;
    assert_eq!(probe.log(), ["told"]);
    // The next thing that is said is the answer to another.
    client.call(2, "add", json!({"a": 1, "b": 1})).await;
    assert_eq!(client.next().await.unwrap()["id"], 2);
}

#[tokio::test]
async fn others_go_on_when_one_is_cancelled() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    client.call(1, "wait", json!({})).await;
    client.call("1", "meet", json!({})).await;
    probe.begun.notified().await;
    // What is not there, and the text that looks like the number.
    client.cancel(7).await;
    client.cancel(1).await;
    client.call(2, "meet", json!({})).await;
    assert_eq!(
        client.answer("1").await["result"]["content"][0]["text"],
        "met"
    );
    client.answer(2).await;
    probe.ended.notified().await;
}

#[tokio::test]
async fn the_id_of_a_cancelled_call_is_not_taken_again() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    client.call(1, "wait", json!({})).await;
    probe.begun.notified().await;
    client.cancel(1).await;
    client.call(1, "add", json!({"a": 1, "b": 1})).await;
    assert_eq!(client.answer(1).await["error"]["code"], -32600);
    probe.ended.notified().await;
    // That of a call with its answer is.
    for _ in 0..2 {
        client.call(2, "add", json!({"a": 1, "b": 1})).await;
        assert_eq!(client.answer(2).await["result"]["content"][0]["text"], "2");
        client.cancel(2).await;
    }
}

#[tokio::test]
async fn the_server_is_cancelled_with_all_its_calls() {
    let (probe, token) = (Probe::new(), tokio_util::sync::CancellationToken::new());
    let mut client = Raw::begun(server(&probe).cancelled_by(token.clone())).await;
    client.call(1, "wait", json!({})).await;
    probe.begun.notified().await;
    token.cancel();
    assert_eq!(client.answer(1).await["result"]["isError"], true);
    client.served.await.unwrap().unwrap();
    assert_eq!(probe.running.load(Ordering::SeqCst), 0);
}
