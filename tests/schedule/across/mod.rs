//! Calls of several batches in one order.

mod property;

use std::sync::Arc;

use support::{Probe, codes, is_idle, nothing_is_left, threads};
use tokio::time::{sleep, timeout};
use tool_runtime::{Bound, Policy, Report, WaitedFor};

use crate::desk::{all_told, call, calls, desk, ms_of, paused};

/// Batches as `(scope, when, calls)`, handed over in this order; when each call ran, from the start of its batch.
#[track_caller]
fn check(policy: Policy, batches: &[(&str, u64, &[&str])], expected: &[&[&str]]) -> Vec<Report> {
    let (toolbox, desk, state) = desk(policy);
    let reports = paused().block_on(async {
        let mut running = Vec::new();
        for (scope, at, texts) in batches {
            let desk = in_scope(&desk, scope);
            let (at, calls) = (*at, calls(texts));
            running.push(tokio::spawn(async move {
                sleep(ms_of(at)).await;
                desk.run(calls).await
            }));
        }
        let mut reports = Vec::new();
        for run in running {
            reports.push(run.await.expect("no panic"));
        }
        drop(desk);
        let again = calls(&["everything", "plain", "booked", "create path=a"]);
        assert_eq!(nothing_is_left(&toolbox, &state, 1, again).await, Ok(()));
        reports
    });
    let told: Vec<_> = reports.iter().map(all_told).collect();
    assert_eq!(told, expected, "{batches:?}");
    reports
}

fn in_scope(desk: &Bound<Probe>, scope: &str) -> Bound<Probe> {
    match scope {
        "" => desk.clone(),
        scope => desk.clone().order_across_batches(scope),
    }
}

#[test]
fn batches_of_a_scope_are_as_one_after_the_other() {
    let change: &[&str] = &["change id=7"];
    let both = |scope| [(scope, 0, change), (scope, 5, change)];
    check(
        Policy::default(),
        &both("t"),
        &[&["0..10 ok"], &["5..15 ok"]],
    );
    check(
        Policy::default(),
        &both(""),
        &[&["0..10 ok"], &["0..10 ok"]],
    );
    let tenants = [("t", 0, change), ("u", 5, change), ("", 5, change)];
    check(
        Policy::default(),
        &tenants,
        &[&["0..10 ok"], &["0..10 ok"], &["0..10 ok"]],
    );
    // What does not conflict runs at once, in a scope too.
    let others = [
        ("t", 0, change),
        ("t", 5, &["change id=8", "look id=8", "echo", "plain"]),
    ];
    check(
        Policy::default(),
        &others,
        &[
            &["0..10 ok"],
            &["0..10 ok", "10..20 ok", "0..10 ok", "0..10 ok"],
        ],
    );
}

#[test]
fn a_reader_does_not_overtake_a_writer_that_waits() {
    let batches = [
        ("t", 0, &["look id=7 ms=30"][..]),
        ("t", 1, &["change id=7"]),
        ("t", 2, &["look id=7", "look id=8"]),
    ];
    check(
        Policy::default(),
        &batches,
        &[&["0..30 ok"], &["29..39 ok"], &["38..48 ok", "0..10 ok"]],
    );
}

#[test]
fn exclusive_calls_and_groups_hold_for_all_batches() {
    let batches = [
        ("t", 0, &["plain ms=20", "booked"][..]),
        ("t", 1, &["everything", "echo"]),
        ("t", 2, &["plain", "booked", "look id=1"]),
    ];
    check(
        Policy::default(),
        &batches,
        &[
            &["0..20 ok", "0..10 ok"],
            &["19..29 ok", "0..10 ok"],
            &["28..38 ok", "28..38 ok", "28..38 ok"],
        ],
    );
    let groups = [("t", 0, &["booked"][..]), ("t", 1, &["booked", "hosted"])];
    check(
        Policy::default(),
        &groups,
        &[&["0..10 ok"], &["9..19 ok", "0..10 ok"]],
    );
}

#[test]
fn a_wait_says_whether_it_was_for_a_call_of_the_batch() {
    let batches = [
        ("t", 0, &["change id=7 ms=20"][..]),
        ("t", 5, &["look id=7", "change id=7", "change id=7"]),
    ];
    let reports = check(
        Policy::default(),
        &batches,
        &[&["0..20 ok"], &["15..25 ok", "25..35 ok", "35..45 ok"]],
    );
    let waits: Vec<_> = reports[1]
        .results()
        .iter()
        .map(|result| result.waits()[0].what.clone())
        .collect();
    let key = || Some("account:7".to_owned());
    let last = |last, key| WaitedFor::Calls { last, key };
    assert_eq!(
        waits,
        [last(None, None), last(Some(0), key()), last(Some(1), key())]
    );
}

