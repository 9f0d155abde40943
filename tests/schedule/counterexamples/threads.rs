//! What a thread that cannot be stopped keeps, and until when.

use std::sync::Arc;

use support::{codes, is_idle, nothing_is_left, texts, threads};
use tokio_stream::StreamExt as _;
use tool_runtime::Policy;
use tool_runtime::batch::Event;

use super::policy;
use crate::desk::{call, calls, desk, ms_of};

/// On a real clock: the threads that hang are the program's.
fn hurried() -> Policy {
    policy()
        .tool_timeout("stuck", ms_of(20))
        .tool_timeout("stuck_look", ms_of(20))
        .grace(ms_of(1))
        .max_wait(ms_of(5000))
}

#[test]
fn a_reader_that_hangs_holds_up_no_writer() {
    let (toolbox, desk, state) = desk(hurried());
    threads(2).block_on(async {
        let report = desk
            .run(calls(&["stuck_look path=a", "create path=a", "everything"]))
            .await;
        assert_eq!(codes(&report), ["timed_out", "ok", "ok"]);
        assert!(report.results()[0].outcome().still_running);
        let report = desk.run(calls(&["create path=a", "everything"])).await;
        assert_eq!(codes(&report), ["ok"; 2], "nor one of a later batch");
        drop(desk);
        state.release();
        toolbox.idle().await;
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["create path=a"])).await,
            Ok(())
        );
    });
}

/// Skips come with the result of what they depend on, and do not wait for its thread.
#[test]
fn a_writer_that_hangs_keeps_what_it_writes() {
    let (toolbox, desk, state) = desk(hurried());
    threads(2).block_on(async {
        let report = desk.run(calls(&["stuck path=a", "list path=a/b", "list path=b"])).await;
        assert_eq!(codes(&report), ["timed_out", "skipped", "ok"]);
        assert_eq!(
            texts(&report)[0],
            "`stuck` did not finish within 20ms; it could not be stopped and may still be running. It may have taken effect; check before repeating."
        );
        assert!(!is_idle(&toolbox));

        let short = desk.clone().with(hurried().max_wait(ms_of(30))).expect("a policy");
        let report = short
            .run(calls(&["list path=a", "create path=", "list path=b", "echo", "plain", "everything"]))
            .await;
        let endings: Vec<String> =
            report.results().iter().map(|result| result.outcome().ending.to_string()).collect();
        let predecessor = "timed_out (predecessor)";
        assert_eq!(endings, [predecessor, predecessor, predecessor, "ok", "ok", predecessor]);

        let waits = tokio::spawn(desk.run(calls(&["list path=a/b"])));
        let look = desk.run(calls(&["list path=b", "look id=a"])).await;
        assert_eq!(codes(&look), ["ok"; 2]);
        assert!(!waits.is_finished());
        state.release();
        assert_eq!(codes(&waits.await.expect("a report")), ["ok"]);
        toolbox.idle().await;
        drop((desk, short));
        assert_eq!(nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await, Ok(()));
    });
}

#[test]
fn a_dropped_batch_leaves_its_threads_what_they_write() {
    let (toolbox, desk, state) = desk(policy().tool_concurrency("stuck", 1).max_wait(ms_of(30)));
    threads(2).block_on(async {
        let batch = desk.start();
        batch.push(call("stuck path=a"));
        state.until_started(1).await;
        drop(batch);
        assert!(!is_idle(&toolbox));
        let report = desk
            .run(calls(&["list path=a", "list path=b", "stuck path=b"]))
            .await;
        let endings = report
            .results()
            .iter()
            .map(|result| result.outcome().ending.to_string());
        let expected = ["timed_out (predecessor)", "ok", "timed_out (limit)"];
        assert_eq!(endings.collect::<Vec<_>>(), expected, "and its permit");
        drop(desk);
        state.release();
        toolbox.idle().await;
        let again = calls(&["list path=a", "stuck path=b", "everything"]);
        assert_eq!(nothing_is_left(&toolbox, &state, 1, again).await, Ok(()));
    });
}

