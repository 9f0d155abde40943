//! What becomes of a use: a call that is not made gives it back, and every other keeps it.

use std::sync::Arc;
use std::time::Duration;

use support::{Probe, call, codes, threads};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::batch::{OnFailure, Retry};
use tool_runtime::layer::{self, Next, Request};
use tool_runtime::{Policy, ToolCall, ToolError, Toolbox, tools};

use super::{compute, deliver, delivering, here, search, searching, send, sending, within};

fn policy() -> Policy {
    Policy::default().grace(Duration::from_millis(1))
}

/// Runs calls within a quota of ten of each, and looks at how they end and at how many uses are taken.
async fn check(policy: Policy, calls: Vec<ToolCall>, endings: &[&str], used: usize) {
    let quota = here().tool("send", 10).all_tools(10);
    let report = within(&quota).with(policy).unwrap().run(calls).await;
    let ended = report.results().iter();
    let ended: Vec<_> = ended.map(|r| r.outcome().ending.to_string()).collect();
    assert_eq!(ended, endings);
    assert_eq!(quota.total_used(), used, "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn calls_that_cannot_be_made_take_none() {
    let quota = here().tool("send", 10);
    let wrong = [
        call("send", r#"{"to": "Ada"}"#),
        call("send", "{"),
        call("send", &format!(r#"{{"to": {}1}}"#, " ".repeat(2000))),
        call("sned", "{}"),
        sending(1, 1).cut_off(),
    ];
    let small = policy().max_argument_bytes(1000);
    let report = within(&quota).with(small).unwrap().run(wrong).await;
    assert!(!codes(&report).contains(&"ok"));
    assert_eq!(quota.total_used(), 0);
    let one = policy().max_calls(1);
    let two = vec![sending(1, 1); 2];
    check(one, two, &["ok", "over_limit (batch_size)"], 1).await;
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_not_allowed_give_theirs_back() {
    let asked = policy().require_approval("send");
    check(asked.clone(), vec![sending(1, 1)], &["denied"], 0).await;

    let quota = here().tool("send", 10);
    let approver = approval::by(|request: ApprovalRequest| async move {
        Ok(match request.index() {
            0 => request.approve(),
            _ => request.deny("No."),
        })
    });
    let desk = within(&quota).with(asked).unwrap().approved_by(approver);
    let report = desk.run(vec![sending(1, 1); 3]).await;
    assert_eq!(codes(&report), ["ok", "denied", "denied"]);
    assert_eq!(quota.used("send"), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_a_layer_does_not_let_through_give_theirs_back() {
    let layer = layer::around(|request: Request<Probe>, next: Next| async move {
        let attempt = request.context().attempt();
        match request.context().call().arguments() {
            r#"{"to": 1, "ms": 1}"# => Err(ToolError::denied("Not to them.")),
            r#"{"to": 2, "ms": 1}"# => Err(ToolError::overloaded("Too many.")),
            // It was called before, and then there was no room for another attempt.
            r#"{"to": 1, "how": "busy"}"# if attempt > 1 => Err(ToolError::overloaded("Too many.")),
            _ => next.run().await,
        }
    });
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![send, search, deliver, compute])
        .layer(layer)
        .build()
        .unwrap();
    let quota = here().all_tools(10);
    let desk = toolbox.bind(Probe::default()).within(&quota).unwrap();
    let calls = vec![
        sending(1, 1),
        sending(2, 1),
        sending(3, 1),
        delivering("busy"),
    ];
    let report = desk.run(calls).await;
    assert_eq!(codes(&report), ["denied", "over_limit", "ok", "over_limit"]);
    assert_eq!((quota.used("send"), quota.used("deliver")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn calls_that_others_keep_from_being_made_give_theirs_back() {
    let stop = policy().on_failure(OnFailure::StopAll).max_concurrency(1);
    let calls = vec![delivering("fails"), sending(1, 1), sending(2, 1)];
    check(stop, calls, &["failed", "skipped", "skipped"], 1).await;

    let queue = policy().tool_concurrency("send", 1).max_queue(1);
    let calls = vec![sending(1, 5), sending(2, 5), sending(3, 5)];
    check(queue, calls, &["ok", "ok", "over_limit (queue)"], 2).await;

    let soon = policy().max_wait(Duration::from_millis(10));
    let calls = vec![sending(1, 100), sending(1, 1)];
    check(soon, calls, &["ok", "timed_out (predecessor)"], 1).await;

    let batch = policy().batch_timeout(Duration::from_millis(10));
    let calls = vec![sending(1, 100), sending(1, 1)];
    let endings = ["timed_out (batch)", "timed_out (batch)"];
    check(batch, calls, &endings, 1).await;
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_made_keep_theirs_however_they_end() {
    let calls = ["well", "fails", "breaks"].map(delivering).to_vec();
    check(policy(), calls, &["ok", "failed", "panicked"], 3).await;
    let short = policy().call_timeout(Duration::from_millis(10));
    check(short, vec![sending(1, 100)], &["timed_out (work)"], 1).await;
    let thrice = policy().retry(Retry::default().attempts(3));
    check(thrice, vec![delivering("busy")], &["failed"], 1).await;
}

#[tokio::test(start_paused = true)]
async fn each_of_calls_that_are_the_same_is_a_use() {
    let same = policy().coalesce(true);
    let quota = here().tool("search", 3);
    let probe = Arc::new(Probe::default());
    let desk = super::toolbox().bind(Arc::clone(&probe));
    let desk = desk.within(&quota).unwrap().with(same.clone()).unwrap();
    let report = desk.run(vec![searching("a"); 4]).await;
    assert_eq!(codes(&report), ["ok", "ok", "ok", "over_limit"]);
    assert_eq!((quota.used("search"), probe.started()), (3, 1));
    let wrong = vec![call("search", r#"{"what": 1}"#); 3];
    check(same, wrong, &["invalid_arguments"; 3], 0).await;
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_cancelled_give_theirs_back_if_they_wait() {
    let quota = here().tool("send", 10);
    let batch = within(&quota).with(policy()).unwrap().start();
    batch.push(sending(1, 100));
    batch.push(sending(1, 100));
    sleep(Duration::from_millis(10)).await;
    batch.cancel(1);
    batch.cancel(0);
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["cancelled"; 2]);
    assert_eq!(quota.used("send"), 1);

    let token = CancellationToken::new();
    let desk = within(&quota).with(policy()).unwrap();
    let desk = desk.cancelled_by(token.clone());
    let calls = [sending(1, 100), sending(1, 1), sending(2, 1)];
    let cancel = async {
        sleep(Duration::from_millis(10)).await;
        token.cancel();
    };
    let (report, ()) = tokio::join!(desk.run(calls), cancel);
    assert_eq!(codes(&report), ["cancelled", "cancelled", "ok"]);
    assert_eq!(quota.used("send"), 3);
    let report = desk.run([sending(1, 1)]).await;
    assert_eq!((codes(&report), quota.used("send")), (vec!["cancelled"], 3));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_dropped_gives_back_what_it_has_not_made() {
    for is_watched in [false, true] {
        let quota = here().all_tools(10);
        let builder = Toolbox::<Probe>::builder().tools(tools![send]);
        let builder = match is_watched {
            true => builder.layer(layer::finished(|_, _: &Probe| {})),
            false => builder,
        };
        let toolbox = builder.build().unwrap();
        let desk = toolbox.bind(Probe::default()).within(&quota).unwrap();
        let calls = || vec![sending(1, 100), sending(1, 100), sending(2, 1)];
        drop(desk.run(calls()));
        assert_eq!(quota.total_used(), 0);

        let run = desk.run(calls());
        let gone = tokio::time::timeout(Duration::from_millis(10), run).await;
        assert!(gone.is_err());
        assert_eq!(quota.total_used(), 2, "watched: {is_watched}");

        let batch = desk.start();
        for call in calls() {
            batch.push(call);
        }
        // Nothing has begun.
        assert_eq!(quota.total_used(), 5);
        drop(batch);
        assert_eq!(quota.total_used(), 2, "watched: {is_watched}");
    }
}

#[test]
fn a_call_that_has_no_thread_yet_gives_its_own_back() {
    let quota = here().all_tools(10);
    let probe = Arc::new(Probe::default());
    let runtime = threads(2);
    let alone = policy().max_blocking_threads(1);
    let desk = super::toolbox().bind(Arc::clone(&probe));
    let desk = desk.within(&quota).unwrap().with(alone).unwrap();
    runtime.block_on(async {
        let run = desk.run(vec![call("compute", "{}"); 3]);
        tokio::select! {
            _ = run => panic!("three calls end before one has begun"),
            () = probe.until_started(1) => {}
        }
    });
    assert_eq!(quota.total_used(), 1);
}

#[test]
fn a_runtime_that_is_shut_down_gives_back_what_was_not_made() {
    let quota = here().all_tools(10);
    let probe = Arc::new(Probe::default());
    let desk = super::toolbox().bind(Arc::clone(&probe));
    let desk = desk.within(&quota).unwrap();
    let runtime = threads(1);
    let batch = runtime.block_on(async {
        let batch = desk.start();
        batch.push(sending(1, 1_000_000));
        batch.push(sending(1, 1));
        probe.until_started(1).await;
        batch
    });
    drop(runtime);
    let report = threads(1).block_on(batch.finish());
    assert_eq!(codes(&report), ["cancelled"; 2]);
    assert_eq!(quota.total_used(), 1);
}