#[test]
fn a_failure_is_its_own_batchs() {
    let policy = Policy::default()
        .call_timeout(ms_of(20))
        .grace(ms_of(0))
        .on_failure(tool_runtime::batch::OnFailure::SkipDependents);
    let batches = [
        ("t", 0, &["change id=7 does=fail", "look id=7"][..]),
        ("t", 1, &["look id=7"]),
        ("t", 2, &["change id=7 does=hang", "look id=7"]),
        ("t", 3, &["look id=7"]),
    ];
    check(
        policy,
        &batches,
        &[
            &["0..10 failed", "- skipped 0"],
            &["9..19 ok"],
            &["18..38 timed_out (work)", "- skipped 0"],
            &["37..47 ok"],
        ],
    );
}

#[test]
fn pushed_calls_are_in_the_order_of_the_pushes() {
    let (toolbox, desk, state) = desk(Policy::default());
    paused().block_on(async {
        let desk_in = in_scope(&desk, "t");
        let (one, two) = (desk_in.start(), desk_in.start());
        one.push(call("change id=7"));
        two.push(call("change id=7"));
        one.push(call("change id=7"));
        two.push(call("look id=7"));
        one.push(call("look id=7"));
        let (one, two) = tokio::join!(one.finish(), two.finish());
        assert_eq!(all_told(&one), ["0..10 ok", "20..30 ok", "30..40 ok"]);
        assert_eq!(all_told(&two), ["10..20 ok", "30..40 ok"]);
        drop((desk_in, desk));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_batch_that_waits_is_answered_when_it_has_waited_too_long() {
    let policy = Policy::default().max_wait(ms_of(50));
    let batches = [
        ("t", 0, &["change id=7 ms=200"][..]),
        ("t", 10, &["change id=7", "look id=7"]),
        ("t", 190, &["look id=7"]),
    ];
    check(
        policy,
        &batches,
        &[
            &["0..200 ok"],
            &["- timed_out (predecessor)", "- timed_out (predecessor)"],
            // Those that have ended hold nobody up, but what they waited for still does.
            &["10..20 ok"],
        ],
    );
}

#[test]
fn a_batch_that_is_dropped_leaves_its_place() {
    let (toolbox, desk, state) = desk(Policy::default().max_concurrency(2));
    paused().block_on(async {
        let desk_in = in_scope(&desk, "t");
        let first = tokio::spawn(desk_in.run(calls(&["change id=7 ms=100"])));
        tokio::task::yield_now().await;
        // Some of its calls wait, some are not even read.
        let texts = vec!["change id=7"; 20];
        let texts = [&["change id=8 ms=500", "change id=9 ms=500"][..], &texts].concat();
        let dropped = timeout(ms_of(10), desk_in.run(calls(&texts))).await;
        assert!(dropped.is_err());
        let report = desk_in
            .run(calls(&["look id=7", "look id=8", "look id=9"]))
            .await;
        assert_eq!(all_told(&report), ["90..100 ok", "0..10 ok", "0..10 ok"]);
        assert_eq!(codes(&first.await.expect("a report")), ["ok"]);
        drop((desk_in, desk));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_call_that_is_cancelled_while_it_waits_lets_nobody_pass_before_its_time() {
    let (toolbox, desk, state) = desk(Policy::default());
    paused().block_on(async {
        let desk_in = in_scope(&desk, "t");
        let first = tokio::spawn(desk_in.run(calls(&["look id=7 ms=50"])));
        tokio::task::yield_now().await;
        let second = desk_in.start();
        second.push(call("change id=7"));
        let third = tokio::spawn(desk_in.run(calls(&["look id=7", "change id=7"])));
        sleep(ms_of(10)).await;
        second.cancel(0);
        assert_eq!(all_told(&second.finish().await), ["- cancelled (call)"]);
        assert_eq!(all_told(&first.await.expect("a report")), ["0..50 ok"]);
        assert_eq!(
            all_told(&third.await.expect("a report")),
            ["50..60 ok", "60..70 ok"]
        );
        drop((desk_in, desk));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn what_cannot_be_stopped_keeps_its_place() {
    let policy = Policy::default().call_timeout(ms_of(20)).grace(ms_of(1));
    let (toolbox, desk, state) = desk(policy);
    let desk_in = in_scope(&desk, "t");
    threads(2).block_on(async {
        let report = desk_in.run(calls(&["stuck path=a"])).await;
        assert!(report.results()[0].outcome().still_running);
        assert!(!is_idle(&toolbox));
        let waits = tokio::spawn(desk_in.run(calls(&["list path=a/b"])));
        assert_eq!(codes(&desk_in.run(calls(&["list path=b"])).await), ["ok"]);
        assert!(!waits.is_finished());
        state.release();
        assert_eq!(codes(&waits.await.expect("a report")), ["ok"]);
        toolbox.idle().await;
        drop((desk_in, desk, report));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

/// However many are ended at once, one after the other is told, and not one within the other.
#[test]
fn many_calls_that_wait_for_one_another_may_end_at_once() {
    let (toolbox, desk, state) = desk(Policy::default().max_calls(20_000).max_concurrency(20_000));
    paused().block_on(async {
        let desk_in = in_scope(&desk, "t");
        let first = tokio::spawn(desk_in.run(calls(&["change id=7 ms=1000"])));
        tokio::task::yield_now().await;
        let gone = tokio_util::sync::CancellationToken::new();
        let run = tokio::spawn(
            desk_in
                .clone()
                .cancelled_by(gone.clone())
                .run(calls(&vec!["change id=7"; 10_000])),
        );
        sleep(ms_of(10)).await;
        gone.cancel();
        let report = run.await.expect("a report");
        assert!(codes(&report).iter().all(|code| *code == "cancelled"));
        let last = desk_in.run(calls(&["change id=7"])).await;
        assert_eq!(codes(&last), ["ok"]);
        assert_eq!(codes(&first.await.expect("a report")), ["ok"]);
        drop((desk_in, desk, report));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_scope_costs_nothing_when_nobody_is_in_it() {
    let (toolbox, desk, state) = desk(Policy::default());
    paused().block_on(async {
        for tenant in 0..1000 {
            let desk = in_scope(&desk, &format!("tenant-{tenant}"));
            assert_eq!(codes(&desk.run(calls(&["change id=7 ms=0"])).await), ["ok"]);
        }
        drop(desk);
        assert_eq!(Arc::strong_count(&state), 1);
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

/// A place that is given up twice is nobody else's: the scope was empty in between, and others are in it now.
#[test]
fn a_place_is_never_given_twice() {
    let policy = Policy::default().call_timeout(ms_of(20)).grace(ms_of(0));
    let (toolbox, desk, state) = desk(policy);
    threads(2).block_on(async {
        // Without a scope: a key that is held beside the order.
        let report = desk.run(calls(&["stuck path=a"])).await;
        assert!(report.results()[0].outcome().still_running);
        let long = Policy::default();
        let desk_in = in_scope(&desk.clone().with(long).expect("a policy"), "t");
        // It waits for that key, is cancelled and leaves the scope empty, while its batch goes on.
        let first = desk_in.start();
        first.push(call("create path=a"));
        first.push(call("echo ms=400"));
        sleep(ms_of(30)).await;
        first.cancel(0);
        let second = tokio::spawn(desk_in.run(calls(&["create path=b ms=200"])));
        sleep(ms_of(30)).await;
        state.release();
        sleep(ms_of(30)).await;
        let third = desk_in.run(calls(&["create path=b"])).await;
        assert_eq!(codes(&second.await.expect("a report")), ["ok"]);
        assert_eq!(codes(&third), ["ok"]);
        assert!(
            !third.results()[0].waits().is_empty(),
            "it ran beside the second"
        );
        assert_eq!(codes(&first.finish().await), ["cancelled", "ok"]);
        toolbox.idle().await;
        drop((desk_in, desk, report, third));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn what_cannot_be_stopped_is_of_its_scope_alone() {
    let policy = Policy::default()
        .call_timeout(ms_of(20))
        .grace(ms_of(0))
        .max_wait(ms_of(100));
    let (toolbox, desk, state) = desk(policy);
    threads(2).block_on(async {
        let report = in_scope(&desk, "t").run(calls(&["stuck path=a"])).await;
        assert!(report.results()[0].outcome().still_running);
        let of = async |scope| {
            let report = in_scope(&desk, scope)
                .run(calls(&["create path=a ms=0"]))
                .await;
            report.results()[0].outcome().ending.to_string()
        };
        assert_eq!(of("u").await, "ok");
        // Without a scope it may be the same data.
        assert_eq!(of("").await, "timed_out (predecessor)");
        assert_eq!(of("t").await, "timed_out (predecessor)");
        state.release();
        toolbox.idle().await;
        drop((desk, report));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}
