//! Calls without a result, and what the model reads of each.

use std::time::Duration;

use tool_runtime::{Policy, ToolCall};

use crate::fake::{Offering, PATIENCE, Scene, desk, impatient, quick, text};

#[tokio::test]
async fn without_a_worker_nothing_is_called() {
    let mut scene = Scene::begin(quick).await;
    let client = scene.server.client().await;
    let worker = std::mem::replace(
        &mut scene.worker,
        Offering::new("other", "1.0.0", &desk())
            .start(&client)
            .await,
    );
    worker.stop().await;
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |_| ())
        .await;
    assert_eq!(
        text(&report),
        "No worker is there for `open_ticket`, so nothing was called. Nothing was changed. The same call may succeed later."
    );
    assert_eq!(report.results()[0].outcome().effects.code(), "none");
}

#[tokio::test]
async fn workers_of_another_version_are_told_of() {
    let mut scene = Scene::begin(quick).await;
    let client = scene.server.client().await;
    let mut newer = Offering::new("desk", "2.0.0", &desk());
    for endpoint in &mut newer.endpoints {
        let rules =
            endpoint.metadata["rules"].replace("\"destructive\":false", "\"destructive\":true");
        let tool = endpoint.metadata["tool"].clone();
        *endpoint = crate::fake::Offered::new("desk", &endpoint.name, &tool, &rules);
    }
    let worker = std::mem::replace(&mut scene.worker, newer.start(&client).await);
    worker.stop().await;
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |_| ())
        .await;
    assert_eq!(
        text(&report),
        "The workers of `desk` have another version of `open_ticket` now, so nothing was called. Nothing was changed. The same call would fail again."
    );
    let error = report.results()[0].error().unwrap();
    let source = std::error::Error::source(error).unwrap().to_string();
    assert!(
        source.starts_with("calls are of version 1.0.0 (")
            && source.contains("of version 2.0.0 offers"),
        "{source}"
    );
    // Once they are discovered again they are called.
    assert!(scene.remote.refresh().await.unwrap());
    assert!(!scene.remote.refresh().await.unwrap());
    scene.toolbox = tool_runtime::Toolbox::builder()
        .tools(scene.remote.tools())
        .build()
        .unwrap();
    let desk = desk();
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |worker| {
            worker.call().await.run(&desk).await
        })
        .await;
    assert_eq!(text(&report), "opened: a");
}

#[tokio::test]
async fn workers_that_no_longer_have_the_tool_are_told_of() {
    let mut scene = Scene::begin(quick).await;
    let client = scene.server.client().await;
    let mut newer = Offering::new("desk", "2.0.0", &desk());
    newer
        .endpoints
        .retain(|endpoint| endpoint.name != "open_ticket");
    let worker = std::mem::replace(&mut scene.worker, newer.start(&client).await);
    worker.stop().await;
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |_| ())
        .await;
    assert_eq!(
        text(&report),
        "The workers of `desk` do not have `open_ticket` any more, so nothing was called. Nothing was changed. The same call would fail again."
    );
}

#[tokio::test]
async fn what_a_worker_refuses_is_not_called() {
    let cases = [
        (
            "skew",
            "The workers of `desk` have another version of `open_ticket` now, so nothing was called. Nothing was changed. The same call would fail again.",
        ),
        (
            "format",
            "The workers of `desk` do not understand calls of this program, so nothing was called. Nothing was changed. The same call would fail again.",
        ),
        (
            "malformed",
            "The worker of `open_ticket` could not read the call, so nothing was called. Nothing was changed. The same call would fail again.",
        ),
        (
            "key",
            "The worker of `open_ticket` took the call for another one, so nothing was called. Nothing was changed. The same call would fail again.",
        ),
        (
            "approval",
            "`open_ticket` was not called, since it is not allowed: Its worker wants to be told of an approval. Nothing was changed. Do not repeat the call.",
        ),
        (
            "never_heard_of",
            "The worker of `open_ticket` refused the call, so nothing was called: as it likes. Nothing was changed. The same call would fail again.",
        ),
    ];
    let mut scene = Scene::begin(quick).await;
    for (why, expected) in cases {
        let (report, ()) = scene
            .call("open_ticket", r#"{"subject": "a"}"#, async |worker| {
                worker.call().await.refuse(why, "as  it likes.").await;
            })
            .await;
        assert_eq!(text(&report), expected);
        assert_eq!(report.results()[0].outcome().effects.code(), "none");
        let error = report.results()[0].error().unwrap();
        let source = std::error::Error::source(error).unwrap().to_string();
        assert_eq!(source, "as  it likes.");
    }
}

