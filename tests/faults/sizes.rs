//! Batches of every size, and ids of every kind: one result for each call, in its place, under its id.

use support::{call, codes};
use tool_runtime::{Policy, Report, ToolCall};

use crate::world::{on_both_runtimes, policy};

#[track_caller]
fn in_order(report: &Report, calls: &[ToolCall]) {
    assert_eq!(report.results().len(), calls.len());
    for (result, call) in report.results().iter().zip(calls) {
        assert_eq!(result.call(), call);
    }
}

/// So many calls, each with an id and a text of its own.
fn echoes(calls: usize) -> Vec<ToolCall> {
    let echo = |index: usize| {
        let arguments = format!(r#"{{"text": "{index}"}}"#);
        ToolCall::new(format!("call_{index}"), "echo", arguments)
    };
    (0..calls).map(echo).collect()
}

#[track_caller]
fn check(policy: Policy, calls: usize, run: usize) {
    on_both_runtimes(policy, async |_, desk| {
        let calls = echoes(calls);
        let report = desk.run(&calls[..]).await;
        in_order(&report, &calls);
        for (index, result) in report.results().iter().enumerate() {
            let code = result.outcome().ending.to_string();
            match index < run {
                true => assert_eq!((&*code, result.text()), ("ok", &*index.to_string())),
                false => assert_eq!(code, "over_limit (batch_size)"),
            }
        }
    });
}

#[test]
fn of_no_call_and_of_one() {
    check(policy(), 0, 0);
    check(policy(), 1, 1);
}

#[test]
fn of_3451_calls() {
    check(policy(), 3451, 1000);
    check(policy().max_calls(3451), 3451, 3451);
}

#[test]
fn of_100_000_calls() {
    check(policy(), 100_000, 1000);
    check(policy().max_calls(100_000), 100_000, 100_000);
}

/// Calls that wait for one another, behind one that hangs: what is queued costs no task and ends with its batch.
#[test]
fn of_100_000_calls_that_wait() {
    let policy = policy()
        .max_calls(100_000)
        .batch_timeout(std::time::Duration::from_millis(50));
    on_both_runtimes(policy, async |_, desk| {
        let waiting = (1..100_000).map(|index| ToolCall::new(index.to_string(), "sweep", ""));
        let hang = call("wait", r#"{"us": 60000000}"#);
        let calls: Vec<_> = std::iter::once(hang).chain(waiting).collect();
        let report = desk.run(&calls[..]).await;
        in_order(&report, &calls);
        assert!(codes(&report).iter().all(|code| *code == "timed_out"));
    });
}

#[test]
fn with_ids_of_every_kind() {
    let large = "é".repeat(1 << 19);
    let ids = [
        "",
        "",
        "a",
        "a",
        "\0",
        "null",
        "\u{feff}\u{202e}\"\\",
        &large,
        &large,
    ];
    on_both_runtimes(policy(), async |_, desk| {
        let odd = ids.map(|id| ToolCall::new(id, "echo", r#"{"text": "a"}"#));
        let wrong = ids.map(|id| ToolCall::new(id, "echo", "{"));
        let unknown = ids.map(|id| ToolCall::new(id, "ecko", "{}"));
        let calls = [odd, wrong, unknown].concat();
        let report = desk.run(&calls[..]).await;
        in_order(&report, &calls);
        let expected = ["ok", "invalid_arguments", "unknown_tool"];
        assert_eq!(codes(&report), expected.map(|code| [code; 9]).concat());
    });
}
