//! What limited a batch, case by case.

use std::time::Duration;

use tool_runtime::explain::Limited;
use tool_runtime::{ConcurrencyLimit, Policy};

use crate::desk::{explain, policy};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[track_caller]
fn check(policy: Policy, script: &[&str], limited: Limited, said: &str) {
    let explanation = explain(policy, script);
    assert_eq!(explanation.limited, limited);
    let text = explanation.to_string();
    assert_eq!(
        text.lines().last(),
        Some(format!("limited by {said}").as_str())
    );
}

#[test]
fn one_long_call() {
    check(
        policy(),
        &["search ms=100", "search ms=600", "balance account=1 ms=500"],
        Limited::OneCall {
            call: 1,
            time: ms(600),
        },
        "the work of call 1, search: 600 ms of 600 ms",
    );
}

#[test]
fn calls_that_use_the_same_data() {
    check(
        policy(),
        &[
            "deposit account=1 ms=200",
            "search ms=400",
            "deposit account=1 ms=200",
            "balance account=1 ms=100",
        ],
        Limited::Chain {
            calls: vec![0, 2, 3],
            time: ms(500),
        },
        "the work of calls 0, 2 and 3, each of which waited for the one before it: 500 ms of 500 ms",
    );
}

#[test]
fn a_limit_by_its_name() {
    let calls = ["search ms=400", "search ms=500", "search ms=600"];
    check(
        policy().max_concurrency(1),
        &calls,
        Limited::Limit {
            limit: ConcurrencyLimit::Batch,
            time: ms(900),
        },
        "waiting for permits of the batch: 900 ms of 1500 ms",
    );
    check(
        policy().group_concurrency("backend", ["search", "balance"], 2),
        &calls,
        Limited::Limit {
            limit: ConcurrencyLimit::Group("backend".into()),
            time: ms(400),
        },
        "waiting for permits of the group `backend`: 400 ms of 1000 ms",
    );
}

/// Removing it would save less than a quarter, and the call that takes the rest is what there is to look at.
#[test]
fn a_limit_that_costs_little_is_not_it() {
    check(
        policy().max_concurrency(1),
        &["search ms=100", "search ms=500"],
        Limited::OneCall {
            call: 1,
            time: ms(500),
        },
        "the work of call 1, search: 500 ms of 600 ms",
    );
}

#[test]
fn calls_that_came_late() {
    check(
        policy(),
        &["search ms=100", "@300 search ms=100"],
        Limited::PushedLate { time: ms(300) },
        "calls that came late: 300 ms of 400 ms",
    );
}

/// It got its result before those it waited for had all ended, and what it waited for is not the reason of anything.
#[test]
fn a_wait_that_came_to_nothing_is_not_it() {
    check(
        policy().max_wait(ms(50)),
        &["deposit account=1 ms=100", "balance account=1 ms=1"],
        Limited::OneCall {
            call: 0,
            time: ms(100),
        },
        "the work of call 0, deposit: 100 ms of 100 ms",
    );
}

#[test]
fn nothing() {
    check(
        policy(),
        &[],
        Limited::Nothing,
        "nothing: no call took time",
    );
    check(
        policy(),
        &["serach ms=1", "search ms=0"],
        Limited::Nothing,
        "nothing: no call took time",
    );
}
