//! How long a batch takes, and what its report says of that. On a paused clock, where nothing but the calls takes time.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use tool_runtime::{ConcurrencyLimit, Policy, Report, WaitedFor};

use crate::desk::{check, ms_of, paused};
use crate::serial::conflict;
use crate::store::{Ends, How, Step, Store, right};

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let tool = prop::sample::select(vec![
        "get", "list", "put", "delete", "merge", "both", "one", "ones", "sweep", "booked",
        "billed", "echo", "free",
    ]);
    let path = || prop::sample::select(vec!["a", "b", "a/x", "a/y", "a/x/1", "b/x", "c", "d"]);
    let how = (0..1000_u64, 0..30_u64).prop_map(|(seed, before)| How {
        seed,
        before,
        between: 0,
        fails: 0,
        half: false,
        ends: Ends::Well,
    });
    let step = (tool, [path(), path(), path()], how).prop_map(|(tool, paths, how)| Step {
        tool,
        paths,
        garbled: false,
        how,
    });
    prop::collection::vec(step, 0..40)
}

/// When each call starts and ends if it waits for all before it that it conflicts with, and for nothing else.
fn spans(steps: &[Step]) -> Vec<(Duration, Duration)> {
    let mut spans: Vec<(Duration, Duration)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let before = steps[..index]
            .iter()
            .zip(&spans)
            .filter(|(earlier, _)| conflict(earlier, step));
        let start = before.map(|(_, (_, end))| *end).max().unwrap_or_default();
        spans.push((start, start + ms_of(step.how.before)));
    }
    spans
}

fn run(steps: &[Step], policy: Policy) -> Report {
    let desk = right::toolbox()
        .bind(Store::default())
        .with(policy)
        .expect("a policy");
    let calls: Vec<_> = steps.iter().map(Step::call).collect();
    paused().block_on(desk.run(calls))
}

/// That what the report says of its calls fits together.
fn consistent(report: &Report, steps: &[Step]) -> Result<(), TestCaseError> {
    for (index, result) in report.results().iter().enumerate() {
        let span = result.span().expect("it ran");
        prop_assert!(result.queued() <= span.started && span.started <= span.finished);
        prop_assert!(span.finished <= report.wall());
        let mut at = result.queued();
        for wait in result.waits() {
            prop_assert!(at <= wait.from && wait.from < wait.to && wait.to <= span.started);
            at = wait.to;
            if let WaitedFor::Calls { last, key } = &wait.what {
                let last = last.expect("a call of this batch");
                prop_assert!(conflict(&steps[last], &steps[index]));
                prop_assert_eq!(
                    report.results()[last].span().map(|span| span.finished),
                    Some(wait.to)
                );
                let barrier = [last, index]
                    .iter()
                    .any(|call| steps[*call].tool == "sweep");
                prop_assert_eq!(key.is_none(), barrier);
            }
        }
    }
    let path = report.critical_path();
    for pair in path.calls.windows(2) {
        prop_assert!(conflict(&steps[pair[0]], &steps[pair[1]]));
    }
    let duration: Duration = path
        .calls
        .iter()
        .map(|call| ms_of(steps[*call].how.before))
        .sum();
    prop_assert_eq!(path.duration, duration);
    let one_by_one: Duration = steps.iter().map(|step| ms_of(step.how.before)).sum();
    prop_assert_eq!(report.one_by_one(), one_by_one);
    let speed_up = match report.wall().is_zero() {
        true => 1.0,
        false => one_by_one.as_secs_f64() / report.wall().as_secs_f64(),
    };
    prop_assert_eq!(report.speed_up(), speed_up);
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(400))]
    #[test]
    fn a_batch_takes_as_long_as_its_longest_chain(steps in any_steps()) {
        let report = run(&steps, Policy::default());
        let expected = spans(&steps);
        for (index, (result, expected)) in report.results().iter().zip(&expected).enumerate() {
            let span = result.span().expect("it ran");
            // It either waits or runs.
            let waited: Duration = result.waits().iter().map(|wait| wait.to - wait.from).sum();
            prop_assert_eq!(waited, span.started);
            prop_assert_eq!((span.started, span.finished), *expected, "call {}", index);
        }
        let longest = expected.iter().map(|(_, end)| *end).max().unwrap_or_default();
        prop_assert_eq!(report.wall(), longest);
        prop_assert_eq!(report.critical_path().duration, longest);
        consistent(&report, &steps)?;
    }

    /// With limits there is no such claim, but what the report says fits together.
    #[test]
    fn a_report_fits_together_under_limits(steps in any_steps(), limit in 1..6_usize, shared in prop::option::of(1..3_usize)) {
        let mut policy = Policy::default().max_concurrency(limit);
        if let Some(shared) = shared {
            policy = policy.group_concurrency("some", ["put", "list", "echo"], shared).tool_concurrency("free", 1);
        }
        let report = run(&steps, policy);
        consistent(&report, &steps)?;
        prop_assert!(report.critical_path().duration <= report.wall());
        let mut busy: Vec<(Duration, i32)> = Vec::new();
        for span in report.results().iter().filter_map(tool_runtime::ToolResult::span) {
            busy.extend([(span.started, 1), (span.finished, -1)]);
        }
        busy.sort_unstable();
        let most = busy.iter().scan(0, |alive, (_, change)| {
            *alive += change;
            Some(*alive)
        });
        prop_assert!(most.max().unwrap_or_default() <= i32::try_from(limit).expect("small"));
    }
}