#[tokio::test]
async fn a_worker_without_room_is_asked_again() {
    let mut scene = Scene::begin(quick).await;
    let desk = desk();
    let (report, keys) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |worker| {
            let mut keys = Vec::new();
            for why in ["busy", "draining", "busy"] {
                let call = worker.call().await;
                keys.push((
                    call.key(),
                    call.token().to_owned(),
                    call.text("Tool-Call-Id"),
                ));
                call.refuse(why, "64 calls are in progress").await;
            }
            let call = worker.call().await;
            keys.push((
                call.key(),
                call.token().to_owned(),
                call.text("Tool-Call-Id"),
            ));
            call.run(&desk).await;
            keys
        })
        .await;
    assert_eq!(text(&report), "opened: a");
    // Nothing had been run, so these are no attempts of the call, though each has an inbox of its own.
    assert_eq!(report.results()[0].failed_attempts().len(), 0);
    assert!(
        keys.windows(2)
            .all(|two| two[0].0 == two[1].0 && two[0].1 != two[1].1),
        "{keys:?}"
    );
}

#[tokio::test]
async fn workers_that_never_have_room_are_told_of() {
    let mut scene = Scene::begin(quick).await;
    let (report, asked) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |worker| {
            for _ in 0..11 {
                worker
                    .call()
                    .await
                    .refuse("busy", "64 calls are in progress")
                    .await;
            }
            worker.is_idle()
        })
        .await;
    assert!(asked);
    assert_eq!(
        text(&report),
        "`open_ticket` was not called: The workers of `desk` have no room for it now. Nothing was changed. Call it again later."
    );
    assert_eq!(report.results()[0].outcome().ending.code(), "over_limit");
}

#[tokio::test]
async fn a_worker_that_says_nothing_more_is_lost() {
    let mut scene = Scene::begin(impatient).await;
    for (tool, arguments, begun, expected) in [
        (
            "open_ticket",
            r#"{"subject": "a"}"#,
            true,
            "The worker that ran `open_ticket` was lost before it answered. It may have taken effect; check before repeating. The same call may succeed later.",
        ),
        (
            "open_ticket",
            r#"{"subject": "a"}"#,
            false,
            "No worker has answered the call of `open_ticket`. It may have taken effect; check before repeating. The same call may succeed later.",
        ),
        (
            "undeclared",
            "{}",
            true,
            "The worker that ran `undeclared` was lost before it answered. It may have taken effect; check before repeating. The same call may succeed later.",
        ),
    ] {
        let (report, ()) = scene
            .call(tool, arguments, async |worker| {
                let call = worker.call().await;
                if begun {
                    call.running().await;
                }
            })
            .await;
        assert_eq!(text(&report), expected);
        assert_eq!(report.results()[0].outcome().effects.code(), "unknown");
    }
}

#[tokio::test]
async fn a_call_that_is_heard_of_is_not_lost() {
    let mut scene = Scene::begin(impatient).await;
    let desk = desk();
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |worker| {
            let call = worker.call().await;
            // Three times as long as silence may be.
            for _ in 0..30 {
                call.running().await;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            call.run(&desk).await;
        })
        .await;
    assert_eq!(text(&report), "opened: a");
}

