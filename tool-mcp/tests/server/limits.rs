//! What is too much is answered.

use std::time::Duration;

use serde_json::{Value, json};
use tool_mcp::server::{Limits, McpServer};

use crate::raw::Raw;
use crate::tools::{Probe, server};

fn limited(probe: &std::sync::Arc<Probe>, limits: Limits) -> McpServer {
    server(probe).limits(limits).unwrap()
}

#[tokio::test]
async fn calls_above_the_limit_are_answered() {
    let probe = Probe::new();
    let limits = Limits::default().max_calls_per_session(2);
    let mut client = Raw::begun(limited(&probe, limits)).await;
    for id in 1..=2 {
        client.call(id, "wait", json!({})).await;
        probe.begun.notified().await;
    }
    let result = client.result("add", json!({"a": 1, "b": 1})).await;
    assert_eq!(
        result,
        json!({"isError": true, "content": [{"type": "text", "text":
            "`add` was not called, since 2 calls of this session are still being answered, and no more are taken. Nothing was changed. Try it again when others have been answered."}]})
    );
    client.cancel(1).await;
    probe.ended.notified().await;
    // The place is free when the call is answered for, a moment later.
    loop {
        let result = client.result("add", json!({"a": 1, "b": 1})).await;
        if result["isError"] != true {
            break;
        }
    }
}

#[tokio::test]
async fn the_limit_of_all_is_that_of_all_sessions() {
    let probe = Probe::new();
    let server = limited(&probe, Limits::default().max_calls(1));
    let mut busy = Raw::begun(server.clone()).await;
    busy.call(1, "wait", json!({})).await;
    probe.begun.notified().await;
    let mut other = Raw::begun(server).await;
    let result = other.result("add", json!({"a": 1, "b": 1})).await;
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("as many calls as it takes"), "{text}");
}

#[tokio::test]
async fn sessions_above_the_limit_are_refused() {
    let probe = Probe::new();
    let server = limited(&probe, Limits::default().max_sessions(1));
    let first = Raw::begun(server.clone()).await;
    let mut second = Raw::new(server.clone());
    let answer = second.initialize(json!({})).await;
    assert_eq!(
        answer["error"]["message"],
        "the server has as many sessions as it takes; try again later"
    );
    assert!(second.served.await.unwrap().is_err());
    let Raw { served, .. } = first;
    served.abort();
    let _ = served.await;
    // The place is free when the session is.
    loop {
        let mut third = Raw::new(server.clone());
        if third.initialize(json!({})).await.get("result").is_some() {
            break;
        }
    }
}

#[track_caller]
fn refused(limits: &Limits, expected: &str) {
    let error = server(&Probe::new()).limits(limits.clone()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn nonsense_is_refused() {
    let limits = Limits::default;
    let none = "expected at least 1, and less than 2^60";
    refused(
        &limits().max_message_bytes(0),
        &format!("the limit `max_message_bytes` is 0; {none}"),
    );
    refused(
        &limits().max_calls(0),
        &format!("the limit `max_calls` is 0; {none}"),
    );
    refused(
        &limits().max_calls(usize::MAX),
        &format!("the limit `max_calls` is {}; {none}", usize::MAX),
    );
    refused(
        &limits().max_calls_per_session(0),
        &format!("the limit `max_calls_per_session` is 0; {none}"),
    );
    refused(
        &limits().max_sessions(0),
        &format!("the limit `max_sessions` is 0; {none}"),
    );
    refused(
        &limits().page_size(0),
        &format!("the limit `page_size` is 0; {none}"),
    );
    let time = "expected more than nothing, and at most a day";
    refused(
        &limits().binding_timeout(Duration::ZERO),
        &format!("the limit `binding_timeout` is 0ns; {time}"),
    );
    refused(
        &limits().session_idle(Duration::ZERO),
        &format!("the limit `session_idle` is 0ns; {time}"),
    );
    refused(
        &limits().drain(Duration::MAX),
        &format!("the limit `drain` is {:?}; {time}", Duration::MAX),
    );
}

#[test]
fn settings_are_read_as_they_are_written() {
    let limits = Limits::default()
        .page_size(7)
        .drain(Duration::from_millis(9));
    let written = serde_json::to_value(&limits).unwrap();
    assert_eq!(
        written,
        json!({
            "max_message_bytes": 4_194_304, "max_calls": 1000, "max_calls_per_session": 64, "max_sessions": 1000,
            "page_size": 7, "binding_timeout_ms": 30000, "drain_ms": 9, "session_idle_ms": 1_800_000,
        })
    );
    assert_eq!(serde_json::from_value::<Limits>(written).unwrap(), limits);
    assert!(serde_json::from_value::<Limits>(json!({"page_sizes": 7})).is_err());
    assert_eq!(
        serde_json::from_value::<Limits>(Value::Object(Default::default())).unwrap(),
        Limits::default()
    );
}
