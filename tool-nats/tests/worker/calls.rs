//! What calls are answered with.

use harness::NatsServer;
use tool_runtime::Effects;

use crate::tools::desk;

#[tokio::test]
async fn a_call_is_run_and_answered() {
    let server = NatsServer::start();
    let (_probe, running, caller) = desk(&server, |worker| worker).await;
    let mut answers = caller.send(&caller.ask("add", r#"{"a": 1, "b": 2}"#)).await;
    let heard = answers.next().await;
    assert_eq!(heard.kind, "result");
    let header = |name: &str| heard.headers.get(name).unwrap().to_string();
    assert_eq!(header("Tool-Worker"), running.id());
    assert_eq!(header("Tool-Part"), "1/1");
    assert!(answers.is_silent().await);

    let ask = caller
        .ask("add", r#"{"a": 1, "b": 2}"#)
        .with("Tool-Call-Id", r#""call\r\n7""#);
    let report = caller.end(&ask).await.report();
    let [result] = report.results() else {
        panic!("one result")
    };
    assert_eq!(
        (result.id(), result.name(), result.text()),
        ("call\r\n7", "add", "3")
    );
}

#[tokio::test]
async fn the_tool_reads_the_key_of_the_caller() {
    let server = NatsServer::start();
    let (_probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller
        .ask("key", "{}")
        .with("Tool-Idempotency-Key", r#""order-7 ä""#);
    let mut answers = caller.send(&ask).await;
    let heard = answers.next().await;
    assert_eq!(
        heard.headers.get("Tool-Idempotency-Key").unwrap().as_str(),
        r#""order-7 ä""#
    );
    let report: tool_runtime::Report = serde_json::from_slice(&heard.payload).unwrap();
    assert_eq!(report.results()[0].text(), "order-7 ä");
}

#[tokio::test]
async fn whatever_a_tool_does_is_a_result() {
    let server = NatsServer::start();
    let (_probe, _running, caller) = desk(&server, |worker| worker).await;
    let cases = [
        ("add", r#"{"a": 1}"#, "invalid_arguments", Effects::None),
        ("add", "[1, 2", "invalid_arguments", Effects::None),
        ("add", "", "invalid_arguments", Effects::None),
        ("decline", "{}", "failed", Effects::None),
        ("stumble", "{}", "failed", Effects::Unknown),
        ("explode", "{}", "panicked", Effects::Unknown),
        ("append", r#"{"text": "x"}"#, "ok", Effects::Done),
    ];
    for (tool, arguments, ending, effects) in cases {
        let end = caller.end(&caller.ask(tool, arguments)).await;
        assert_eq!(end.ending(), ending, "{tool} {arguments}");
        assert_eq!(
            end.report().results()[0].outcome().effects,
            effects,
            "{tool} {arguments}"
        );
    }
}

#[tokio::test]
async fn a_result_longer_than_a_message_comes_in_parts() {
    let server = NatsServer::configured("max_payload: 16384");
    let (_probe, _running, caller) = desk(&server, |worker| worker).await;
    let end = caller
        .end(&caller.ask("recite", r#"{"bytes": 60000}"#))
        .await;
    assert_eq!(end.text().len(), 60_000);
    assert!((4..8).contains(&end.parts), "{}", end.parts);
    // The longest headers that there are.
    let key = format!("\"{}\"", "\\u0001".repeat(256));
    let ask = caller
        .ask("recite", r#"{"bytes": 60000}"#)
        .with("Tool-Idempotency-Key", &key);
    assert_eq!(caller.end(&ask).await.text().len(), 60_000);
}
