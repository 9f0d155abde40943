//! What a failure does to the calls after it.

use tool_runtime::Effects;
use tool_runtime::batch::OnFailure;

use super::{on_failure, policy};
use crate::desk::{check, ms_of};

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
        "`list` was not called, because an earlier call of this turn, of `create`, did not succeed. Nothing was changed. See to that first; then call it again if it is still needed."
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
fn a_group_stops_behind_an_exclusive_call() {
    check(
        on_failure(OnFailure::StopGroup),
        &["booked does=fail", "everything", "booked"],
        &["0..10 failed", "10..20 ok", "- skipped 0"],
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
fn what_is_never_skipped_runs_after_a_stop() {
    check(
        on_failure(OnFailure::StopAll)
            .never_skip("look")
            .max_concurrency(1),
        &["plain does=fail", "plain", "look id=a", "plain"],
        &["0..10 failed", "- skipped 0", "10..20 ok", "- skipped 0"],
    );
}