/// What each call of a batch waited for: `call 0, src` or the limit, and from when to when.
#[track_caller]
fn waits(policy: Policy, script: &[&str], ran: &[&str], expected: &[&[&str]]) -> Report {
    let report = check(policy, script, ran);
    for (index, (result, expected)) in report.results().iter().zip(expected).enumerate() {
        let told = result.waits().iter().map(|wait| {
            let (from, to) = (wait.from.as_millis(), wait.to.as_millis());
            let what = match &wait.what {
                WaitedFor::Calls { last, key } => {
                    let last = last.map_or("none".to_owned(), |last| last.to_string());
                    format!("call {last} {}", key.as_deref().unwrap_or("-"))
                }
                WaitedFor::Limit(ConcurrencyLimit::Group(name)) => format!("group {name}"),
                WaitedFor::Limit(limit) => format!("{limit:?}"),
                other => panic!("{other:?}"),
            };
            format!("{from}..{to} {what}")
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            *expected,
            "call {index} of {script:?}"
        );
    }
    report
}

#[test]
fn a_result_says_what_its_call_waited_for() {
    let report = waits(
        Policy::default(),
        &[
            "create path=src/a.rs",
            "create path=src/b.rs ms=20",
            "list path=src",
            "plain",
        ],
        &["0..10 ok", "0..20 ok", "20..30 ok", "0..10 ok"],
        &[&[], &[], &["0..20 call 1 fs:src/b.rs"], &[]],
    );
    assert_eq!(report.critical_path().calls, [1, 2]);
    assert_eq!(report.critical_path().duration, ms_of(30));
    assert_eq!((report.wall(), report.one_by_one()), (ms_of(30), ms_of(50)));
    assert_eq!(report.speed_up(), 50.0 / 30.0);
    waits(
        Policy::default(),
        &["look id=a/b", "change", "booked", "booked", "everything"],
        &[
            "0..10 ok",
            "10..20 ok",
            "0..10 ok",
            "10..20 ok",
            "20..30 ok",
        ],
        &[
            &[],
            &["0..10 call 0 account:a%2Fb"],
            &[],
            &["0..10 call 2 exclusive group `g`"],
            &["0..20 call 3 -"],
        ],
    );
}

#[test]
fn a_result_says_which_limit_held_it_up() {
    waits(
        Policy::default().max_concurrency(1),
        &["plain", "list path=a", "@5 plain"],
        &["0..10 ok", "10..20 ok", "20..30 ok"],
        &[&[], &["0..10 Batch"], &["5..20 Batch"]],
    );
    waits(
        Policy::default()
            .tool_concurrency("plain", 1)
            .group_concurrency("some", ["list", "look"], 1),
        &[
            "plain",
            "plain",
            "list path=a",
            "look id=a",
            "create path=a ms=30",
            "list path=a",
        ],
        &[
            "0..10 ok",
            "10..20 ok",
            "0..10 ok",
            "10..20 ok",
            "10..40 ok",
            "40..50 ok",
        ],
        &[
            &[],
            &["0..10 PerTool"],
            &[],
            &["0..10 group some"],
            &["0..10 call 2 fs:a"],
            &["0..40 call 4 fs:a"],
        ],
    );
    // First the one, then the other.
    waits(
        Policy::default().max_concurrency(2),
        &["create path=a", "list path=a", "plain ms=15", "plain"],
        &["0..10 ok", "10..20 ok", "0..15 ok", "15..25 ok"],
        &[&[], &["0..10 call 0 fs:a"], &[], &["0..15 Batch"]],
    );
}

#[test]
fn a_wait_for_a_permit_after_one_for_calls_is_told() {
    waits(
        Policy::default().max_concurrency(2),
        &["everything", "look id=a", "look id=b", "look id=c"],
        &["0..10 ok", "10..20 ok", "10..20 ok", "20..30 ok"],
        &[
            &[],
            &["0..10 call 0 -"],
            &["0..10 call 0 -"],
            &["0..10 call 0 -", "10..20 Batch"],
        ],
    );
}

#[test]
fn a_wait_that_came_to_nothing_is_told_too() {
    waits(
        Policy::default()
            .max_wait(ms_of(5))
            .tool_concurrency("plain", 1),
        &["create path=a", "list path=a", "plain", "plain"],
        &[
            "0..10 ok",
            "- timed_out (predecessor)",
            "0..10 ok",
            "- timed_out (limit)",
        ],
        &[&[], &["0..5 call none -"], &[], &["0..5 PerTool"]],
    );
}

/// The one it waited for is told, though it touches nothing of it: a call between them was not started.
#[test]
fn a_wait_through_a_call_that_was_not_started_is_told() {
    waits(
        Policy::default(),
        &[
            "create path=a",
            "copy path=a to=b",
            "list path=b",
            "@3 cancel 1",
        ],
        &["0..10 ok", "- cancelled (call)", "10..20 ok"],
        &[&[], &["0..3 call none -"], &["0..10 call 0 -"]],
    );
}

#[test]
fn a_call_is_queued_when_it_is_pushed() {
    let report = check(
        Policy::default(),
        &["create path=a", "@4 list path=a", "@30 list path=a"],
        &["0..10 ok", "10..20 ok", "30..40 ok"],
    );
    let queued: Vec<Duration> = report
        .results()
        .iter()
        .map(|result| result.queued())
        .collect();
    assert_eq!(queued, [ms_of(0), ms_of(4), ms_of(30)]);
    assert_eq!(
        report.critical_path().calls,
        [0, 1],
        "what it did not wait for is not on its path"
    );
}

/// Every call was on the path of another, so that the longest has them all.
#[test]
fn a_chain_is_its_own_critical_path() {
    let state = Arc::new(Store::default());
    let steps: Vec<Step> = (0..50)
        .map(|seed| Step {
            tool: "put",
            paths: ["a"; 3],
            garbled: false,
            how: How {
                seed,
                before: 2,
                between: 0,
                fails: 0,
                half: false,
                ends: Ends::Well,
            },
        })
        .collect();
    let calls: Vec<_> = steps.iter().map(Step::call).collect();
    let report = paused().block_on(right::toolbox().bind(Arc::clone(&state)).run(calls));
    assert_eq!(report.critical_path().calls, (0..50).collect::<Vec<_>>());
    assert_eq!(report.wall(), ms_of(100));
    assert_eq!(report.speed_up(), 1.0);
}
