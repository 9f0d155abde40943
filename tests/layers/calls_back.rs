//! Layers that do more than look: they call the toolbox, keep what comes after them, or hand it to another task.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use support::{call, codes, is_idle, texts, threads};
use tokio::time::{sleep, timeout};
use tool_runtime::layer::{self, Next, Request};
use tool_runtime::{ToolResult, Toolbox, tool, tools};

/// How often a tool was called.
type Count = Arc<AtomicUsize>;

/// Answers.
#[tool(writes("a"), idempotent)]
async fn well(#[state] count: &AtomicUsize) -> usize {
    count.fetch_add(1, Ordering::SeqCst) + 1
}

/// Answers on a thread.
#[tool(writes("a"), idempotent)]
fn well_on_thread(#[state] count: &AtomicUsize) -> usize {
    count.fetch_add(1, Ordering::SeqCst) + 1
}

/// Hangs.
#[tool(writes("b"))]
async fn hang() {
    std::future::pending().await
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn toolbox(layer: impl layer::Layer<AtomicUsize>) -> Toolbox<AtomicUsize> {
    Toolbox::builder()
        .tools(tools![well, well_on_thread, hang])
        .layer(layer)
        .build()
        .unwrap()
}

#[test]
fn a_result_may_begin_another_batch() {
    let again: Arc<OnceLock<Toolbox<AtomicUsize>>> = Arc::default();
    let (count, seen) = (Count::default(), Count::default());
    let (results, follow_up) = mpsc::channel();
    let toolbox = {
        let (again, count, seen) = (again.clone(), count.clone(), seen.clone());
        toolbox(layer::finished(move |_: &ToolResult, _: &AtomicUsize| {
            let toolbox = again.get().unwrap();
            assert!(!is_idle(toolbox));
            if seen.fetch_add(1, Ordering::SeqCst) == 0 {
                let run = toolbox.bind(Arc::clone(&count)).run([call("well", "")]);
                let _ = results.send(tokio::spawn(run));
            }
        }))
    };
    assert!(again.set(toolbox.clone()).is_ok());
    threads(2).block_on(async {
        let desk = toolbox.bind(Arc::clone(&count));
        let report = desk.run([call("well", "")]).await;
        assert_eq!(texts(&report), ["1"]);
        let other = follow_up.recv().unwrap().await.unwrap();
        assert_eq!(texts(&other), ["2"]);
        toolbox.idle().await;
    });
    assert_eq!(seen.load(Ordering::SeqCst), 2);
}

#[test]
fn a_batch_may_be_dropped_while_a_result_is_seen() {
    let (entered, wait_entered) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let (released, log) = (Mutex::new(released), Arc::new(Mutex::new(Vec::new())));
    let toolbox = {
        let log = Arc::clone(&log);
        toolbox(layer::finished(
            move |result: &ToolResult, _: &AtomicUsize| {
                if result.name() == "well" {
                    entered.send(()).unwrap();
                    released.lock().unwrap().recv().unwrap();
                }
                let ending = result.outcome().ending;
                log.lock()
                    .unwrap()
                    .push(format!("{} {ending}", result.name()));
            },
        ))
    };
    let count = Count::default();
    threads(2).block_on(async {
        let desk = toolbox.bind(Arc::clone(&count));
        let run = desk.run([call("hang", ""), call("well", "")]);
        assert!(timeout(ms(50), run).await.is_err());
        // The drop did not wait for it, and neither the batch nor the state is gone.
        wait_entered.recv().unwrap();
        assert_eq!(*log.lock().unwrap(), ["hang cancelled (batch)"]);
        assert!(!is_idle(&toolbox));
        release.send(()).unwrap();
        toolbox.idle().await;
        drop(desk);
    });
    assert_eq!(*log.lock().unwrap(), ["hang cancelled (batch)", "well ok"]);
    assert_eq!(Arc::strong_count(&count), 1);
}

#[tokio::test]
async fn what_comes_after_may_run_on_another_task() {
    let toolbox = toolbox(layer::around(
        |_: Request<AtomicUsize>, next: Next| async move { tokio::spawn(next.run()).await.unwrap() },
    ));
    let desk = toolbox.bind(Count::default());
    let report = desk
        .run([
            call("well", ""),
            call("well_on_thread", ""),
            call("well", ""),
        ])
        .await;
    assert_eq!(texts(&report), ["1", "2", "3"]);
}

/// It holds the state, and nothing else: the call is over, its keys are free.
#[tokio::test]
async fn what_comes_after_may_be_kept_and_never_run() {
    let kept: Arc<Mutex<Vec<Next>>> = Arc::default();
    let keeps = Arc::clone(&kept);
    let toolbox = toolbox(layer::around(move |_: Request<AtomicUsize>, next: Next| {
        keeps.lock().unwrap().push(next);
        async { Err(tool_runtime::ToolError::denied("Not now.")) }
    }));
    let count = Count::default();
    let desk = toolbox.bind(Arc::clone(&count));
    for name in ["well", "well_on_thread"] {
        assert_eq!(codes(&desk.run([call(name, "")]).await), ["denied"]);
    }
    toolbox.idle().await;
    drop(desk);
    assert!(Arc::strong_count(&count) > 1);
    kept.lock().unwrap().clear();
    assert_eq!(Arc::strong_count(&count), 1);
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[test]
fn a_scope_is_one_for_all_runtimes() {
    let toolbox = toolbox(layer::around(
        |_: Request<AtomicUsize>, next: Next| async move {
            sleep(ms(2)).await;
            next.run().await
        },
    ));
    let count = Count::default();
    let desk = toolbox.bind(Arc::clone(&count)).order_across_batches("s");
    let side = |name: &'static str| {
        let desk = desk.clone();
        std::thread::spawn(move || {
            threads(1).block_on(async {
                for _ in 0..50 {
                    let run = desk.run([call(name, ""), call("well", "")]);
                    let report = timeout(Duration::from_secs(20), run).await.unwrap();
                    assert_eq!(codes(&report), ["ok", "ok"]);
                    let dropped = timeout(ms(1), desk.run([call("hang", ""), call("well", "")]));
                    assert!(dropped.await.is_err());
                }
            })
        })
    };
    let sides = [side("well"), side("well_on_thread")];
    sides.into_iter().for_each(|side| side.join().unwrap());
    assert!(is_idle(&toolbox));
}
