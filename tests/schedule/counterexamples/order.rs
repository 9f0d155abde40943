//! Which calls wait for which: by their keys, by groups, and because one is exclusive.

use support::threads;
use tool_runtime::batch::{OnFailure, Undeclared};

use super::{on_failure, policy};
use crate::desk::{calls, check, desk};

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
fn a_call_that_waits_for_nothing_says_so() {
    let (_, desk, _) = desk(policy());
    let report = threads(2).block_on(desk.run(calls(&["create path=a ms=0"])));
    assert_eq!(report.results()[0].waits(), []);
}
