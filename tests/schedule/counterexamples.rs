//! The rules of the order, each by the calls that a plausible other rule gets wrong. On a paused clock, to the millisecond: a
//! call takes 10 ms unless it is told otherwise.

use std::sync::Arc;

use support::{codes, is_idle, nothing_is_left, texts, threads};
use tokio_stream::StreamExt as _;
use tokio_util::sync::CancellationToken;
use tool_runtime::batch::{Event, OnFailure, Undeclared};
use tool_runtime::{Effects, Policy};

use crate::desk::{all_told, call, calls, check, desk, ms_of, paused, run};

fn policy() -> Policy {
    Policy::default()
}

fn on_failure(on_failure: OnFailure) -> Policy {
    policy().on_failure(on_failure)
}

/// Two calls of which the second has to wait.
#[track_caller]
fn conflict(first: &str, second: &str) {
    check(policy(), &[first, second], &["0..10 ok", "10..20 ok"]);
}

/// Two calls that run at once.
#[track_caller]
fn free(first: &str, second: &str) {
    check(policy(), &[first, second], &["0..10 ok", "0..10 ok"]);
}

#[test]
fn a_path_covers_what_is_below_it() {
    conflict("list path=src", "create path=src/a.rs");
    conflict("create path=src/a.rs", "list path=src");
    conflict("create path=src", "create path=src/a/b/c");
    conflict("create path=", "list path=src/a.rs");
    conflict("copy path=a to=b", "list path=b/c");
    conflict("create path=/a//./b", "list path=c/../a/b");
    free("list path=src", "list path=src/a.rs");
    free("create path=src", "create path=srcs");
    free("create path=src/a", "list path=src/b");
    free("copy path=a to=b", "list path=a");
}

#[test]
fn a_value_of_one_segment_cannot_climb() {
    conflict("change id=a/b", "look id=a/b");
    free("change id=a", "look id=a/b");
    free("change id=a/..", "look id=b");
    free("change id=..", "look id=b");
}

#[test]
fn an_empty_value_is_a_value() {
    conflict("change id=", "look id=");
    free("change id=", "look id=a");
}

#[test]
fn a_value_that_is_not_there_is_every_value() {
    conflict("change", "look id=a");
    conflict("look id=a", "change");
    conflict("look", "change id=a");
    conflict("create", "list path=a/b");
}

#[test]
fn a_path_above_its_root_is_every_path() {
    conflict("create path=../a", "list path=b");
    conflict("list path=b", "create path=a/../../b");
    free("create path=a/../b", "list path=a");
}

#[test]
fn rejected_calls_take_no_keys_and_stop_nobody() {
    for policy in [
        OnFailure::Isolate,
        OnFailure::SkipDependents,
        OnFailure::StopGroup,
        OnFailure::StopAll,
    ] {
        let policy = on_failure(policy);
        let invalid = [
            "create path=a nope=1",
            "list path=a",
            "everything nope=1",
            "plain",
        ];
        let expected = [
            "0..0 invalid_arguments",
            "0..10 ok",
            "0..0 invalid_arguments",
            "0..10 ok",
        ];
        check(policy.clone(), &invalid, &expected);
        check(
            policy.clone(),
            &["creat path=a", "create path=a"],
            &["- unknown_tool", "0..10 ok"],
        );
        check(
            policy.clone(),
            &["booked nope=1", "booked"],
            &["0..0 invalid_arguments", "0..10 ok"],
        );
        check(
            policy.max_calls(1),
            &["create path=a", "list path=a", "plain"],
            &[
                "0..10 ok",
                "- over_limit (batch_size)",
                "- over_limit (batch_size)",
            ],
        );
    }
}

#[test]
fn an_exclusive_call_is_a_barrier_for_all_but_pure_ones() {
    check(
        policy(),
        &[
            "plain",
            "look id=a",
            "everything",
            "plain",
            "echo",
            "look id=a",
            "everything",
        ],
        &[
            "0..10 ok",
            "0..10 ok",
            "10..20 ok",
            "20..30 ok",
            "0..10 ok",
            "20..30 ok",
            "30..40 ok",
        ],
    );
}

#[test]
fn a_group_is_exclusive_within_itself() {
    check(
        policy(),
        &[
            "booked",
            "booked",
            "hosted",
            "list path=a",
            "plain",
            "echo",
            "everything",
        ],
        &[
            "0..10 ok",
            "10..20 ok",
            "0..10 ok",
            "0..10 ok",
            "0..10 ok",
            "0..10 ok",
            "20..30 ok",
        ],
    );
}

