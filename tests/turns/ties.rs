//! What ties a turn to the one before it.

use serde_json::{Value, json};
use tool_runtime::dialect::Anthropic;
use tool_runtime::turns::{Place, Tie};

use crate::desk::{Answers, Said, held, runtime, toolbox};

/// What ties the second of two turns; the first answers with `answer`.
fn tie(first: (&'static str, Value), answer: &str, second: (&'static str, Value)) -> String {
    let toolbox = toolbox();
    let desk = toolbox.bind(Answers([(1, answer.to_owned())].into()));
    let said = [
        Said::User("Shelf K7.".to_owned()),
        Said::Calls(vec![first]),
        Said::Calls(vec![second]),
    ];
    let (history, _) = runtime().block_on(held(&desk, &Anthropic, &said));
    let stats = toolbox.turn_stats(&Anthropic.conversation(&history));
    match &stats.turns[1].place {
        Place::Tied(tie) => tie.to_string(),
        Place::CouldJoin(_) => "nothing".to_owned(),
        other => format!("{other:?}"),
    }
}

fn look(number: u64, note: &str) -> (&'static str, Value) {
    (
        "look",
        json!({"shelf": "A", "number": number, "note": note}),
    )
}

#[test]
fn values_that_are_new_tie() {
    let check = |answer: &str, note: &str, expected: &str| {
        assert_eq!(
            tie(look(1, "-"), answer, look(2, note)),
            expected,
            "{answer} {note}"
        );
    };
    let needs = |value: &str| {
        format!("needs `{value}` for `note` of `look`, from the result of `look` (turn 1)")
    };
    check(
        r#"{"name": "Ada Lovelace"}"#,
        "Ada Lovelace",
        &needs("Ada Lovelace"),
    );
    check(r#"{"id": 9}"#, "9", &needs("9"));
    check(r#"{"id": 9}"#, "about 9, please", &needs("9"));
    check("{\"a\": \"x\\\"y\"}", "x\"y", &needs("x\"y"));
    // Part of a longer word, known before, or nothing that says anything.
    check(r#"{"id": 99}"#, "9", "nothing");
    check(r#"{"shelf": "K7"}"#, "K7", "nothing");
    check(r#"{"a": "-", "b": true}"#, "--", "nothing");
    // A word without a digit is looked for as a whole text alone.
    check(r#"{"name": "Ada"}"#, "a letter to Ada", "nothing");
}

#[test]
fn effects_tie() {
    let put = |shelf: &str| ("put", json!({"shelf": shelf, "number": 2}));
    assert_eq!(
        tie(look(1, "-"), "ok", put("A")),
        "`put` touches `shelf:A`, as `look` (turn 1), and one of them writes it"
    );
    assert_eq!(tie(look(1, "-"), "ok", put("B")), "nothing");
    let alone = |name| tie(look(1, "-"), "ok", (name, json!({"number": 2})));
    assert_eq!(alone("count_all"), "to be made alone: `count_all` (turn 2)");
    assert_eq!(
        alone("ring"),
        "it is not declared what this touches: `ring` (turn 2)"
    );
    assert_eq!(alone("sum"), "nothing");
    let destroys = ("throw_away", json!({"shelf": "Z", "number": 2}));
    assert_eq!(
        tie(look(1, "-"), "ok", destroys),
        "to be made alone: `throw_away` (turn 2)"
    );
}

#[test]
fn failures_and_repetitions_tie() {
    assert_eq!(
        tie(look(1, "-"), "fails", look(2, "-")),
        "after a failure: `look` (turn 1)"
    );
    assert_eq!(
        tie(look(1, "-"), "ok", look(1, "-")),
        "calls `look` again as `look` (turn 1)"
    );
}

#[test]
fn a_call_without_a_result_ties() {
    let history = r#"[
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "sum", "input": {"number": 1}}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "2", "name": "sum", "input": {"number": 2}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "2", "content": "ok"}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "3", "name": "sum", "input": {"number": 3}}]}]"#;
    let history = tool_runtime::dialect::Message::list(history).expect("a history");
    let toolbox = toolbox();
    let stats = toolbox.turn_stats(&Anthropic.conversation(&history));
    // What one side says in a row is one turn there.
    assert_eq!(stats.turns[0].calls, ["sum", "sum"]);
    let expected = "after a call without a result: `sum` (turn 1)";
    match &stats.turns[1].place {
        Place::Tied(tie @ Tie::NoResult { .. }) => assert_eq!(tie.to_string(), expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_view_hides_is_unknown() {
    let history = r#"[
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "sum", "input": {"number": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": "ok"}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "2", "name": "look", "input": {"number": 2, "shelf": "A"}}]}]"#;
    let history = tool_runtime::dialect::Message::list(history).expect("a history");
    let view = toolbox().only(["look"]).expect("a view");
    let stats = view.turn_stats(&Anthropic.conversation(&history));
    let told = "    the toolbox has no such tool: `sum` (turn 1)";
    assert!(
        stats.to_string().lines().any(|line| line == told),
        "{stats}"
    );
}
