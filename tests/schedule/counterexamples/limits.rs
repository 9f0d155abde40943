//! Who gets a permit, and how long one waits for it.

use support::{codes, nothing_is_left};
use tool_runtime::batch::OnFailure;

use super::policy;
use crate::desk::{all_told, calls, check, desk, ms_of, paused, run};

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