#[test]
fn a_destructive_tool_that_declares_nothing_is_exclusive() {
    check(
        policy(),
        &["list path=a", "destroy", "plain", "echo"],
        &["0..10 ok", "10..20 ok", "20..30 ok", "0..10 ok"],
    );
}

#[test]
fn a_policy_can_make_undeclared_tools_exclusive() {
    let script = ["plain", "plain", "echo", "list path=a", "booked"];
    check(policy(), &script, &["0..10 ok"; 5]);
    let report = check(
        policy().undeclared(Undeclared::Exclusive),
        &script,
        &[
            "0..10 ok",
            "10..20 ok",
            "0..10 ok",
            "20..30 ok",
            "20..30 ok",
        ],
    );
    assert_eq!(report.undeclared().collect::<Vec<_>>(), ["plain"]);
}

#[test]
fn a_call_that_did_not_start_keeps_the_order_of_those_round_it() {
    for (first, cancelled, later) in [
        ("create path=a", "create path=a", "list path=a"),
        ("list path=a", "create path=a", "list path=a/b"),
        ("list path=a", "everything", "create path=a"),
        ("plain", "everything", "everything"),
        ("create path=a", "copy path=a to=b", "copy path=b to=a"),
        ("booked", "booked", "booked"),
    ] {
        check(
            policy(),
            &[first, cancelled, later, "@3 cancel 1"],
            &["0..10 ok", "- cancelled (call)", "10..20 ok"],
        );
    }
}

#[test]
fn a_plain_failure_taints_nobody_but_unknown_effects_do() {
    let timeout = policy().call_timeout(ms_of(50)).grace(ms_of(5));
    let script = |does: &str| {
        [
            format!("create path=a{does}"),
            "list path=a/b".into(),
            "list path=b".into(),
        ]
    };
    let case = |does: &str, cancel: &str, expected: [&str; 3]| {
        let script = script(does);
        let mut script: Vec<&str> = script.iter().map(String::as_str).collect();
        script.extend((!cancel.is_empty()).then_some(cancel));
        check(timeout.clone(), &script, &expected);
    };
    case(" does=fail", "", ["0..10 failed", "10..20 ok", "0..10 ok"]);
    case(
        " does=panic",
        "",
        ["0..10 panicked", "- skipped 0", "0..10 ok"],
    );
    case(
        " does=hang",
        "",
        ["0..55 timed_out (work)", "- skipped 0", "0..10 ok"],
    );
    case(
        "",
        "@3 cancel 0",
        ["0..8 cancelled (call)", "- skipped 0", "0..10 ok"],
    );
    // What it answers in its grace is known.
    case(
        " does=polite",
        "@3 cancel 0",
        ["0..3 ok", "3..13 ok", "0..10 ok"],
    );
    // A call that writes nothing leaves nothing in doubt.
    check(
        timeout,
        &[
            "list path=a does=hang",
            "create path=a",
            "look id=a does=panic",
            "change id=a",
        ],
        &[
            "0..55 timed_out (work)",
            "55..65 ok",
            "0..10 panicked",
            "10..20 ok",
        ],
    );
}

#[test]
fn dependents_are_skipped_because_of_the_first() {
    let report = check(
        on_failure(OnFailure::SkipDependents),
        &[
            "create path=a does=fail",
            "copy path=a to=b",
            "copy path=b to=c",
            "list path=c",
            "list path=d",
            "create path=a",
            "everything",
            "plain",
        ],
        &[
            "0..10 failed",
            "- skipped 0",
            "- skipped 0",
            "- skipped 0",
            "0..10 ok",
            "- skipped 0",
            "- skipped 0",
            "10..20 ok",
        ],
    );
    let skipped = &report.results()[3];
    assert_eq!(
        skipped.text(),
        "`list` was not called, because `create`, which came before it in this turn, did not succeed. Nothing was changed. See to that first; then call it again if it is still needed."
    );
    assert_eq!(skipped.outcome().effects, Effects::None);
    assert_eq!(
        report.results()[0].text(),
        "no luck. It may have taken effect; check before repeating."
    );
}

#[test]
fn only_what_is_written_taints() {
    check(
        on_failure(OnFailure::SkipDependents),
        &[
            "list path=a does=fail",
            "create path=a",
            "plain does=fail",
            "everything",
        ],
        &["0..10 failed", "10..20 ok", "0..10 failed", "20..30 ok"],
    );
}

