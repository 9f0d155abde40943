//! A batch that is dropped at every one of its await points.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use support::{call, codes};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{advance, sleep};
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::{Bound, Policy, ToolCall, ToolResult, Toolbox, layer};

use crate::tools;
use crate::world::{App, on_with, policy};

/// After so many steps a millisecond goes by.
const STEPS_A_MILLISECOND: usize = 24;

/// How often the result of each call was seen, by its id.
type Seen = Arc<Mutex<HashMap<String, usize>>>;

/// A runtime that looks at the test after each poll of a task.
fn step_by_step() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).event_interval(1);
    runtime.build().expect("a runtime")
}

/// One task is polled, and now and then time goes by.
async fn step(step: usize) {
    if step % STEPS_A_MILLISECOND == STEPS_A_MILLISECOND - 1 {
        advance(Duration::from_millis(1)).await;
    } else {
        yield_once().await;
    }
}

/// Comes back at once: `yield_now` would come back when nothing is left to do.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Calls of every kind: that wait, fail and are tried again, need approval, run on a thread, panic, hang, mean the same, conflict, and
/// cannot be made.
fn calls() -> Vec<ToolCall> {
    let calls = [
        ("fine", r#"{"ms": 2}"#),
        ("wait", r#"{"us": 1000}"#),
        ("retried", r#"{"fails": 1}"#),
        ("approved", ""),
        ("echo", r#"{"text": "same"}"#),
        ("think", r#"{"about": 1}"#),
        ("think", r#"{"about":1}"#),
        ("go_on_a_thread", r#"{"does": "Answer"}"#),
        ("fine_on_a_thread", ""),
        ("go", r#"{"does": "Panic"}"#),
        ("sweep", ""),
        ("nobody", ""),
        ("echo", "[]"),
        ("fine", r#"{"ms": 5}"#),
        ("race", r#"{"lane": 1, "us": 2000}"#),
        ("race", r#"{"lane": 2, "us": 2000}"#),
        ("race", r#"{"lane": 3, "us": 2000}"#),
        ("hang", ""),
    ];
    let calls = calls.iter().enumerate();
    calls
        .map(|(index, (name, arguments))| ToolCall::new(index.to_string(), *name, *arguments))
        .collect()
}

/// Pushes the calls one by one, as with a response that is streamed, and waits for their results.
async fn script(desk: Bound<App>) -> Vec<&'static str> {
    let batch = desk.start();
    for call in calls() {
        batch.push(call);
        yield_once().await;
    }
    codes(&batch.finish().await)
}

fn toolbox(seen: &Seen) -> Toolbox<App> {
    let seen = Arc::clone(seen);
    let finished = layer::finished(move |result: &ToolResult, _: &App| {
        let mut seen = seen.lock().unwrap();
        *seen.entry(result.id().to_owned()).or_default() += 1;
    });
    let policy: Policy = policy()
        .coalesce(true)
        .tool_concurrency("race", 1)
        .tool_timeout("hang", Duration::from_millis(4));
    let toolbox = tools::toolbox().policy(policy).layer(finished);
    toolbox.build().expect("a toolbox")
}

/// Drops the script after so many steps; whether it had ended before.
#[track_caller]
fn drop_after(steps: usize, scope: Option<&str>) -> bool {
    let (mut ended, seen) = (false, Seen::default());
    on_with(&step_by_step(), toolbox(&seen), async |world, desk| {
        let approver = approval::by(|request: ApprovalRequest| async move {
            sleep(Duration::from_millis(2)).await;
            Ok(request.approve())
        });
        let in_order = |desk: Bound<App>| match scope {
            Some(scope) => desk.order_across_batches(scope),
            None => desk,
        };
        let desk = in_order(desk.approved_by(approver));
        // Another batch of the same toolbox, which is none of what is dropped.
        let beside = [
            call("fine", r#"{"ms": 7}"#),
            call("race", r#"{"lane": 4, "us": 9000}"#),
            call("wait", r#"{"us": 3000}"#),
        ];
        let beside = in_order(world.toolbox.bind(App::default())).run(beside);
        let beside = tokio::spawn(beside);
        yield_once().await;
        let pushed = {
            let mut script = pin!(script(desk));
            let context = &mut Context::from_waker(Waker::noop());
            for number in 0..steps {
                if let Poll::Ready(codes) = script.as_mut().poll(context) {
                    assert_eq!(codes.len(), calls().len());
                    ended = true;
                    break;
                }
                step(number).await;
            }
            steps.min(calls().len())
        };
        // No poll is in progress, so all futures are gone with the batch; a thread may be at work.
        let alive = world.state.probe.alive();
        assert!(alive <= 1, "step {steps}: {alive} are left");
        assert_eq!(codes(&beside.await.unwrap()), ["ok"; 3], "step {steps}");
        world.toolbox.idle().await;
        let started = world.state.probe.started();
        advance(Duration::from_secs(600)).await;
        assert_eq!(world.state.probe.started(), started, "step {steps}");
        assert_eq!(world.state.probe.alive(), 0, "step {steps}");
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        for call in &calls()[..pushed] {
            let times = seen.get(call.id()).copied();
            assert_eq!(times, Some(1), "step {steps}, call {call:?}");
        }
    });
    ended
}

#[track_caller]
fn check(scope: Option<&str>) {
    let ended = (0..5000).position(|steps| drop_after(steps, scope));
    // It goes through all its await points, and there are many.
    let ended = ended.expect("it comes to its end");
    assert!(ended > 300, "{ended} steps");
}

#[test]
fn at_every_await_point() {
    check(None);
}

#[test]
fn at_every_await_point_in_the_order_of_a_scope() {
    check(Some("tenant-7"));
}
