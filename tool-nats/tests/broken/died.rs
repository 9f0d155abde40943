//! A worker dies before, during and after its work.

use serde_json::json;

use crate::{call, ends, toolbox, workers};

#[tokio::test(flavor = "multi_thread")]
async fn before_it_is_called() {
    let (server, mut workers) = workers(1).await;
    let toolbox = toolbox(server.client().await, 1).await;
    workers[0].kill().await;
    let pay = call("pay", json!({"to": "a", "amount": 1, "ms": 0}));
    let report = toolbox.run([pay, call("stay_here", json!({}))]).await;
    assert_eq!(ends(&report), ["failed none", "ok none"]);
    let text = report.results()[0].text();
    assert_eq!(
        text,
        "No worker is there for `pay`, so nothing was called. Nothing was changed. The same call may succeed later."
    );
    assert_eq!(workers[0].done(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_before_it_is_called() {
    let (server, mut workers) = workers(2).await;
    let toolbox = toolbox(server.client().await, 2).await;
    workers[0].kill().await;
    let echo = || call("echo", json!({"text": "a"}));
    let report = toolbox.run([echo(), echo(), echo(), echo()]).await;
    assert_eq!(ends(&report), ["ok none"; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_works_and_nobody_knows_what_it_did() {
    let (server, mut workers) = workers(1).await;
    let toolbox = toolbox(server.client().await, 1).await;
    let pay = call("pay", json!({"to": "a", "amount": 1, "ms": 600_000}));
    let running = tokio::spawn(toolbox.run([pay, call("stay_here", json!({}))]));
    workers[0].has_done(1).await;
    workers[0].kill().await;
    let report = running.await.unwrap();
    assert_eq!(ends(&report), ["failed unknown", "ok none"]);
    let text = report.results()[0].text();
    // It may be dead before it has said that the call runs.
    let lost = [
        "The worker that ran `pay` was lost before it answered",
        "No worker has answered the call of `pay`",
    ];
    assert!(lost.iter().any(|lost| text.starts_with(lost)), "{text}");
    assert!(
        text.contains("It may have taken effect; check before repeating."),
        "{text}"
    );
    assert_eq!(report.results()[0].failed_attempts().len(), 0);
    assert_eq!(workers[0].done().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_works_and_another_does_it_again_under_the_same_key() {
    let (server, mut workers) = workers(2).await;
    let toolbox = toolbox(server.client().await, 2).await;
    let add = call("add", json!({"counter": "a", "by": 1, "ms": 1_500}));
    let running = tokio::spawn(toolbox.run([add]));
    let (first, second) = loop {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        match (workers[0].done().len(), workers[1].done().len()) {
            (1, 0) => break (0, 1),
            (0, 1) => break (1, 0),
            _ => {}
        }
    };
    workers[first].kill().await;
    let report = running.await.unwrap();
    assert_eq!(ends(&report), ["ok done"]);
    let result = &report.results()[0];
    assert_eq!(result.text(), workers[second].id().to_string());
    assert_eq!(result.failed_attempts().len(), 1);
    // The same line, but for the process.
    let line = |worker: usize| {
        let done = workers[worker].done();
        assert_eq!(done.len(), 1);
        done[0].rsplit_once(' ').unwrap().0.to_owned()
    };
    assert_eq!(line(first), line(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_while_they_work() {
    let (server, mut workers) = workers(2).await;
    let toolbox = toolbox(server.client().await, 2).await;
    let adds = (0..8).map(|by| {
        call(
            "add",
            json!({"counter": by.to_string(), "by": by, "ms": 600_000}),
        )
    });
    let running = tokio::spawn(toolbox.run(adds.collect::<Vec<_>>()));
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        if workers
            .iter()
            .map(|worker| worker.done().len())
            .sum::<usize>()
            == 8
        {
            break;
        }
    }
    for worker in &mut workers {
        worker.kill().await;
    }
    let report = running.await.unwrap();
    // The last attempt found no worker, and an earlier one may have done its work.
    assert_eq!(ends(&report), ["failed unknown"; 8]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_shut_down_and_ends_what_it_has() {
    let (server, mut workers) = workers(1).await;
    let toolbox = toolbox(server.client().await, 1).await;
    let pay = call("pay", json!({"to": "a", "amount": 1, "ms": 300}));
    let running = tokio::spawn(toolbox.run([pay]));
    workers[0].has_done(1).await;
    workers[0].drain().await;
    let report = running.await.unwrap();
    assert_eq!(ends(&report), ["ok done"]);
    assert_eq!(
        ends(&toolbox.run([call("echo", json!({"text": "a"}))]).await),
        ["failed none"]
    );
}