#[test]
fn a_call_that_is_never_skipped_passes_the_taint_on() {
    let skip = || on_failure(OnFailure::SkipDependents);
    check(
        skip().never_skip("copy"),
        &["create path=a does=fail", "copy path=a to=b", "list path=b"],
        &["0..10 failed", "10..20 ok", "- skipped 0"],
    );
    // The edge to the writer is kept though the reader's implies it.
    check(
        skip().never_skip("list"),
        &["create path=a does=fail", "list path=a", "create path=a"],
        &["0..10 failed", "10..20 ok", "- skipped 0"],
    );
}

#[test]
fn a_wait_that_ends_in_failure_taints_too() {
    let policy = on_failure(OnFailure::SkipDependents).max_wait(ms_of(5));
    check(
        policy,
        &["create path=a", "copy path=a to=b", "@3 list path=b"],
        &["0..10 ok", "- timed_out (predecessor)", "- skipped 1"],
    );
    check(
        on_failure(OnFailure::SkipDependents),
        &[
            "create path=a",
            "copy path=a to=b",
            "list path=b",
            "@3 cancel 1",
        ],
        &["0..10 ok", "- cancelled (call)", "- skipped 1"],
    );
}

#[test]
fn a_group_stops_at_its_first_failure() {
    check(
        on_failure(OnFailure::StopGroup),
        &[
            "booked",
            "booked does=fail",
            "booked",
            "hosted",
            "create path=a does=fail",
            "list path=a",
            "booked",
        ],
        &[
            "0..10 ok",
            "10..20 failed",
            "- skipped 1",
            "0..10 ok",
            "0..10 failed",
            "10..20 ok",
            "- skipped 1",
        ],
    );
    check(
        on_failure(OnFailure::Isolate),
        &["booked does=fail", "booked"],
        &["0..10 failed", "10..20 ok"],
    );
}

#[test]
fn a_stop_is_for_calls_after_the_one_that_failed() {
    check(
        on_failure(OnFailure::StopAll),
        &[
            "create path=a",
            "create path=a",
            "plain does=fail ms=5",
            "plain",
            "echo ms=20",
            "list path=a",
            "@8 echo",
        ],
        &[
            "0..10 ok",
            "10..20 ok",
            "0..5 failed",
            "0..10 ok",
            "0..20 ok",
            "- skipped 2",
            "- skipped 2",
        ],
    );
    check(
        on_failure(OnFailure::StopAll).max_concurrency(1),
        &["plain", "plain does=panic", "plain", "echo"],
        &["0..10 ok", "10..20 panicked", "- skipped 1", "- skipped 1"],
    );
    // An earlier one that fails later is the one that later calls are skipped for.
    check(
        on_failure(OnFailure::StopAll).max_concurrency(2),
        &["plain does=fail", "plain does=fail ms=5", "echo"],
        &["0..10 failed", "0..5 failed", "- skipped 1"],
    );
}

#[test]
fn permits_go_to_the_lowest_index_first() {
    check(
        policy().max_concurrency(1),
        &["create path=a", "plain ms=5", "create path=a", "echo"],
        &["0..10 ok", "10..15 ok", "15..25 ok", "25..35 ok"],
    );
    check(
        policy().max_concurrency(2),
        &[
            "create path=a",
            "create path=a",
            "plain ms=15",
            "plain",
            "plain",
        ],
        &[
            "0..10 ok",
            "10..20 ok",
            "0..15 ok",
            "15..25 ok",
            "20..30 ok",
        ],
    );
}

#[test]
fn a_call_that_is_blocked_holds_no_permit() {
    check(
        policy().max_concurrency(2),
        &["create path=a", "list path=a", "list path=a", "plain"],
        &["0..10 ok", "10..20 ok", "10..20 ok", "0..10 ok"],
    );
    check(
        policy().tool_concurrency("list", 1),
        &["create path=a", "list path=a", "list path=b"],
        &["0..10 ok", "10..20 ok", "0..10 ok"],
    );
}

