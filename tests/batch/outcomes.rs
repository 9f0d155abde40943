//! Promises 1 and 2 of the README: one result per call, in call order, under the calls' own ids; no call hurts its sibling.

use std::sync::Arc;

use proptest::prelude::*;
use support::{call, codes, nothing_is_left, texts, texts_without_ids};
use tokio::runtime::Builder;
use tool_runtime::{Effects, Ending, Outcome, Policy, TimeLimit, ToolCall};

use crate::tools::{desk, desk_with};

#[tokio::test(start_paused = true)]
async fn every_kind_of_ending_has_its_place() {
    let (desk, _, _) = desk();
    let report = desk
        .run([
            call("echo", r#"{"text": "hello"}"#),
            call("fail", r#"{"why": "no luck"}"#),
            call("panic", r#"{"when": "AtOnce"}"#),
            call("hurried", ""),
            call("ecko", "{}"),
            call("echo", r#"{"text": 7}"#),
            call("panic", r#"{"when": "NotSerialisable"}"#),
            call("wait", r#"{"ms": 20}"#),
        ])
        .await;
    assert_eq!(
        codes(&report),
        [
            "ok",
            "failed",
            "panicked",
            "timed_out",
            "unknown_tool",
            "invalid_arguments",
            "not_serialisable",
            "ok"
        ]
    );
    assert_eq!(
        texts_without_ids(&report),
        [
            "hello",
            "no luck",
            "`panic` broke off with an internal error (error id `ID`). It may have taken effect; check before repeating.",
            "`hurried` did not finish within 100ms and was stopped. Nothing was changed. The same call may take as long again.",
            "There is no tool named `ecko`, so nothing was called. Did you mean `echo`? The tools are `echo`, `wait`, `change`, `fail`, `hang`, `polite`, `hurried`, `spin`, `spin_then_hang`, `spin_in_drop`, `wait_then_spin`, `meet`, `release` and `panic`.",
            "`echo` was not called, because its arguments are not valid:\n- `text`: expected a string, got integer `7`\nCall it again with correct arguments.",
            "`panic` did its work, but its result cannot be written as JSON (error id `ID`). It has taken effect; do not repeat it.",
            "20",
        ]
    );
    for result in report.results() {
        assert_eq!(result.is_error(), result.outcome().ending != Ending::Ok);
    }
}

#[tokio::test]
async fn a_batch_without_calls_has_an_empty_report() {
    let (desk, toolbox, _) = desk();
    let report = desk.run([]).await;
    assert!(report.results().is_empty());
    assert_eq!(report.speed_up(), 1.0);
    toolbox.idle().await;
}

#[tokio::test]
async fn empty_and_double_ids_come_back_as_they_are() {
    let (desk, _, _) = desk();
    let calls =
        ["a", "", "a", ""].map(|id| ToolCall::new(id, "echo", format!(r#"{{"text": "{id}!"}}"#)));
    let report = desk.run(calls).await;
    let ids: Vec<&str> = report.results().iter().map(|result| result.id()).collect();
    assert_eq!(ids, ["a", "", "a", ""]);
    assert_eq!(texts(&report), ["a!", "!", "a!", "!"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_call_may_have_changed_follows_from_its_declaration() {
    let (desk, _, _) = desk_with(
        Policy::default()
            .tool_timeout("change", ms(10))
            .tool_timeout("wait", ms(10)),
    );
    let report = desk
        .run([
            call("change", r#"{"ms": 1}"#),
            call("change", r#"{"ms": 5000}"#),
            call("wait", r#"{"ms": 1}"#),
            call("wait", r#"{"ms": 5000}"#),
            call("change", r#"{"ms": "x"}"#),
            call("fail", r#"{"why": "no luck"}"#),
            call("panic", r#"{"when": "NotSerialisable"}"#),
        ])
        .await;
    let effects: Vec<Effects> = report
        .results()
        .iter()
        .map(|result| result.outcome().effects)
        .collect();
    use Effects::{Done, None, Unknown};
    assert_eq!(effects, [Done, Unknown, None, None, None, Unknown, Done]);
    assert_eq!(report.results()[0].text(), "Done.");
    assert_eq!(
        report.results()[1].text(),
        "`change` did not finish within 10ms and was stopped. It may have taken effect; check before repeating."
    );
}

fn ms(ms: u64) -> std::time::Duration {
    std::time::Duration::from_millis(ms)
}

/// A call of any kind, and the codes it may end with.
fn any_call() -> impl Strategy<Value = (ToolCall, Vec<&'static str>)> {
    let (ok, invalid) = (vec!["ok"], vec!["invalid_arguments"]);
    let panics = [
        "AtOnce",
        "AfterAwait",
        "InDrop",
        "WithNumber",
        "WithBomb",
        "InSerialize",
        "InDeserialize",
    ];
    let kind = prop_oneof![
        (0..30_u64).prop_map(move |ms| ("wait", format!(r#"{{"ms": {ms}}}"#), ok.clone())),
        "[a-z]{0,5}".prop_map(|why| ("fail", format!(r#"{{"why": "{why}"}}"#), vec!["failed"])),
        prop::sample::select(panics.to_vec()).prop_map(|when| (
            "panic",
            format!(r#"{{"when": "{when}"}}"#),
            vec!["panicked"]
        )),
        Just((
            "panic",
            r#"{"when": "OnStop"}"#.to_owned(),
            vec!["timed_out"]
        )),
        Just((
            "panic",
            r#"{"when": "NotSerialisable"}"#.to_owned(),
            vec!["not_serialisable"]
        )),
        Just(("hang", String::new(), vec!["timed_out"])),
        Just(("hurried", "{}".to_owned(), vec!["timed_out"])),
        Just(("polite", "{}".to_owned(), vec!["ok", "timed_out"])),
        "[a-z]{0,6}_".prop_map(|_| ("nobody", "{}".to_owned(), vec!["unknown_tool"])),
        "[\\[\\]{}\":,0-9a-z ]{0,12}".prop_map(move |text| ("echo", text, invalid.clone())),
    ];
    ("[a-c]{0,2}", kind)
        .prop_map(|(id, (name, arguments, codes))| (ToolCall::new(id, name, arguments), codes))
}

/// Promise 1, and that nothing is left: `calls` on `runtime` under `policy`.
fn check(
    calls: &[(ToolCall, Vec<&'static str>)],
    policy: Policy,
    runtime: &mut Builder,
) -> Result<(), TestCaseError> {
    let (_, toolbox, probe) = desk();
    let state = Arc::new(probe.clone());
    let desk = toolbox.bind(Arc::clone(&state)).with(policy);
    let desk = desk.expect("a policy that can be kept");
    let given: Vec<ToolCall> = calls.iter().map(|(call, _)| call.clone()).collect();
    let report = runtime.enable_all().build().unwrap().block_on(async {
        let report = desk.run(given).await;
        assert_eq!(probe.alive(), 0, "nothing outlives its batch");
        drop(desk);
        toolbox.idle().await;
        let again = [
            call("change", r#"{"ms": 0}"#),
            call("echo", r#"{"text": ""}"#),
        ];
        let left = nothing_is_left(&toolbox, &state, 1, again).await;
        assert_eq!(left, Ok(()));
        report
    });
    prop_assert_eq!(report.results().len(), calls.len());
    for (result, (call, codes)) in report.results().iter().zip(calls) {
        prop_assert_eq!(result.call(), call);
        let Outcome { ending, .. } = result.outcome();
        let code = ending.code();
        prop_assert!(
            codes.contains(&code) || ending == Ending::TimedOut(TimeLimit::Batch),
            "{:?} ended as {}: {}",
            call,
            code,
            result.text()
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn n_calls_have_n_results(
        calls in prop::collection::vec(any_call(), 0..24),
        limit in 1_usize..12,
        batch in prop::sample::select(vec![5_u64, 50, 100_000]),
        grace in prop::sample::select(vec![0_u64, 20]),
    ) {
        let policy = Policy::default().max_concurrency(limit).batch_timeout(ms(batch)).call_timeout(ms(40)).grace(ms(grace));
        check(&calls, policy, Builder::new_current_thread().start_paused(true))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn n_calls_have_n_results_on_several_threads(
        calls in prop::collection::vec(any_call(), 0..24),
        limit in 1_usize..12,
        batch in 1_u64..60,
    ) {
        // The clock is real: no call is held to less than the batch.
        let policy = Policy::default().max_concurrency(limit).batch_timeout(ms(batch)).grace(ms(1));
        check(&calls, policy, Builder::new_multi_thread().worker_threads(2))?;
    }
}
