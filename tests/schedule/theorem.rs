//! Promise 4 of the README: however the calls run beside each other, their results and what they leave are those of the same
//! calls one by one, in the model's order and with the same disturbances.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use support::{nothing_is_left, threads};
use tokio::runtime::{Builder, Runtime};
use tool_runtime::batch::{OnFailure, Retry};
use tool_runtime::{Effects, Policy, Report, ToolCall, Toolbox};

use crate::serial::{self, disturbances};
use crate::store::{ATTEMPTS, Ends, How, Inner, Step, Store, exact, right, silent, unread};

/// A batch, and how it is handed over and disturbed.
#[derive(Clone, Debug)]
struct Case {
    steps: Vec<Step>,
    /// How many calls run at once.
    limit: usize,
    /// How many calls of some tools run at once, if that is limited.
    shared: Option<usize>,
    /// Milliseconds before each call is pushed, if they are pushed one by one.
    pushed: Option<Vec<u64>>,
    /// Which calls are cancelled, and after how many milliseconds.
    cancelled: Vec<(usize, u64)>,
    /// After how many milliseconds all are, if they are.
    deadline: Option<u64>,
}

const MOST: usize = 14;

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    let tool = prop::sample::select(vec![
        "get", "get", "list", "list", "put", "put", "put", "clean", "delete", "merge", "merge",
        "both", "one", "ones", "sweep", "booked", "booked", "billed", "echo", "free", "nobody",
    ]);
    let path = || {
        prop::sample::select(vec![
            "", "a", "b", "a/x", "a/y", "a/x/1", "/b//x", "a/./x", "b/../a/y", "../a",
        ])
    };
    let ends = prop_oneof![
        12 => Just(Ends::Well),
        1 => Just(Ends::FailsEarly),
        1 => Just(Ends::FailsLate),
        1 => prop::sample::select(vec![Ends::PanicsEarly, Ends::PanicsLate]),
        1 => prop::sample::select(vec![Ends::HangsEarly, Ends::HangsLate]),
    ];
    let fails = prop_oneof![5 => Just(0), 3 => 1..=ATTEMPTS];
    let how = (0..1000_u64, 0..9_u64, 0..5_u64, fails, any::<bool>(), ends).prop_map(
        |(seed, before, between, fails, half, ends)| How {
            seed,
            before,
            between,
            fails,
            half,
            ends,
        },
    );
    let garbled = prop::bool::weighted(0.03);
    (tool, [path(), path(), path()], garbled, how).prop_map(|(tool, paths, garbled, how)| Step {
        tool,
        paths,
        garbled,
        how,
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    let steps = prop::collection::vec(any_step(), 0..MOST);
    let pushed = prop::option::weighted(0.3, prop::collection::vec(0..8_u64, MOST));
    let cancelled = prop::collection::vec((0..MOST, 0..20_u64), 0..3);
    let shared = prop::option::weighted(0.3, 1..3_usize);
    let deadline = prop::option::weighted(0.15, 1..40_u64);
    (steps, 1..=MOST, shared, pushed, cancelled, deadline).prop_map(
        |(steps, limit, shared, pushed, cancelled, deadline)| {
            // A call that is cancelled while nobody knows what it touches has no place in the order; see `counterexamples`.
            let limit = if cancelled.is_empty() { limit } else { MOST };
            Case {
                steps,
                limit,
                shared,
                pushed,
                cancelled,
                deadline,
            }
        },
    )
}

/// A batch that nothing disturbs, and that is handed over at once.
fn calm_case() -> impl Strategy<Value = Case> {
    any_case().prop_map(|mut case| {
        for step in &mut case.steps {
            step.how.ends = Ends::Well;
            step.how.fails = 0;
        }
        Case {
            limit: MOST,
            shared: None,
            pushed: None,
            cancelled: Vec::new(),
            deadline: None,
            ..case
        }
    })
}

/// Runs a case; with the store that it left.
async fn run(case: &Case, toolbox: &Toolbox<Store>, store: &Arc<Store>, policy: Policy) -> Report {
    let desk = toolbox
        .bind(Arc::clone(store))
        .with(policy)
        .expect("a policy that can be kept");
    let calls: Vec<ToolCall> = case.steps.iter().map(Step::call).collect();
    if case.pushed.is_none() && case.cancelled.is_empty() {
        return desk.run(calls).await;
    }
    let batch = desk.start();
    let begun = tokio::time::Instant::now();
    let mut at = 0;
    let pushes = calls.into_iter().enumerate().map(|(index, call)| {
        at += case.pushed.as_ref().map_or(0, |delays| delays[index]);
        (2 * at, Ok(call))
    });
    // Not before it has its place in the order.
    let cancels = case
        .cancelled
        .iter()
        .map(|(index, at)| (2 * at + 1, Err(*index)));
    let mut events: Vec<(u64, Result<ToolCall, usize>)> = pushes.chain(cancels).collect();
    events.sort_by_key(|(at, _)| *at);
    for (at, event) in events {
        tokio::time::sleep_until(begun + Duration::from_millis(at)).await;
        match event {
            Ok(call) => drop(batch.push(call)),
            Err(index) if store.real && store.lock().placed <= index => {}
            Err(index) => batch.cancel(index),
        }
    }
    batch.finish().await
}

/// Runs a case on `runtime` and holds it against the same one by one.
fn check(
    case: &Case,
    on_failure: OnFailure,
    toolbox: &Toolbox<Store>,
    runtime: &Runtime,
    real: bool,
) -> Result<(), TestCaseError> {
    let mut policy = Policy::default();
    if let Some(shared) = case.shared {
        policy = policy.tool_concurrency("put", shared).group_concurrency(
            "some",
            ["put", "list", "merge", "booked"],
            shared,
        );
    }
    let policy = policy
        .on_failure(on_failure)
        .never_skip("clean")
        .max_concurrency(case.limit)
        .call_timeout(Duration::from_millis(if real { 50 } else { 200 }))
        .grace(Duration::from_millis(1))
        .retry(retry());
    let policy = match case.deadline {
        Some(deadline) => policy.batch_timeout(Duration::from_millis(2 * deadline + 1)),
        None => policy,
    };
    let store = Arc::new(Store {
        real,
        ..Store::default()
    });
    let (report, left) = runtime.block_on(async {
        let report = run(case, toolbox, &store, policy).await;
        if real {
            // A thread that outlives its call does its work late, and nobody may see it before.
            toolbox.idle().await;
        }
        let inner = store.lock().clone();
        let left = nothing_is_left(toolbox, &store, 1, [all()]).await;
        (report, left.map(|()| inner))
    });
    let Inner { values, made, .. } = left.map_err(TestCaseError::fail)?;
    let disturbances = disturbances(&report, &made, case.deadline.is_some());
    let (expected, serial) = serial::run(&case.steps, &disturbances, on_failure);
    prop_assert_eq!(report.results().len(), case.steps.len());
    // Those after the first that failed may have run, or not.
    let first = report.results().iter().position(|result| {
        matches!(
            result.outcome().ending.code(),
            "failed" | "panicked" | "timed_out" | "cancelled"
        )
    });
    let exact = match (on_failure, first) {
        (OnFailure::StopAll, Some(first)) => first + 1,
        _ => case.steps.len(),
    };
    for (index, (result, expected)) in report
        .results()
        .iter()
        .zip(&expected)
        .enumerate()
        .take(exact)
    {
        let code = result.outcome().ending.code();
        prop_assert_eq!(code, expected.code, "call {}: {}", index, result.text());
        if let Some(text) = &expected.text {
            prop_assert_eq!(result.text(), text, "call {}", index);
        }
        let told = case
            .cancelled
            .iter()
            .any(|(cancelled, _)| *cancelled == index);
        prop_assert!(code != "cancelled" || told);
        let hangs = matches!(
            case.steps[index].how.ends,
            Ends::HangsEarly | Ends::HangsLate
        );
        prop_assert!(code != "timed_out" || hangs || real || case.deadline.is_some());
        let made = made.contains_key(&(0, index));
        let outcome = result.outcome();
        prop_assert!(
            outcome.effects != Effects::None || !made,
            "call {}: {}",
            index,
            result.text()
        );
    }
    if exact == case.steps.len() {
        prop_assert_eq!(values, serial);
    }
    Ok(())
}

/// How calls are tried again.
pub(crate) fn retry() -> Retry {
    Retry::default()
        .attempts(ATTEMPTS)
        .first_delay(Duration::from_millis(4))
        .jitter(false)
}

/// A call that touches all there is.
pub(crate) fn all() -> ToolCall {
    let how = How {
        seed: 0,
        before: 0,
        between: 0,
        fails: 0,
        half: false,
        ends: Ends::Well,
    };
    Step {
        tool: "sweep",
        paths: [""; 3],
        garbled: false,
        how,
    }
    .call()
}

fn one_thread() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a thread")
}

pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A case and what becomes of calls when one fails.
fn any_case_and_policy() -> impl Strategy<Value = (Case, OnFailure)> {
    use OnFailure::{Isolate, SkipDependents, StopAll, StopGroup};
    let policy = prop::sample::select(vec![Isolate, SkipDependents, StopGroup, StopAll]);
    (any_case(), policy)
}

proptest! {
    #![proptest_config(config(1200))]
    #[test]
    fn a_batch_is_as_its_calls_one_by_one((case, on_failure) in any_case_and_policy()) {
        check(&case, on_failure, &right::toolbox(), &one_thread(), false)?;
    }
}

proptest! {
    #![proptest_config(config(30))]
    #[test]
    fn so_it_is_on_several_threads((mut case, on_failure) in any_case_and_policy()) {
        for step in case.steps.iter_mut().filter(|step| step.how.seed % 2 == 0) {
            step.tool = match step.tool {
                "get" => "get_thread",
                "put" => "put_thread",
                "merge" => "merge_thread",
                "booked" => "booked_thread",
                other => other,
            };
        }
        check(&case, on_failure, &right::toolbox(), &threads(2), true)?;
    }
}

/// What the property is worth: where effects are told wrongly, some batch is not as its calls one by one.
#[track_caller]
fn refuted(toolbox: &Toolbox<Store>) {
    let mut runner = TestRunner::new(ProptestConfig {
        max_shrink_iters: 0,
        ..config(300)
    });
    let runtime = one_thread();
    let outcome = runner.run(&calm_case(), |case| {
        check(&case, OnFailure::Isolate, toolbox, &runtime, false)
    });
    assert!(matches!(outcome, Err(TestError::Fail(..))), "{outcome:?}");
}

#[test]
fn keys_that_cover_nothing_are_found_out() {
    refuted(&exact::toolbox());
}

#[test]
fn a_tool_that_does_not_say_what_it_writes_is_found_out() {
    refuted(&silent::toolbox());
}

#[test]
fn tools_that_do_not_say_what_they_read_are_found_out() {
    refuted(&unread::toolbox());
}