#[test]
fn limits_of_tools_and_groups_hold_over_all_batches() {
    for policy in [
        policy().tool_concurrency("plain", 1),
        policy().group_concurrency("all", ["plain", "echo"], 1),
    ] {
        let (toolbox, desk, state) = desk(policy);
        paused().block_on(async {
            let batch = || desk.run(calls(&["plain", "plain", "list path=a"]));
            let (first, second) = tokio::join!(batch(), batch());
            assert_eq!(all_told(&first), ["0..10 ok", "10..20 ok", "0..10 ok"]);
            assert_eq!(all_told(&second), ["20..30 ok", "30..40 ok", "0..10 ok"]);
            drop(desk);
            assert_eq!(
                nothing_is_left(&toolbox, &state, 1, calls(&["plain", "echo"])).await,
                Ok(())
            );
        });
    }
    check(
        policy().group_concurrency("all", ["plain", "echo"], 1),
        &["plain", "echo", "look"],
        &["0..10 ok", "10..20 ok", "0..10 ok"],
    );
}

#[test]
fn waits_and_queues_are_bounded() {
    let one = || policy().tool_concurrency("plain", 1);
    check(
        one().max_queue(1),
        &["plain", "plain", "plain", "echo"],
        &["0..10 ok", "10..20 ok", "- over_limit (queue)", "0..10 ok"],
    );
    let wait = ["- timed_out (predecessor)", "- timed_out (limit)"];
    check(
        policy().max_wait(ms_of(5)),
        &["create path=a", "list path=a"],
        &["0..10 ok", wait[0]],
    );
    check(
        one().max_wait(ms_of(5)),
        &["plain", "plain"],
        &["0..10 ok", wait[1]],
    );
    check(
        policy().max_concurrency(1).max_wait(ms_of(5)),
        &["plain", "plain"],
        &["0..10 ok", wait[1]],
    );
    // Each wait has its own time.
    check(
        one().max_wait(ms_of(12)),
        &["plain ms=20", "everything ms=1", "@9 plain"],
        &["0..20 ok", wait[0], "20..30 ok"],
    );
}

#[test]
fn what_has_its_result_keeps_it() {
    check(
        policy().grace(ms_of(5)),
        &[
            "echo ms=3",
            "echo does=hang",
            "echo does=polite",
            "create path=a ms=20",
            "list path=a",
            "@5 cancel 0",
            "@5 cancel 1",
            "@5 cancel 2",
            "@5 cancel 4",
            "@5 cancel 9",
            "@6 cancel 1",
        ],
        &[
            "0..3 ok",
            "0..10 cancelled (call)",
            "0..5 ok",
            "0..20 ok",
            "- cancelled (call)",
        ],
    );
}

