//! Calls that come again under their keys.

use std::time::Duration;

use harness::NatsServer;

use crate::tools::desk;

#[tokio::test]
async fn a_repeat_is_answered_from_memory() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("append", r#"{"text": "once"}"#);
    let first = caller.end(&ask).await;
    let again = caller.end(&ask.clone().with("Tool-Attempt", "2")).await;
    assert_eq!((first.is_repeated, again.is_repeated), (false, true));
    assert_eq!(first.payload, again.payload);
    assert_eq!(probe.log(), ["once"]);
}

#[tokio::test]
async fn a_repeat_of_what_runs_joins_it() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("wait", "{}");
    let mut first = caller.send(&ask).await;
    probe.begun.notified().await;
    let mut second = caller.send(&ask.with("Tool-Heartbeat-Ms", "20")).await;
    // Both hear of it, as often as the one wants who wants it most.
    assert_eq!(second.next().await.kind, "running");
    assert_eq!(first.next().await.kind, "running");
    probe.go_on.add_permits(1);
    let ends = [first.end().await, second.end().await];
    assert_eq!(ends[0].payload, ends[1].payload);
    assert_eq!(ends[0].text(), "waited ");
    assert_eq!(probe.log(), ["wait "]);
}

#[tokio::test]
async fn a_call_ends_when_the_last_who_waits_has_left() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("wait", "{}");
    let mut first = caller.send(&ask.clone().with("Tool-Timeout-Ms", "1")).await;
    let mut second = caller
        .send(&ask.clone().with("Tool-Heartbeat-Ms", "20"))
        .await;
    // The time of the first may be over before the second has come: then it is the second that runs, or is told the same.
    if second.next().await.kind == "running" {
        caller.cancel(&first).await;
        assert_eq!(second.next().await.kind, "running");
        probe.go_on.add_permits(1);
        second.end().await.report();
    }
    first.end().await.report();
}

#[tokio::test]
async fn the_one_who_still_waits_keeps_the_call() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("wait", "{}").with("Tool-Heartbeat-Ms", "20");
    let mut first = caller.send(&ask).await;
    probe.begun.notified().await;
    let mut second = caller.send(&ask).await;
    assert_eq!(second.next().await.kind, "running");
    caller.cancel(&first).await;
    for _ in 0..3 {
        assert_eq!(second.next().await.kind, "running");
    }
    caller.cancel(&second).await;
    first.end().await.report();
    second.end().await.report();
    assert_eq!(probe.log(), ["wait ", "told to stop"]);
}

#[tokio::test]
async fn callers_that_ask_again_and_again_are_no_flood() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("wait", "{}");
    let mut waiting = Vec::new();
    for _ in 0..16 {
        waiting.push(caller.send(&ask).await);
    }
    let end = caller.end(&ask).await;
    end.check_refused("busy", "the worker has as many calls as it takes");
    probe.go_on.add_permits(1);
    for mut answers in waiting {
        assert_eq!(answers.end().await.text(), "waited ");
    }
}

#[tokio::test]
async fn a_key_of_another_call_is_refused() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let key = |ask: crate::caller::Ask| ask.with("Tool-Idempotency-Key", "\"key\"");
    caller
        .end(&key(caller.ask("append", r#"{"text": "one"}"#)))
        .await
        .report();
    let why = "the idempotency key is that of a call of another tool or with other arguments";
    let other = caller
        .end(&key(caller.ask("append", r#"{"text": "two"}"#)))
        .await;
    other.check_refused("key", why);
    caller
        .end(&key(caller.ask("stumble", "{}")))
        .await
        .check_refused("key", why);
    assert_eq!(probe.log(), ["one"]);
}

#[tokio::test]
async fn a_failure_is_remembered_only_if_a_repeat_could_harm() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    // Once more: nothing was changed, it says that it may be repeated. Not: it may have changed something.
    for (tool, runs) in [
        ("decline", 2),
        ("falter", 2),
        ("stumble", 1),
        ("explode", 1),
    ] {
        let ask = caller.ask(tool, "{}");
        let first = caller.end(&ask).await;
        let again = caller.end(&ask).await;
        assert_eq!(again.is_repeated, runs == 1, "{tool}");
        assert_eq!(
            first.text() == again.text(),
            tool != "explode" || runs == 1,
            "{tool}"
        );
        let log = probe.log();
        assert_eq!(
            log.iter().filter(|line| *line == tool).count(),
            runs,
            "{tool}"
        );
    }
}

#[tokio::test]
async fn what_is_too_much_or_too_old_is_forgotten() {
    let server = NatsServer::start();
    let second = Duration::from_secs(60);
    let (probe, _running, caller) = desk(&server, |worker| worker.remember(2, second)).await;
    let asks =
        ["a", "b", "c"].map(|text| caller.ask("append", &format!(r#"{{"text": "{text}"}}"#)));
    for ask in &asks {
        caller.end(ask).await;
    }
    assert!(caller.end(&asks[2]).await.is_repeated);
    assert!(caller.end(&asks[1]).await.is_repeated);
    assert!(!caller.end(&asks[0]).await.is_repeated);
    assert_eq!(probe.log(), ["a", "b", "c", "a"]);
}

#[tokio::test]
async fn a_worker_that_remembers_nothing_runs_a_repeat() {
    let server = NatsServer::start();
    let (probe, _running, caller) =
        desk(&server, |worker| worker.remember(0, Duration::ZERO)).await;
    let ask = caller.ask("append", r#"{"text": "x"}"#);
    assert!(!caller.end(&ask).await.is_repeated);
    assert!(!caller.end(&ask).await.is_repeated);
    assert_eq!(probe.log(), ["x", "x"]);
}
