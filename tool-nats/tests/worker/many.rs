//! Many calls of every kind at once.

use std::collections::HashMap;

use harness::NatsServer;
use tokio::task::JoinSet;

use crate::caller::Caller;
use crate::tools::desk;

/// The last of what is answered to each of 500 calls, and whether more came.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_many_calls_is_answered_once() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker.max_calls(16)).await;
    probe.go_on.add_permits(1_000);
    let mut sent = JoinSet::new();
    for number in 0..500 {
        let ask = asked(&caller, number);
        let mut answers = caller.send(&ask).await;
        sent.spawn(async move {
            let end = answers.end().await;
            let is_silent = answers.is_silent().await;
            let is_the_calls = end.refused.is_some() || !end.report().results().is_empty();
            assert!(is_silent && is_the_calls, "{number}: {end:?}");
            end.refused.unwrap_or_else(|| "result".to_owned())
        });
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    while let Some(kind) = sent.join_next().await {
        *counts.entry(kind.unwrap()).or_default() += 1;
    }
    assert_eq!(counts.values().sum::<usize>(), 500);
    for kind in ["result", "malformed", "skew", "approval", "key"] {
        assert!(counts.contains_key(kind), "{kind}: {counts:?}");
    }
}

fn asked(caller: &Caller, number: usize) -> crate::caller::Ask {
    let same = |ask: crate::caller::Ask, key: usize| {
        ask.with("Tool-Idempotency-Key", &format!("\"{key}\""))
    };
    match number % 10 {
        0 => caller.ask("add", r#"{"a": 1, "b": 2}"#),
        1 => caller.ask("add", "garbage").with("Tool-Timeout-Ms", "0"),
        2 => caller.ask("explode", "{}"),
        3 => caller.ask("add", "{}").without("Tool-Attempt"),
        4 => caller.ask("add", "{}").with("Tool-Fingerprint", "another"),
        5 => caller.ask("pay", r#"{"amount": 7}"#),
        6 => caller.ask("recite", r#"{"bytes": 50000}"#),
        // Repeats, and keys of other calls.
        7 => same(caller.ask("append", r#"{"text": "x"}"#), number / 50),
        8 => same(
            caller.ask("append", &format!(r#"{{"text": "{number}"}}"#)),
            number / 50,
        ),
        _ => caller
            .ask("wait", "{}")
            .with("Tool-Heartbeat-Ms", "10")
            .with("Tool-Timeout-Ms", "20"),
    }
}
