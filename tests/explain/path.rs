//! The way to the last result, over batches of every shape.

use std::time::Duration;

use proptest::prelude::*;
use tool_runtime::Explanation;
use tool_runtime::explain::Cause;

use crate::desk::{explain, policy};

fn any_script() -> impl Strategy<Value = Vec<String>> {
    let tool = prop::sample::select(vec!["deposit", "withdraw", "balance", "search", "serach"]);
    let call = (
        tool,
        0..3_u8,
        0..30_u64,
        prop::option::weighted(0.2, 0..20_u64),
    );
    prop::collection::vec(call, 0..12).prop_map(|calls| {
        let mut now = 0;
        let calls = calls.into_iter().map(|(tool, account, ms, later)| {
            let text = match tool {
                "search" => format!("search ms={ms}"),
                tool => format!("{tool} account={account} ms={ms}"),
            };
            now += later.unwrap_or_default();
            match now {
                0 => text,
                now => format!("@{now} {text}"),
            }
        });
        calls.collect()
    })
}

/// On a paused clock every moment of the way is work of a call that ran then, or a wait that its call has.
fn holds(explanation: &Explanation) -> Result<(), TestCaseError> {
    let mut at = Duration::ZERO;
    for stretch in &explanation.path {
        prop_assert_eq!(stretch.from, at);
        prop_assert!(stretch.from < stretch.to);
        at = stretch.to;
        let call = stretch.call.map(|call| &explanation.calls[call]);
        let within = |from: Duration, to: Duration| from <= stretch.from && stretch.to <= to;
        let right = match (&stretch.cause, call) {
            (Cause::Work, Some(call)) => call
                .span
                .is_some_and(|span| within(span.started, span.finished)),
            (Cause::Limit(_) | Cause::Calls, Some(call)) => {
                call.waits.iter().any(|wait| within(wait.from, wait.to))
            }
            (Cause::NotQueued, Some(call)) => within(Duration::ZERO, call.queued),
            _ => false,
        };
        prop_assert!(right, "{:?} of {}", stretch, explanation);
    }
    prop_assert_eq!(at, explanation.wall);
    let chain = explanation
        .path
        .iter()
        .all(|stretch| stretch.cause == Cause::Work);
    if chain {
        prop_assert_eq!(explanation.critical_path.duration, explanation.wall);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn each_moment_of_it_has_its_cause(script in any_script(), limit in 1..5_usize, searches in 1..3_usize) {
        let script: Vec<&str> = script.iter().map(String::as_str).collect();
        let policy = policy().max_concurrency(limit).tool_concurrency("search", searches);
        holds(&explain(policy.max_wait(Duration::from_millis(40)), &script))?;
    }
}
