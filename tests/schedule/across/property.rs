//! Several batches of one scope are as their calls one by one, in the order in which they were handed over.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use support::{nothing_is_left, threads};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tool_runtime::batch::{Batch, OnFailure};
use tool_runtime::{Policy, Report, Toolbox};

use crate::desk::paused;
use crate::serial;
use crate::store::{Ends, Step, Store, right, silent};
use crate::theorem::{all, any_step, config, retry};

/// One batch of several.
#[derive(Clone, Debug)]
struct Part {
    steps: Vec<Step>,
    /// Milliseconds after the one before it.
    after: u64,
    /// How its calls are handed over: all at once, or each so long after the one before.
    pushed: Option<Vec<u64>>,
    /// How many of its calls run at once.
    limit: usize,
}

const MOST: usize = 7;

fn any_part() -> impl Strategy<Value = Part> {
    let steps = prop::collection::vec(any_step(), 0..MOST);
    let pushed = prop::option::weighted(0.4, prop::collection::vec(0..6_u64, MOST));
    (steps, 0..12_u64, pushed, 1..=MOST).prop_map(|(steps, after, pushed, limit)| Part {
        steps,
        after,
        pushed,
        limit,
    })
}

fn any_parts() -> impl Strategy<Value = (Vec<Part>, OnFailure)> {
    use OnFailure::{Isolate, SkipDependents, StopGroup};
    let policy = prop::sample::select(vec![Isolate, SkipDependents, StopGroup]);
    (prop::collection::vec(any_part(), 2..5), policy)
}

/// What the driver holds of a batch that it has begun.
enum Begun {
    Pushed(Option<Batch>),
    Running(JoinHandle<Report>),
}

/// Hands the batches over in the order of their times; the reports, and in which order the calls were handed over.
async fn hand_over(
    parts: &[Part],
    toolbox: &Toolbox<Store>,
    store: &Arc<Store>,
    policy: &Policy,
    scope: Option<&str>,
) -> (Vec<Report>, Vec<(usize, usize)>) {
    let mut events = Vec::new();
    let mut begin = 0;
    for (number, part) in parts.iter().enumerate() {
        begin += part.after;
        let mut at = begin;
        for index in 0..part.steps.len() {
            at += part.pushed.as_ref().map_or(0, |delays| delays[index]);
            events.push((at, number, index));
        }
        if part.steps.is_empty() {
            events.push((begin, number, usize::MAX));
        }
    }
    events.sort_by_key(|(at, number, index)| (*at, *number, *index));
    let clock = tokio::time::Instant::now();
    let mut begun: Vec<Option<Begun>> = parts.iter().map(|_| None).collect();
    let mut order = Vec::new();
    for (at, number, index) in events {
        tokio::time::sleep_until(clock + Duration::from_millis(at)).await;
        let part = &parts[number];
        let desk = toolbox.bind(Arc::clone(store));
        let desk = desk
            .with(policy.clone().max_concurrency(part.limit))
            .expect("a policy");
        let desk = match scope {
            Some(scope) => desk.order_across_batches(scope),
            None => desk,
        };
        let call = |index: usize| part.steps[index].call_of(number);
        match (&part.pushed, &mut begun[number]) {
            (None, None) => {
                order.extend((0..part.steps.len()).map(|index| (number, index)));
                let mut run =
                    Box::pin(desk.run((0..part.steps.len()).map(call).collect::<Vec<_>>()));
                // Handed over here and now, and not when a task gets to it.
                let first = std::future::poll_fn(|context| {
                    std::task::Poll::Ready(Pin::new(&mut run).poll(context))
                });
                begun[number] = Some(Begun::Running(match first.await {
                    std::task::Poll::Ready(report) => tokio::spawn(async move { report }),
                    std::task::Poll::Pending => tokio::spawn(run),
                }));
            }
            (None, Some(_)) => {}
            (Some(_), slot) => {
                let Begun::Pushed(Some(batch)) =
                    slot.get_or_insert_with(|| Begun::Pushed(Some(desk.start())))
                else {
                    unreachable!("it was begun so");
                };
                if index < part.steps.len() {
                    batch.push(call(index));
                    order.push((number, index));
                }
            }
        }
    }
    let mut running = Vec::new();
    for begun in begun {
        running.push(match begun.expect("each was begun") {
            Begun::Running(run) => run,
            Begun::Pushed(batch) => tokio::spawn(batch.expect("it is there").finish()),
        });
    }
    let mut reports = Vec::new();
    for run in running {
        reports.push(run.await.expect("no panic"));
    }
    (reports, order)
}

