//! Timeouts of a call, of a tool and of a batch; grace; what a late call tells. On a paused clock, to the millisecond.

use std::time::Duration;

use support::{call, codes, texts};
use tool_runtime::{Effects, Ending, Policy, TimeLimit};

use crate::tools::{desk, desk_with};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[tokio::test(start_paused = true)]
async fn a_hang_ends_by_default() {
    let (desk, _, probe) = desk();
    let report = desk
        .run([call("hang", ""), call("wait", r#"{"ms": 7}"#)])
        .await;
    assert_eq!(codes(&report), ["timed_out", "ok"]);
    assert_eq!(
        report.wall(),
        Duration::from_secs(61),
        "60 s and 1 s of grace"
    );
    assert_eq!(report.results()[1].span().unwrap().finished, ms(7));
    assert_eq!(probe.alive(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_policy_for_a_tool_wins_over_its_attribute_and_that_over_the_call_timeout() {
    let base = Policy::default()
        .call_timeout(ms(900))
        .grace(Duration::ZERO);
    for (policy, wall) in [
        (base.clone(), ms(100)),
        (base.tool_timeout("hurried", ms(300)), ms(300)),
    ] {
        let (desk, _, _) = desk_with(policy.clone());
        assert_eq!(desk.run([call("hurried", "")]).await.wall(), wall);
        let (desk, _, _) = desk_with(policy);
        assert_eq!(desk.run([call("hang", "")]).await.wall(), ms(900));
    }
}

#[tokio::test(start_paused = true)]
async fn what_arrives_in_the_grace_period_counts_and_is_late() {
    let (desk, _, _) = desk_with(Policy::default().call_timeout(ms(100)));
    let report = desk
        .run([
            call("polite", ""),
            call("wait", r#"{"ms": 1099}"#),
            call("wait", r#"{"ms": 1101}"#),
            call("wait", r#"{"ms": 99}"#),
        ])
        .await;
    assert_eq!(codes(&report), ["ok", "ok", "timed_out", "ok"]);
    let late: Vec<bool> = report
        .results()
        .iter()
        .map(|result| result.outcome().late)
        .collect();
    assert_eq!(late, [true, true, false, false]);
    assert_eq!(report.results()[0].text(), "cleaned up");
    assert_eq!(report.results()[0].span().unwrap().finished, ms(100));
    assert_eq!(report.wall(), ms(1100));
}

#[tokio::test(start_paused = true)]
async fn the_batch_timeout_ends_what_runs_and_what_waits() {
    let policy = Policy::default()
        .batch_timeout(ms(250))
        .max_concurrency(1)
        .grace(ms(50));
    let (desk, _, probe) = desk_with(policy);
    let report = desk
        .run([
            call("wait", r#"{"ms": 100}"#),
            call("change", r#"{"ms": 1000}"#),
            call("wait", r#"{"ms": 1}"#),
            call("nobody", ""),
        ])
        .await;
    assert_eq!(
        codes(&report),
        ["ok", "timed_out", "timed_out", "unknown_tool"]
    );
    assert_eq!(
        texts(&report)[1..3],
        [
            "`change` did not finish within the 250ms for all calls of this turn and was stopped. It may have taken effect; check before repeating.",
            "`wait` was not started: the 250ms for all calls of this turn were over. Nothing was changed. Call it again if it is still needed.",
        ]
    );
    let [_, running, waiting, _] = report.results() else {
        panic!()
    };
    assert_eq!(running.outcome().ending, Ending::TimedOut(TimeLimit::Batch));
    assert_eq!(waiting.outcome().ending, Ending::TimedOut(TimeLimit::Batch));
    assert_eq!(waiting.outcome().effects, Effects::None);
    assert_eq!(waiting.span(), None);
    assert_eq!(report.wall(), ms(300));
    assert_eq!((probe.started(), probe.alive()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_a_call_starts_when_it_does() {
    let (desk, _, _) = desk_with(Policy::default().call_timeout(ms(150)).max_concurrency(1));
    let calls = [(); 5].map(|()| call("wait", r#"{"ms": 100}"#));
    let report = desk.run(calls).await;
    assert_eq!(codes(&report), ["ok"; 5]);
    assert_eq!(report.wall(), ms(500));
}

#[tokio::test(start_paused = true)]
async fn a_permit_of_a_call_that_timed_out_goes_to_the_next() {
    let (desk, _, _) = desk_with(
        Policy::default()
            .call_timeout(ms(100))
            .grace(Duration::ZERO)
            .max_concurrency(2),
    );
    let report = desk
        .run([
            call("hang", ""),
            call("hang", ""),
            call("wait", r#"{"ms": 10}"#),
            call("hang", ""),
            call("wait", r#"{"ms": 10}"#),
        ])
        .await;
    assert_eq!(
        codes(&report),
        ["timed_out", "timed_out", "ok", "timed_out", "ok"]
    );
    assert_eq!(report.wall(), ms(200));
}

#[test]
fn a_deadline_fires_while_a_sibling_computes() {
    let runtime = support::threads(2);
    let (desk, toolbox, probe) =
        desk_with(Policy::default().call_timeout(ms(20)).grace(Duration::ZERO));
    let report = runtime.block_on(desk.run([call("spin", ""), call("hang", "")]));
    assert_eq!(codes(&report), ["timed_out", "timed_out"]);
    let still_running: Vec<bool> = report
        .results()
        .iter()
        .map(|result| result.outcome().still_running)
        .collect();
    assert_eq!(still_running, [true, false]);
    assert_eq!(
        report.results()[0].text(),
        "`spin` did not finish within 20ms; it could not be stopped and may still be running. It may have taken effect; check before repeating."
    );
    assert_eq!(
        probe.alive(),
        1,
        "only the poll that does not return is left"
    );
    probe.release();
    runtime.block_on(toolbox.idle());
    assert_eq!(probe.alive(), 0);
}

/// Runs `calls`, of which one holds its thread until another has waited.
#[track_caller]
fn released(policy: Policy, calls: &[&str]) {
    for workers in [2, 4] {
        let runtime = support::threads(workers);
        for _ in 0..10 {
            let (desk, toolbox, probe) = desk_with(policy.clone());
            let calls: Vec<_> = calls.iter().map(|name| call(name, "")).collect();
            let report = runtime.block_on(desk.run(calls));
            assert_eq!(codes(&report)[0], "ok", "{workers} workers");
            probe.release();
            runtime.block_on(toolbox.idle());
        }
    }
}

#[test]
fn a_call_that_is_pending_goes_on_while_the_next_one_computes() {
    // The second spins until the first has waited.
    released(Policy::default(), &["release", "spin"]);
}

#[test]
fn a_call_with_an_earlier_deadline_is_timed_though_it_computes_at_once() {
    let runtime = support::threads(2);
    for _ in 0..10 {
        let policy = Policy::default()
            .max_concurrency(1)
            .tool_timeout("spin", ms(20))
            .grace(Duration::ZERO);
        let (desk, toolbox, probe) = desk_with(policy);
        // When the second starts, the timekeeper sleeps until the batch's deadline.
        let report = runtime.block_on(desk.run([call("wait", r#"{"ms": 2}"#), call("spin", "")]));
        assert_eq!(codes(&report), ["ok", "timed_out"]);
        probe.release();
        runtime.block_on(toolbox.idle());
    }
}

#[test]
fn a_call_that_gets_the_permit_of_one_that_hangs_holds_up_nobody() {
    let policy = Policy::default()
        .max_concurrency(2)
        .tool_timeout("hurried", ms(2))
        .grace(Duration::ZERO);
    // The third starts when the second is over time, and spins until the first has waited.
    released(policy, &["release", "hurried", "spin"]);
}

#[test]
fn a_drop_that_takes_its_time_holds_up_no_deadline() {
    let runtime = support::threads(4);
    let policy = Policy::default().call_timeout(ms(5)).grace(Duration::ZERO);
    let (desk, toolbox, probe) = desk_with(policy.tool_timeout("hang", ms(10)));
    let report = runtime.block_on(desk.run([call("spin_in_drop", ""), call("hang", "")]));
    assert_eq!(codes(&report), ["timed_out", "timed_out"]);
    let [slow, other] = report.results() else {
        panic!("two calls, two results")
    };
    assert!(slow.outcome().still_running && !other.outcome().still_running);
    assert!(other.span().unwrap().finished < slow.span().unwrap().finished);
    probe.release();
    runtime.block_on(toolbox.idle());
    assert_eq!(probe.alive(), 0);
}

#[test]
fn a_timer_of_a_sibling_fires_while_a_call_computes_after_it_waited() {
    let runtime = support::threads(2);
    for _ in 0..20 {
        let (desk, _, _) = desk();
        // The first spins until the second has waited.
        let report = runtime.block_on(desk.run([call("wait_then_spin", ""), call("release", "")]));
        assert_eq!(codes(&report), ["ok", "ok"]);
    }
}

#[test]
fn a_deadline_fires_while_a_call_computes_after_it_waited() {
    let runtime = support::threads(2);
    for _ in 0..20 {
        let (desk, toolbox, probe) =
            desk_with(Policy::default().call_timeout(ms(20)).grace(Duration::ZERO));
        let report = runtime.block_on(desk.run([call("wait_then_spin", "")]));
        assert_eq!(codes(&report), ["timed_out"]);
        probe.release();
        runtime.block_on(toolbox.idle());
    }
}