/// Of a thread that hangs, `free` calls of later batches take no notice and `bound` ones wait.
#[track_caller]
fn hangs(stuck: &str, free: &[&str], bound: &[&str]) {
    let policy = policy()
        .call_timeout(ms_of(20))
        .grace(ms_of(1))
        .max_wait(ms_of(30));
    let (toolbox, desk, state) = desk(policy);
    let left = threads(2).block_on(async {
        assert_eq!(codes(&desk.run([call(stuck)]).await), ["timed_out"]);
        let desk = desk
            .with(Policy::default().max_wait(ms_of(30)))
            .expect("a policy");
        for texts in [free, bound] {
            for text in texts {
                let report = desk.run([call(text)]).await;
                let ending = report.results()[0].outcome().ending.to_string();
                let waits = std::ptr::eq(texts, bound);
                let expected = if waits {
                    "timed_out (predecessor)"
                } else {
                    "ok"
                };
                assert_eq!(ending, expected, "{text} beside {stuck}");
            }
        }
        drop(desk);
        state.release();
        toolbox.idle().await;
        let again = free.iter().chain(bound).map(|text| call(text));
        nothing_is_left(&toolbox, &state, 1, again).await
    });
    assert_eq!(left, Ok(()));
}

#[test]
fn a_thread_that_hangs_keeps_all_that_it_declares() {
    hangs(
        "stuck path=a",
        &["list path=b", "look id=a", "booked", "plain", "echo"],
        &["list path=a/b", "create path=", "everything"],
    );
    hangs(
        "stuck_look path=a",
        &["list path=a", "create path=a", "everything"],
        &[],
    );
    hangs(
        "stuck_booked",
        &["hosted", "list path=a", "plain", "echo"],
        &["booked", "everything"],
    );
    hangs(
        "stuck_all",
        &["echo"],
        &["plain", "list path=a", "booked", "everything", "destroy"],
    );
}

/// In its own batch too: what is never skipped waits for the thread.
#[test]
fn a_call_that_is_never_skipped_waits_for_a_thread_that_hangs() {
    let (toolbox, desk, state) = desk(hurried().never_skip("list").max_concurrency(1));
    threads(2).block_on(async {
        let batch = desk.start();
        batch.push(call("stuck path=a"));
        let list = batch.push(call("list path=a ms=0"));
        let echo = batch.push(call("echo ms=0"));
        let mut events = batch.events();
        let mut finished = Vec::new();
        while let Some(Event::Finished { index, .. }) = events.next().await {
            finished.push(index);
            if index == echo {
                // The permit of the batch came back with the result of the thread's call.
                state.release();
            }
            if index == list {
                break;
            }
        }
        assert_eq!(finished, [0, echo, list]);
        let report = batch.finish().await;
        assert_eq!(codes(&report), ["timed_out", "ok", "ok"]);
        drop((events, desk));
        toolbox.idle().await;
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

/// What the check at the end of each case is worth: it says so when something is left.
#[test]
fn what_is_left_is_found() {
    let (toolbox, desk, state) = desk(hurried());
    threads(2).block_on(async {
        let left = |holders| {
            let state = Arc::clone(&state);
            let toolbox = toolbox.clone();
            async move { nothing_is_left(&toolbox, &state, holders, []).await }
        };
        assert_eq!(
            left(2).await,
            Err("the state is held 3 times, not 2".to_owned()),
            "by the desk"
        );
        let report = desk.run(calls(&["stuck path=a"])).await;
        assert_eq!(codes(&report), ["timed_out"]);
        assert_eq!(left(3).await, Err("a call still runs".to_owned()));
        state.release();
        toolbox.idle().await;
        assert_eq!(left(3).await, Ok(()));
    });
}