#[test]
fn a_token_cancels_the_batch() {
    let (toolbox, desk, state) = desk(policy().grace(ms_of(5)).tool_concurrency("plain", 1));
    paused().block_on(async {
        let token = CancellationToken::new();
        let desk = desk.cancelled_by(token.clone());
        let script = [
            "echo ms=3",
            "create path=a",
            "list path=a",
            "echo does=polite",
            "plain",
            "plain",
        ];
        let cancel = async {
            tokio::time::sleep(ms_of(4)).await;
            token.cancel();
        };
        let (report, ()) = tokio::join!(run(&desk, &script), cancel);
        assert_eq!(
            all_told(&report),
            [
                "0..3 ok",
                "0..9 cancelled (batch)",
                "- cancelled (batch)",
                "0..4 ok",
                "0..9 cancelled (batch)",
                "- cancelled (batch)"
            ]
        );
        assert!(report.results()[3].outcome().late);
        let effects = report
            .results()
            .iter()
            .map(|result| result.outcome().effects);
        use Effects::{None, Unknown};
        assert_eq!(
            effects.collect::<Vec<_>>(),
            [None, Unknown, None, None, Unknown, None]
        );
        assert_eq!(
            texts(&report)[1..3],
            [
                "`create` was cancelled. It may have taken effect; check before repeating.",
                "`list` was cancelled before it was called. Nothing was changed."
            ]
        );
        // The batches of a desk that was cancelled are cancelled from their start.
        assert_eq!(
            codes(&desk.run(calls(&["echo", "plain"])).await),
            ["cancelled"; 2]
        );
        drop(desk);
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["plain", "everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_batch_that_is_dropped_drops_its_calls() {
    let (toolbox, desk, state) = desk(policy().tool_concurrency("plain", 1));
    paused().block_on(async {
        let batch = desk.start();
        for text in [
            "create path=a",
            "list path=a",
            "plain",
            "plain",
            "everything",
            "echo does=hang",
        ] {
            batch.push(call(text));
        }
        tokio::time::sleep(ms_of(5)).await;
        assert_eq!(state.alive(), 3);
        drop(batch);
        assert_eq!((state.started(), state.alive()), (3, 0));
        drop(desk);
        let again = calls(&["plain", "create path=a", "everything"]);
        assert_eq!(nothing_is_left(&toolbox, &state, 1, again).await, Ok(()));
        assert_eq!(state.started(), 6, "no call that waited ever ran");
    });
}

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

#[test]
fn a_call_in_line_for_a_permit_can_be_taken_out_of_it() {
    let one = || policy().tool_concurrency("plain", 1).max_queue(1);
    check(
        one().max_queue(2),
        &["plain", "plain", "plain", "@5 cancel 1"],
        &["0..10 ok", "- cancelled (call)", "10..20 ok"],
    );
    // Its place in the line is free again.
    check(
        one(),
        &["plain", "plain", "@5 cancel 1", "@6 plain"],
        &["0..10 ok", "- cancelled (call)", "10..20 ok"],
    );
    check(
        one().on_failure(OnFailure::StopAll),
        &["echo does=fail ms=5", "plain", "plain", "@6 plain"],
        &["0..5 failed", "0..10 ok", "- skipped 0", "- skipped 0"],
    );
    check(
        one().batch_timeout(ms_of(5)).grace(ms_of(1)),
        &["plain", "plain", "create path=a", "list path=a"],
        &[
            "0..6 timed_out (batch)",
            "- timed_out (batch)",
            "0..6 timed_out (batch)",
            "- timed_out (batch)",
        ],
    );
}

#[test]
fn what_is_never_skipped_runs_after_a_stop() {
    check(
        on_failure(OnFailure::StopAll)
            .never_skip("look")
            .max_concurrency(1),
        &["plain does=fail", "plain", "look id=a", "plain"],
        &["0..10 failed", "- skipped 0", "10..20 ok", "- skipped 0"],
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

#[test]
fn what_ends_a_call_first_is_what_it_is_told() {
    check(
        policy().call_timeout(ms_of(50)).grace(ms_of(5)),
        &["echo does=hang", "@52 cancel 0"],
        &["0..55 timed_out (work)"],
    );
    check(
        policy().call_timeout(ms_of(12)).grace(ms_of(5)),
        &["echo does=hang", "@10 cancel 0"],
        &["0..15 cancelled (call)"],
    );
}

/// Two permits that are never free at once, unless one is kept for the call that needs both.
#[test]
fn a_call_that_needs_two_permits_is_not_starved() {
    let policy = policy()
        .group_concurrency("one", ["plain", "echo"], 1)
        .group_concurrency("other", ["plain", "look"], 1);
    let mut script = vec!["echo", "look ms=5", "plain"];
    script.extend(["echo", "look"].repeat(100));
    let (toolbox, desk, state) = desk(policy.max_concurrency(300));
    let report = paused().block_on(run(&desk, &script));
    assert!(codes(&report).iter().all(|code| *code == "ok"));
    let started = report.results()[2].span().expect("it ran").started;
    assert!((ms_of(640)..ms_of(670)).contains(&started), "{started:?}");
    drop(desk);
    let left = nothing_is_left(&toolbox, &state, 1, calls(&["plain"]));
    assert_eq!(paused().block_on(left), Ok(()));
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

/// The call that is cancelled waits for a permit, and is not prepared: it has no place in the order, and taints nobody.
#[test]
fn a_call_that_is_cancelled_before_it_is_read_has_no_dependents() {
    for (limit, list) in [(1, "10..20 ok"), (2, "- skipped 1")] {
        check(
            on_failure(OnFailure::SkipDependents).max_concurrency(limit),
            &[
                "create path=b",
                "create path=b/a",
                "list path=b/a",
                "@3 cancel 1",
            ],
            &["0..10 ok", "- cancelled (call)", list],
        );
    }
}

#[test]
fn a_group_stops_behind_an_exclusive_call() {
    check(
        on_failure(OnFailure::StopGroup),
        &["booked does=fail", "everything", "booked"],
        &["0..10 failed", "10..20 ok", "- skipped 0"],
    );
}

#[test]
fn a_call_that_waits_for_nothing_says_so() {
    let (_, desk, _) = desk(policy());
    let report = threads(2).block_on(desk.run(calls(&["create path=a ms=0"])));
    assert_eq!(report.results()[0].waits(), []);
}
