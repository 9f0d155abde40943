//! Calls that are never ready, that block, that end at the very moment at which their time is over; durations of no and of all time.

use std::time::Duration;

use support::{call, codes, threads};
use tool_runtime::Effects::{self, Done, None, Unknown};
use tool_runtime::{Ending, Policy, ToolCall, ToolResult};

use crate::world::{on, on_both_runtimes, paused, policy};

fn us(us: u64) -> Duration {
    Duration::from_micros(us)
}

fn wait(us: u64) -> ToolCall {
    call("wait", &format!(r#"{{"us": {us}}}"#))
}

fn race(lane: u64, us: u64) -> ToolCall {
    call("race", &format!(r#"{{"lane": {lane}, "us": {us}}}"#))
}

#[test]
fn a_call_that_is_never_ready_is_stopped() {
    on_both_runtimes(policy(), async |world, desk| {
        let report = world.survives(desk, call("hang", ""), "timed_out (work)", Unknown);
        report.await;
    });
}

/// Calls that all end at once.
fn at_once(us: u64) -> Vec<ToolCall> {
    (0..64).map(|lane| race(lane, us)).collect()
}

/// Whatever a call is told, its tool did: a result that is there counts, none is there of a tool that was stopped, and what is said not
/// to have begun has not. Only of a call that was in the middle of a poll it is not known.
fn agrees(results: &[ToolResult], begun: usize, ends: usize) {
    let (mut ok, mut called, mut in_a_poll) = (0, 0, 0);
    for result in results {
        let outcome = result.outcome();
        match (outcome.ending, outcome.effects) {
            (Ending::Ok, Done) => (ok, called) = (ok + 1, called + 1),
            (Ending::TimedOut(_), Unknown) => called += 1,
            // Its time was over before its first poll.
            (Ending::TimedOut(_), None) => {}
            _ => panic!("{result:?}"),
        }
        in_a_poll += usize::from(outcome.still_running);
    }
    assert_eq!(called, begun);
    assert!((ok..=ok + in_a_poll).contains(&ends), "{ends} of {ok}");
}

#[test]
fn a_call_that_ends_as_its_time_does_has_one_result_and_that_is_true() {
    for (timeout, grace) in [(20, 0), (15, 5), (20, 5)] {
        let policy = policy()
            .call_timeout(us(timeout * 1000))
            .grace(us(grace * 1000))
            .batch_timeout(Duration::from_secs(10));
        on(&paused(), policy, async |world, desk| {
            let report = desk.run(at_once(20_000)).await;
            agrees(
                report.results(),
                world.state.probe.started(),
                world.state.ends(),
            );
        });
    }
}

/// The batch's own time, at which all calls end at once.
#[test]
fn so_it_is_at_the_end_of_the_batch() {
    let policy = Policy::default().batch_timeout(us(20_000)).grace(us(0));
    on(&paused(), policy, async |world, desk| {
        let report = desk.run(at_once(20_000)).await;
        agrees(
            report.results(),
            world.state.probe.started(),
            world.state.ends(),
        );
    });
}

/// On a real clock the timer and the call race on two workers.
#[test]
fn so_it_is_on_two_threads() {
    let policy = Policy::default()
        .call_timeout(us(1000))
        .grace(us(0))
        .batch_timeout(Duration::from_secs(60));
    on(&threads(2), policy, async |world, desk| {
        let (mut begun, mut ends) = (0, 0);
        for round in 0..100_u64 {
            let near = |lane: u64| race(lane, 900 + (round * 7 + lane * 13) % 200);
            let calls: Vec<_> = (0..8).map(near).collect();
            let report = desk.run(calls).await;
            world.toolbox.idle().await;
            let (started, ended) = (world.state.probe.started(), world.state.ends());
            agrees(report.results(), started - begun, ended - ends);
            (begun, ends) = (started, ended);
        }
    });
}

/// A tool that blocks without awaiting holds its worker and nothing else.
#[test]
fn a_call_that_blocks_is_answered_when_it_returns() {
    on_both_runtimes(policy(), async |world, desk| {
        world.survives(desk, call("block", ""), "ok", Done).await;
    });
}

/// The least and the most that a policy takes.
#[test]
fn durations_of_next_to_no_time_and_of_a_day() {
    let least = |policy: Policy| {
        let least = Duration::from_nanos(1);
        let policy = policy.call_timeout(least).max_wait(least);
        policy.approval_timeout(least).grace(Duration::ZERO)
    };
    let most = |policy: Policy| {
        let most = Duration::from_secs(24 * 60 * 60);
        let policy = policy.call_timeout(most).max_wait(most).batch_timeout(most);
        policy.approval_timeout(most).grace(most)
    };
    let calls = || {
        let hang = call("hang", "");
        [wait(0), hang, wait(u64::MAX), call("fine_on_a_thread", "")]
    };
    for runtime in [paused(), threads(2)] {
        // The tool's own timeout wins over the policy's; the others may be over before they are begun.
        on(&runtime, policy(), async |_, desk| {
            let report = desk.with(least(policy())).unwrap().run(calls()).await;
            let results = report.results();
            assert_eq!(results.len(), 4);
            for result in results {
                let ending = result.outcome().ending;
                let known = matches!(ending, Ending::Ok | Ending::TimedOut(_));
                assert!(known, "{result:?}");
            }
        });
        on(&runtime, policy(), async |_, desk| {
            let none = Policy::default().batch_timeout(Duration::from_nanos(1));
            let report = desk.with(none).unwrap().run(calls()).await;
            assert_eq!(report.results().len(), 4);
        });
    }
    on(&paused(), policy(), async |_, desk| {
        let report = desk.with(most(policy())).unwrap().run(calls()).await;
        assert_eq!(codes(&report), ["ok", "timed_out", "timed_out", "ok"]);
        let effects = report.results().iter().map(|one| one.outcome().effects);
        let effects: Vec<Effects> = effects.collect();
        assert_eq!(effects[..2], [Done, Unknown]);
    });
}
