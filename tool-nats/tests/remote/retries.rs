//! Calls that are made again: what may be, under which key.

use std::time::Duration;

use crate::fake::{Offering, Scene, desk, impatient, quick, text};

#[tokio::test]
async fn a_lost_worker_is_followed_by_another_under_the_same_key() {
    let mut scene = Scene::begin(impatient).await;
    let desk = desk();
    let (report, said) = scene
        .call("pay", "{}", async |worker| {
            let mut said = Vec::new();
            for attempt in ["1", "2", "3"] {
                let call = worker.call().await;
                said.push((call.key(), call.header("Tool-Attempt").unwrap().to_owned()));
                if attempt == "3" {
                    call.run(&desk).await;
                } else {
                    call.running().await;
                }
            }
            said
        })
        .await;
    // It pays with the key.
    let key = text(&report);
    let expected = ["1", "2", "3"].map(|attempt| (key.to_owned(), attempt.to_owned()));
    assert_eq!(said, expected);
    let failed = report.results()[0].failed_attempts();
    let failed: Vec<_> = failed
        .iter()
        .map(|failed| failed.error.to_string())
        .collect();
    let lost = "The worker that ran `pay` was lost before it answered";
    assert_eq!(failed, [lost, lost]);
}

#[tokio::test]
async fn what_only_reads_is_made_again_and_what_writes_is_not() {
    let mut scene = Scene::begin(impatient).await;
    let (report, ()) = scene
        .call("get_customer", r#"{"customer_id": 1}"#, async |worker| {
            for _ in 0..3 {
                worker.call().await;
            }
        })
        .await;
    assert_eq!(
        text(&report),
        "No worker has answered the call of `get_customer`. It was tried 3 times. Nothing was changed. The same call may succeed later."
    );
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |worker| {
            worker.call().await;
        })
        .await;
    assert_eq!(report.results()[0].failed_attempts().len(), 0);
    assert!(scene.worker.is_idle());
}

#[tokio::test]
async fn a_worker_that_comes_is_found_by_the_next_attempt() {
    let mut scene = Scene::begin(quick).await;
    let client = scene.server.client().await;
    let worker = std::mem::replace(
        &mut scene.worker,
        Offering::new("other", "1.0.0", &desk())
            .start(&client)
            .await,
    );
    worker.stop().await;
    let desk = desk();
    let (report, ()) = scene
        .call("pay", "{}", async |worker| {
            *worker = Offering::new("desk", "1.0.0", &desk).start(&client).await;
            worker.call().await.run(&desk).await;
        })
        .await;
    assert_eq!(
        report.results()[0].outcome().ending.code(),
        "ok",
        "{}",
        text(&report)
    );
}

#[tokio::test]
async fn back_off_ends_at_the_deadline() {
    let mut scene = Scene::begin(quick).await;
    let policy = tool_runtime::Policy::default().call_timeout(Duration::from_millis(60));
    let bound = scene.toolbox.bind(()).with(policy).unwrap();
    let calls = [tool_runtime::ToolCall::new(
        "1",
        "open_ticket",
        r#"{"subject": "a"}"#,
    )];
    let running = bound.run(calls);
    let mut running = std::pin::pin!(running);
    let report = loop {
        tokio::select! {
            report = &mut running => break report,
            call = scene.worker.call() => call.refuse("busy", "no room").await,
        }
    };
    assert_eq!(
        text(&report),
        "`open_ticket` was not called: The workers of `desk` have no room for it now. Nothing was changed. Call it again later."
    );
}