fn check(
    parts: &[Part],
    on_failure: OnFailure,
    toolbox: &Toolbox<Store>,
    runtime: &Runtime,
    real: bool,
    scope: Option<&str>,
) -> Result<(), TestCaseError> {
    let policy = Policy::default()
        .on_failure(on_failure)
        .never_skip("clean")
        .call_timeout(Duration::from_millis(if real { 50 } else { 200 }))
        .grace(Duration::from_millis(1))
        .retry(retry());
    let store = Arc::new(Store {
        real,
        ..Store::default()
    });
    let (reports, order, left) = runtime.block_on(async {
        let (reports, order) = hand_over(parts, toolbox, &store, &policy, scope).await;
        if real {
            toolbox.idle().await;
        }
        let inner = store.lock().clone();
        let left = nothing_is_left(toolbox, &store, 1, [all()]).await;
        (reports, order, left.map(|()| inner))
    });
    let inner = left.map_err(TestCaseError::fail)?;
    let disturbances: Vec<_> = reports
        .iter()
        .enumerate()
        .map(|(number, report)| serial::disturbances_of(number, report, &inner.made, false))
        .collect();
    let steps: Vec<_> = order
        .iter()
        .map(|&(number, index)| (number, index, parts[number].steps[index].clone()))
        .collect();
    let (expected, values) = serial::run_batches(
        &steps,
        |number, index| disturbances[number][index],
        on_failure,
    );
    for ((number, index, _), expected) in steps.iter().zip(&expected) {
        let result = &reports[*number].results()[*index];
        let code = result.outcome().ending.code();
        prop_assert_eq!(
            code,
            expected.code,
            "batch {} call {}: {}",
            number,
            index,
            result.text()
        );
        if let Some(text) = &expected.text {
            prop_assert_eq!(result.text(), text, "batch {} call {}", number, index);
        }
    }
    prop_assert_eq!(inner.values, values);
    Ok(())
}

proptest! {
    #![proptest_config(config(800))]
    #[test]
    fn batches_of_a_scope_are_as_their_calls_one_by_one((parts, on_failure) in any_parts()) {
        check(&parts, on_failure, &right::toolbox(), &paused(), false, Some("s"))?;
    }
}

proptest! {
    #![proptest_config(config(30))]
    #[test]
    fn so_they_are_on_several_threads((mut parts, on_failure) in any_parts()) {
        for step in parts.iter_mut().flat_map(|part| &mut part.steps) {
            if step.how.seed % 2 == 0 {
                step.tool = match step.tool {
                    "get" => "get_thread",
                    "put" => "put_thread",
                    "merge" => "merge_thread",
                    "booked" => "booked_thread",
                    other => other,
                };
            }
        }
        check(&parts, on_failure, &right::toolbox(), &threads(2), true, Some("s"))?;
    }
}

/// What the property is worth: without a scope, or where a tool does not say what it writes, it does not hold.
#[track_caller]
fn refuted(toolbox: &Toolbox<Store>, scope: Option<&str>) {
    let mut runner = TestRunner::new(ProptestConfig {
        max_shrink_iters: 0,
        ..config(300)
    });
    let runtime = paused();
    let outcome = runner.run(&any_parts(), |(mut parts, _)| {
        for step in parts.iter_mut().flat_map(|part| &mut part.steps) {
            step.how.ends = Ends::Well;
            step.how.fails = 0;
        }
        check(&parts, OnFailure::Isolate, toolbox, &runtime, false, scope)
    });
    assert!(matches!(outcome, Err(TestError::Fail(..))), "{outcome:?}");
}

#[test]
fn without_a_scope_batches_are_in_no_order() {
    refuted(&right::toolbox(), None);
}

#[test]
fn a_tool_that_does_not_say_what_it_writes_is_found_out() {
    refuted(&silent::toolbox(), Some("s"));
}
