//! What changes round a batch while it runs: the view it was begun with, who looks at it, the runtime that waits for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use support::{call, codes, threads};
use tokio::task::yield_now;
use tool_runtime::{Policy, ToolCall, ToolResult, layer};

use crate::tools;
use crate::world::{App, on, on_both_runtimes, on_with, paused, policy};

fn fine() -> ToolCall {
    call("fine", r#"{"ms": 2}"#)
}

/// A batch keeps the tools it was begun with, also for calls that come later; a new one has those of the new view.
#[test]
fn a_view_that_is_changed_is_so_for_the_next_batch() {
    on_both_runtimes(policy(), async |world, desk| {
        drop(desk);
        let shown = Mutex::new(world.toolbox.clone());
        let now = || shown.lock().unwrap().bind(Arc::clone(&world.state));
        let batch = now().start();
        batch.push(fine());
        let without = world.toolbox.view(|tool| tool.name() != "fine");
        *shown.lock().unwrap() = without;
        batch.push(fine());
        let other = now().run([fine(), call("echo", r#"{"text": "a"}"#)]).await;
        assert_eq!(codes(&other), ["unknown_tool", "ok"]);
        batch.push(fine());
        assert_eq!(codes(&batch.finish().await), ["ok"; 3]);
    });
}

/// Who sees results may take as long as it likes: calls go on meanwhile, while the runtime has a thread for them.
#[test]
fn an_observer_that_is_slow_holds_up_no_call() {
    let ran = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&ran);
    let slow = layer::finished(move |result: &ToolResult, app: &App| {
        // Until the other call has come to its end.
        while result.name() == "echo" && app.ends() == 0 {
            std::thread::yield_now();
        }
        seen.store(true, Ordering::SeqCst);
    });
    let toolbox = tools::toolbox().policy(policy()).layer(slow).build();
    on_with(&threads(2), toolbox.unwrap(), async |_, desk| {
        let calls = [
            call("echo", r#"{"text": "a"}"#),
            call("wait", r#"{"us": 2000}"#),
        ];
        assert_eq!(codes(&desk.run(calls).await), ["ok"; 2]);
    });
    assert!(ran.load(Ordering::SeqCst));
}

/// Begun on one runtime and waited for on another: its calls run where it was begun, and it is the other that is woken.
#[test]
fn a_batch_may_be_waited_for_on_another_runtime() {
    for (first, second) in [(threads(2), paused()), (threads(2), threads(2))] {
        on(&first, Policy::default(), async |_, desk| {
            let mut run = Box::pin(desk.run([fine(), call("fine_on_a_thread", ""), fine()]));
            let context = &mut Context::from_waker(Waker::noop());
            assert!(run.as_mut().poll(context).is_pending());
            drop(desk);
            let report = std::thread::scope(|scope| {
                let waits = scope.spawn(|| second.block_on(run));
                waits.join().unwrap()
            });
            assert_eq!(codes(&report), ["ok"; 3]);
            assert_eq!(second.metrics().num_alive_tasks(), 0);
        });
    }
}

/// The same for calls that are pushed from there.
#[test]
fn calls_may_be_pushed_from_another_runtime() {
    let second = paused();
    on(&threads(2), Policy::default(), async |_, desk| {
        let batch = desk.start();
        batch.push(fine());
        drop(desk);
        let report = std::thread::scope(|scope| {
            let waits = scope.spawn(|| {
                second.block_on(async {
                    batch.push(fine());
                    yield_now().await;
                    batch.push(call("fine_on_a_thread", ""));
                    batch.finish().await
                })
            });
            waits.join().unwrap()
        });
        assert_eq!(codes(&report), ["ok"; 3]);
        assert_eq!(second.metrics().num_alive_tasks(), 0);
    });
}

/// Many batches at once, each with its own results.
#[test]
fn a_thousand_batches_have_their_own_results() {
    on_both_runtimes(policy(), async |_, desk| {
        let batch = |number: usize| {
            let text = format!(r#"{{"text": "{number}"}}"#);
            let calls = [call("echo", &text), fine(), call("fine_on_a_thread", "")];
            tokio::spawn(desk.run(calls))
        };
        let batches: Vec<_> = (0..1000).map(batch).collect();
        drop(desk);
        for (number, batch) in batches.into_iter().enumerate() {
            let report = batch.await.unwrap();
            assert_eq!(codes(&report), ["ok"; 3]);
            assert_eq!(report.results()[0].text(), number.to_string());
        }
    });
}
