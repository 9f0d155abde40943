//! Many calls while workers die and come back.

use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};
use tool_runtime::{Policy, ToolCall};

use crate::process::{PATIENCE, Process};
use crate::{toolbox, workers};

#[tokio::test(flavor = "multi_thread")]
async fn each_has_one_result_which_says_what_was_done() {
    let (server, mut workers) = workers(3).await;
    let toolbox = toolbox(server.client().await, 3).await;
    let policy = Policy::default().max_concurrency(40);
    let desk = toolbox.bind(()).with(policy).unwrap();
    let call = |index: usize| {
        let (name, arguments) = match index % 4 {
            0 => (
                "pay",
                json!({"to": index.to_string(), "amount": index, "ms": index % 7 * 20}),
            ),
            1 | 2 => (
                "add",
                json!({"counter": index.to_string(), "by": index, "ms": index % 5 * 20}),
            ),
            _ => ("echo", json!({"text": index.to_string()})),
        };
        ToolCall::new(index.to_string(), name, arguments.to_string())
    };
    let calls: Vec<_> = (1..=200).map(call).collect();
    let running = tokio::spawn(desk.run(calls));
    // Everybody dies once or twice, and somebody is always there.
    let mut gone = Vec::new();
    for round in 0..6 {
        sleep(Duration::from_millis(150)).await;
        let mut dead =
            std::mem::replace(&mut workers[round % 3], Process::start(&server.url()).await);
        dead.kill().await;
        gone.push(dead);
    }
    let report = timeout(PATIENCE, running).await.unwrap().unwrap();
    assert_eq!(report.results().len(), 200);
    let done: Vec<String> = gone
        .iter()
        .chain(&workers)
        .flat_map(Process::done)
        .collect();
    let times = |tool: &str, argument: usize| {
        let of = |line: &&String| {
            let mut words = line.split(' ');
            words.next() == Some(tool) && words.nth(1) == Some(&*argument.to_string())
        };
        done.iter().filter(of).count()
    };
    for (index, result) in (1..=200).zip(report.results()) {
        assert_eq!(result.id(), index.to_string());
        let (name, outcome) = (result.name(), result.outcome());
        let times = times(name, index);
        let end = (outcome.ending.code(), outcome.effects.code());
        match (name, end) {
            // What only reads is tried again until somebody answers, or everybody was lost.
            ("echo", ("ok", _)) => assert_eq!(result.text(), index.to_string()),
            ("echo", ("failed", "none")) => {}
            // Once, whatever happens.
            ("pay", ("ok", "done")) => assert_eq!(times, 1),
            ("pay", ("failed", "unknown")) => assert!(times <= 1),
            ("pay", ("failed", "none")) => assert_eq!(times, 0),
            // At least once, all under one key.
            ("add", ("ok", "done")) => assert!(times >= 1),
            ("add", ("failed", "unknown")) => {}
            ("add", ("failed", "none")) => assert_eq!(times, 0),
            _ => panic!("{name} {index}: {end:?}: {}", result.text()),
        }
        assert!(times <= 1 + result.failed_attempts().len());
    }
}
