//! The same calls as a turn and as one call: the same results and the same state afterwards.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use tool_runtime::{BatchTool, Policy, ToolCall, ToolResult, Toolbox};

use crate::desk::{Store, batch, plain, store};

fn call() -> impl Strategy<Value = (&'static str, Value)> {
    prop_oneof![
        (0..3_u64).prop_map(|key| ("get", json!({ "key": key }))),
        (0..3_u64, 10..15_i64)
            .prop_map(|(key, amount)| ("add", json!({"key": key, "amount": amount}))),
        Just(("list", json!({}))),
        (0..3_u64).prop_map(|key| ("boom", json!({ "key": key }))),
        Just(("gte", json!({"key": 1}))),
        Just(("get", json!({"key": "x"}))),
        Just(("anything", json!({}))),
    ]
}

/// Code, text and effects of a result, without the random in it.
fn told(result: &ToolResult) -> String {
    let outcome = result.outcome();
    let text = support::without_ids(result.text());
    // Which tools there are differs: in a turn one of them is the batch tool.
    let text = text.split("The tools are").next().unwrap_or_default();
    format!("{} {} {text}", outcome.ending, outcome.effects.code())
}

fn run(toolbox: &Toolbox<Store>, calls: Vec<ToolCall>) -> (Vec<ToolResult>, Arc<Store>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let store = store();
    let report = runtime.block_on(toolbox.bind(Arc::clone(&store)).run(calls));
    (report.results().to_vec(), store)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn calls_in_one_call_are_those_of_a_turn(calls in prop::collection::vec(call(), 1..12), shift in 0..12_usize) {
        let plain = plain(Policy::default());
        let turn = calls.iter().map(|(name, arguments)| ToolCall::new("", *name, arguments.to_string()));
        let (expected, serial) = run(&plain, turn.clone().collect());
        let toolbox = plain.with_batch_tool(BatchTool::new()).unwrap();
        let (results, packed) = run(&toolbox, vec![batch("a", &calls)]);
        let steps = results[0].steps().unwrap().results().to_vec();
        let all = |results: &[ToolResult]| results.iter().map(told).collect::<Vec<_>>();
        prop_assert_eq!(all(&steps), all(&expected));
        prop_assert_eq!(packed.items(), serial.items());
        prop_assert_eq!(results[0].is_error(), expected.iter().all(ToolResult::is_error));

        // A part of the turn in one call, among the others: the state is the same, if no call breaks off.
        let broken = calls.iter().any(|(name, _)| *name == "boom");
        if !broken {
            let from = shift % calls.len();
            let to = (from + 1 + calls.len() / 2).min(calls.len());
            let mut mixed: Vec<ToolCall> = turn.collect();
            mixed.splice(from..to, [batch("a", &calls[from..to])]);
            let (results, store) = run(&toolbox, mixed);
            let mut all_results = results.clone();
            let steps = results[from].steps().unwrap().results().to_vec();
            all_results.splice(from..=from, steps);
            prop_assert_eq!(all(&all_results), all(&expected));
            prop_assert_eq!(store.items(), serial.items());
        }
    }
}
