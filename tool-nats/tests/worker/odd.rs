//! What no caller that behaves sends.

use harness::NatsServer;

use crate::tools::desk;

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_the_reason() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = || caller.ask("append", r#"{"text": "x"}"#);
    let mut bare = ask();
    bare.headers = async_nats::HeaderMap::new();
    let end = caller.end(&bare).await;
    end.check_refused("malformed", "the header `Tool-Format` is missing");
    let cases = [
        (
            ask().with("Tool-Format", "2"),
            "format",
            "the call is in format `2`; this worker reads format 1",
        ),
        (
            ask().without("Tool-Call-Id"),
            "malformed",
            "the header `Tool-Call-Id` is missing",
        ),
        (
            ask().with("Tool-Call-Id", "call_1"),
            "malformed",
            "the header `Tool-Call-Id` is no JSON string",
        ),
        (
            ask().without("Tool-Idempotency-Key"),
            "malformed",
            "the header `Tool-Idempotency-Key` is missing",
        ),
        (
            ask().with("Tool-Idempotency-Key", "\"\""),
            "malformed",
            "the header `Tool-Idempotency-Key` is empty",
        ),
        (
            ask().with("Tool-Heartbeat-Ms", "often"),
            "malformed",
            "the header `Tool-Heartbeat-Ms` is no number",
        ),
        (
            ask().with("Tool-Timeout-Ms", "-1"),
            "malformed",
            "the header `Tool-Timeout-Ms` is no number",
        ),
    ];
    for (ask, code, why) in cases {
        caller.end(&ask).await.check_refused(code, why);
    }
    let mut bytes = ask();
    bytes.payload = vec![b'{', 0xff, 0xfe, b'}'];
    caller
        .end(&bytes)
        .await
        .check_refused("malformed", "the arguments are no UTF-8 text");
    assert!(probe.log().is_empty());
}

#[tokio::test]
async fn another_definition_is_refused_with_both() {
    let server = NatsServer::start();
    let (_probe, _running, caller) = desk(&server, |worker| worker).await;
    let ours = caller.endpoint("add")["metadata"]["fingerprint"]
        .as_str()
        .unwrap();
    let ask = caller
        .ask("add", r#"{"a": 1, "b": 2}"#)
        .with("Tool-Fingerprint", "feed");
    let why = format!("the call is for the definition `feed` of `add`; this worker has `{ours}`");
    caller.end(&ask).await.check_refused("skew", &why);
}

#[tokio::test]
async fn a_call_without_a_place_for_its_answer_is_not_run() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("append", r#"{"text": "nobody waits"}"#);
    let sent = caller
        .client
        .publish_with_headers(ask.subject, ask.headers, ask.payload.into());
    sent.await.unwrap();
    // One that comes after it, to the same endpoint.
    caller
        .end(&caller.ask("append", r#"{"text": "second"}"#))
        .await;
    assert_eq!(probe.log(), ["second"]);
}

#[tokio::test]
async fn numbers_that_no_clock_has_are_taken() {
    let server = NatsServer::start();
    let (_probe, _running, caller) = desk(&server, |worker| worker).await;
    let most = u64::MAX.to_string();
    let ask = caller
        .ask("add", r#"{"a": 1, "b": 2}"#)
        .with("Tool-Timeout-Ms", &most);
    let ask = ask
        .with("Tool-Heartbeat-Ms", &most)
        .with("Tool-Attempt", &most);
    assert_eq!(caller.end(&ask).await.text(), "3");
}

#[tokio::test]
async fn nonsense_on_the_subject_of_cancellations_does_nothing() {
    let server = NatsServer::start();
    let (_probe, _running, caller) = desk(&server, |worker| worker).await;
    for token in ["x", "-", "call_1"] {
        let subject = format!("tools.desk.cancel.{}.{token}", caller.id());
        caller.client.publish(subject, "{}".into()).await.unwrap();
    }
    assert_eq!(
        caller
            .end(&caller.ask("add", r#"{"a": 1, "b": 2}"#))
            .await
            .text(),
        "3"
    );
}