#[tokio::test]
async fn a_call_that_is_too_late_is_cancelled_at_its_worker() {
    let mut scene = Scene::begin(quick).await;
    let policy = Policy::default().call_timeout(Duration::from_millis(300));
    let bound = scene.toolbox.bind(()).with(policy).unwrap();
    let working = async {
        let call = scene.worker.call().await;
        let left: u64 = call.header("Tool-Timeout-Ms").unwrap().parse().unwrap();
        assert!((1..=300).contains(&left), "{left}");
        call.running().await;
        assert_eq!(scene.worker.cancelled().await, call.token());
    };
    let calling = bound.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let (report, ()) = tokio::join!(calling, working);
    assert_eq!(
        text(&report),
        "`open_ticket` did not finish within 300ms and was stopped. It may have taken effect; check before repeating."
    );
}

#[tokio::test]
async fn what_a_worker_knows_of_a_call_that_was_too_late_is_told() {
    let mut scene = Scene::begin(quick).await;
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(300))
        .grace(PATIENCE);
    let bound = scene.toolbox.bind(()).with(policy).unwrap();
    let desk = desk();
    let working = async {
        let call = scene.worker.call().await;
        call.running().await;
        scene.worker.cancelled().await;
        call.run(&desk).await;
    };
    let calling = bound.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let (report, ()) = tokio::join!(calling, working);
    assert_eq!(text(&report), "opened: a");
    assert!(report.results()[0].outcome().late);
}

#[tokio::test]
async fn that_a_worker_has_stopped_what_was_too_late_is_no_news() {
    let mut scene = Scene::begin(quick).await;
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(300))
        .grace(Duration::from_millis(300));
    let bound = scene.toolbox.bind(()).with(policy).unwrap();
    let desk = desk();
    let working = async {
        let call = scene.worker.call().await;
        call.running().await;
        scene.worker.cancelled().await;
        let mut report = serde_json::to_value(call.report(&desk).await).unwrap();
        report["results"][0]["outcome"] = "cancelled".into();
        report["results"][0]["detail"] = "batch".into();
        call.result(report.to_string()).await;
    };
    let calling = bound.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let (report, ()) = tokio::join!(calling, working);
    assert_eq!(
        text(&report),
        "`open_ticket` did not finish within 300ms and was stopped. It may have taken effect; check before repeating."
    );
}

#[tokio::test]
async fn a_batch_that_is_dropped_cancels_its_calls() {
    let mut scene = Scene::begin(quick).await;
    let call = tokio::select! {
        _ = scene.toolbox.run([ToolCall::new("1", "pay", "{}")]) => unreachable!("nobody answers"),
        call = async {
            let call = scene.worker.call().await;
            call.running().await;
            // So that the caller has heard it.
            tokio::time::sleep(Duration::from_millis(200)).await;
            call
        } => call,
    };
    assert_eq!(scene.worker.cancelled().await, call.token());
}

#[tokio::test]
async fn a_call_that_is_dropped_before_any_answer_is_cancelled_by_the_first() {
    let mut scene = Scene::begin(quick).await;
    let call = tokio::select! {
        _ = scene.toolbox.run([ToolCall::new("1", "pay", "{}")]) => unreachable!("nobody answers"),
        call = scene.worker.call() => call,
    };
    call.running().await;
    assert_eq!(scene.worker.cancelled().await, call.token());
    // And again, for as long as it runs.
    call.progress(serde_json::json!({"done": 1})).await;
    assert_eq!(scene.worker.cancelled().await, call.token());
}

#[tokio::test]
async fn a_call_that_is_too_long_is_not_sent() {
    let mut scene = Scene::begin(quick).await;
    let subject = "a".repeat(1_100_000);
    let policy = Policy::default().max_argument_bytes(2_000_000);
    let bound = scene.toolbox.bind(()).with(policy).unwrap();
    let arguments = format!(r#"{{"subject": "{subject}"}}"#);
    let report = bound
        .run([ToolCall::new("1", "open_ticket", arguments)])
        .await;
    let said = text(&report);
    assert!(
        said.starts_with("The call of `open_ticket` has 1100")
            && said.ends_with(
                " bytes, and a message to its workers at most 1048576, so nothing was called. Nothing was changed. The same call would fail again."
            ),
        "{said}"
    );
    assert!(scene.worker.is_idle());
}
