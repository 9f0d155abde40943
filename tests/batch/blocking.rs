//! Tools that are a plain `fn`: on threads of their own, under a limit of their own, under the same promises.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use support::{Probe, call, codes, texts, texts_without_ids, threads};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;
use tool_runtime::batch::Run;
use tool_runtime::{Bound, CallContext, Effects, Ending, Policy, TimeLimit, Toolbox, tool, tools};

/// Keeps its thread until the test lets go.
#[tool(writes("block"))]
fn block(#[state] probe: &Probe) -> &'static str {
    let _alive = probe.enter();
    probe.spin();
    "let go"
}

/// Keeps its thread until the test lets go; it only looks.
#[tool(reads("look"))]
fn look(#[state] probe: &Probe) {
    let _alive = probe.enter();
    probe.spin();
}

/// Keeps its thread until enough calls run.
#[tool(pure)]
fn meet(
    /// How many.
    calls: usize,
    #[state] probe: &Probe,
) {
    let _alive = probe.enter();
    probe.meet(calls);
}

/// Returns soon.
#[tool(pure)]
fn soon(#[state] probe: &Probe) {
    let _alive = probe.enter();
    std::thread::yield_now();
}

/// Ends when it is told that its time is over.
#[tool(writes("polite"))]
fn polite(#[state] probe: &Probe, #[context] context: &CallContext) -> &'static str {
    let _alive = probe.enter();
    while !context.cancellation().is_cancelled() {
        std::thread::yield_now();
    }
    "cleaned up"
}

/// Says how many milliseconds it has.
#[tool(pure)]
fn time_left(#[context] context: &CallContext) -> u128 {
    let deadline = context.deadline().expect("a call of a batch has one");
    (deadline - Instant::now()).as_millis()
}

/// Panics.
#[tool(writes("panic"))]
fn panic() -> u8 {
    panic!("a secret of the program")
}

/// Fails.
#[tool(reads("fail"))]
fn fail(
    /// Why.
    why: &str,
) -> Result<(), String> {
    Err(why.to_owned())
}

/// Names its thread.
#[tool(pure)]
fn thread() -> String {
    format!("{:?}", std::thread::current().id())
}

/// Names its thread, which is the runtime's.
#[tool(pure, inline)]
fn thread_inline() -> String {
    thread()
}

/// Lets the others go on.
#[tool(writes("release"))]
async fn release(#[state] probe: &Probe) {
    probe.release();
}

fn desk(policy: Policy) -> (Bound<Probe>, Toolbox<Probe>, Probe) {
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![
            block,
            look,
            meet,
            soon,
            polite,
            time_left,
            panic,
            fail,
            thread,
            thread_inline,
            release
        ])
        .policy(policy)
        .build()
        .expect("the tools have names of their own");
    let probe = Probe::default();
    (toolbox.bind(probe.clone()), toolbox, probe)
}

/// A policy with so many threads.
fn limit(threads: usize) -> Policy {
    Policy::default().max_blocking_threads(threads)
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn start(run: &mut Pin<Box<Run>>) {
    let context = &mut Context::from_waker(Waker::noop());
    assert!(run.as_mut().poll(context).is_pending());
}

#[test]
fn one_that_keeps_its_thread_takes_none_of_the_runtime() {
    for runtime in [one_thread(), threads(1)] {
        let (desk, _, _) = desk(Policy::default());
        // `release` gets its turn only if `block` is on no worker.
        let report = runtime.block_on(desk.run([call("block", ""), call("release", "")]));
        assert_eq!(texts(&report), ["let go", "Done."]);
    }
}

#[test]
fn they_run_at_once() {
    let (desk, _, _) = desk(Policy::default());
    let calls = [(); 8].map(|()| call("meet", r#"{"calls": 8}"#));
    let report = one_thread().block_on(desk.run(calls));
    assert_eq!(codes(&report), ["ok"; 8]);
}

#[test]
fn inline_stays_on_the_runtime() {
    let (desk, _, _) = desk(Policy::default());
    let report = one_thread().block_on(desk.run([call("thread", ""), call("thread_inline", "")]));
    let here = format!("{:?}", std::thread::current().id());
    let [other, same] = texts(&report)[..] else {
        panic!("two results")
    };
    assert_ne!(other, here);
    assert_eq!(same, here);
}

#[test]
fn a_failure_or_a_panic_of_one_is_its_own() {
    let (desk, _, probe) = desk(Policy::default());
    let calls = [
        call("panic", ""),
        call("fail", r#"{"why": "no reason"}"#),
        call("fail", "{}"),
        call("soon", ""),
    ];
    let report = threads(2).block_on(desk.run(calls));
    assert_eq!(
        codes(&report),
        ["panicked", "failed", "invalid_arguments", "ok"]
    );
    assert_eq!(
        texts_without_ids(&report)[..2],
        [
            "`panic` broke off with an internal error (error id `ID`). It may have taken effect; check before repeating.",
            "no reason. Nothing was changed."
        ]
    );
    assert_eq!(probe.alive(), 0);
}

#[test]
fn at_most_so_many_run_at_once_over_all_batches() {
    let (desk, _, probe) = desk(limit(3));
    let batch = || desk.run([(); 40].map(|()| call("soon", "")));
    let reports = threads(2).block_on(async { tokio::join!(batch(), batch(), batch()) });
    for report in [reports.0, reports.1, reports.2] {
        assert_eq!(codes(&report), ["ok"; 40]);
    }
    assert_eq!(probe.started(), 120);
    assert!(probe.most() <= 3, "{} at once", probe.most());
}

#[test]
fn their_number_is_64_by_default() {
    let (desk, _, probe) = desk(Policy::default().max_concurrency(100));
    let runtime = one_thread();
    runtime.block_on(async {
        let mut run = Box::pin(desk.run([(); 70].map(|()| call("look", ""))));
        start(&mut run);
        probe.until_started(64).await;
        tokio::time::sleep(ms(10)).await;
        assert_eq!(probe.started(), 64);
        probe.release();
        assert_eq!(codes(&run.await), ["ok"; 70]);
        assert_eq!(probe.most(), 64);
    });
}

/// `block` has the only thread and `soon` waits for it; neither its batch's permit nor its place may hold up `release`.
#[test]
fn a_call_that_waits_for_a_thread_holds_up_no_other() {
    for runtime in [one_thread(), threads(2)] {
        let (desk, _, _) = desk(limit(1).max_concurrency(2));
        let calls = ["block", "soon", "soon", "release"].map(|name| call(name, ""));
        let report = runtime.block_on(desk.run(calls));
        assert_eq!(codes(&report), ["ok"; 4]);
        let [block, first, second, _] = report.results() else {
            panic!("four results")
        };
        let [block, first, second] = [block, first, second].map(|result| result.span().unwrap());
        assert!(first.started >= block.finished || first.finished <= block.started);
        assert!(second.started >= first.started, "in their order");
    }
}

/// On a paused clock, which a test has to move by hand while a thread is busy.
#[tokio::test(start_paused = true)]
async fn the_clock_starts_with_the_thread() {
    let (desk, _, probe) = desk(limit(1).call_timeout(ms(200)));
    let mut run = Box::pin(desk.run([call("look", ""), call("time_left", "")]));
    start(&mut run);
    until(|| probe.started() == 1).await;
    tokio::time::advance(ms(150)).await;
    probe.release();
    let report = run.await;
    assert_eq!(codes(&report), ["ok"; 2]);
    assert_eq!(report.results()[1].text(), "200");
    assert_eq!(report.results()[1].span().unwrap().started, ms(150));
}

#[tokio::test(start_paused = true)]
async fn what_ends_in_the_grace_period_counts_and_is_late() {
    let (desk, _, probe) = desk(Policy::default().call_timeout(ms(200)));
    let mut run = Box::pin(desk.run([call("polite", "")]));
    start(&mut run);
    until(|| probe.started() == 1).await;
    tokio::time::advance(ms(200)).await;
    let report = run.await;
    assert_eq!(texts(&report), ["cleaned up"]);
    assert!(report.results()[0].outcome().late);
}

#[tokio::test(start_paused = true)]
async fn a_hung_thread_is_told_and_keeps_its_place() {
    let (desk, toolbox, probe) = desk(limit(1).call_timeout(ms(100)).batch_timeout(ms(500)));
    let mut run = Box::pin(desk.run([call("block", "")]));
    start(&mut run);
    until(|| probe.started() == 1).await;
    tokio::time::advance(ms(100)).await;
    settle().await;
    tokio::time::advance(ms(1000)).await;
    let report = run.await;
    let outcome = report.results()[0].outcome();
    assert_eq!(outcome.ending, Ending::TimedOut(TimeLimit::Work));
    assert_eq!(
        (outcome.effects, outcome.still_running),
        (Effects::Unknown, true)
    );
    assert_eq!(
        texts(&report),
        [
            "`block` did not finish within 100ms; it could not be stopped and may still be running. It may have taken effect; check before repeating."
        ]
    );

    // The next batch of the toolbox waits for the thread, and no longer than a batch may.
    let mut run = Box::pin(desk.run([call("soon", ""), call("polite", "")]));
    start(&mut run);
    settle().await;
    tokio::time::advance(ms(500)).await;
    let report = run.await;
    assert_eq!(codes(&report), ["timed_out"; 2]);
    assert_eq!(
        texts(&report)[1],
        "`polite` was not started: the 500ms for all calls of this turn were over. Nothing was changed. Call it again if it is still needed."
    );
    for result in report.results() {
        assert_eq!(result.outcome().ending, Ending::TimedOut(TimeLimit::Batch));
        assert_eq!(result.outcome().effects, Effects::None);
        assert!(!result.outcome().still_running);
        assert_eq!(result.span(), None);
    }
    assert_eq!(report.wall(), ms(500), "nobody has a grace period");

    let mut idle = Box::pin(toolbox.idle());
    let context = &mut Context::from_waker(Waker::noop());
    assert!(idle.as_mut().poll(context).is_pending());
    probe.release();
    idle.await;
    assert_eq!(
        (probe.started(), probe.alive()),
        (1, 0),
        "no other ever ran"
    );
    let report = desk.run([call("soon", "")]).await;
    assert_eq!(codes(&report), ["ok"], "the thread is free again");
}

/// Here the program itself has used up the runtime's pool.
#[test]
fn a_call_in_the_queue_of_the_pool_never_runs_once_it_is_over() {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let (desk, toolbox, probe) = desk(Policy::default().batch_timeout(ms(500)));
    runtime.block_on(async {
        let busy = tokio::task::spawn_blocking({
            let probe = probe.clone();
            move || probe.spin()
        });
        let mut run = Box::pin(desk.run([call("soon", "")]));
        start(&mut run);
        settle().await;
        tokio::time::advance(ms(500)).await;
        let report = run.await;
        assert_eq!(codes(&report), ["timed_out"]);
        assert_eq!(report.results()[0].outcome().effects, Effects::None);
        toolbox.idle().await;
        probe.release();
        busy.await.unwrap();
        let report = desk.run([call("soon", "")]).await;
        assert_eq!(codes(&report), ["ok"]);
        assert_eq!(probe.started(), 1);
    });
}

#[test]
fn a_dropped_batch_drops_what_waits_and_tells_what_runs() {
    let (desk, toolbox, probe) = desk(limit(2));
    one_thread().block_on(async {
        let state = Arc::new(probe.clone());
        let bound = toolbox.bind(Arc::clone(&state));
        let calls = ["polite", "look", "look", "polite"].map(|name| call(name, ""));
        let mut run = Box::pin(bound.run(calls));
        start(&mut run);
        probe.until_started(2).await;
        drop((run, bound));
        // The state is held by the two that run, and by no other.
        assert!(Arc::strong_count(&state) <= 3);
        probe.release();
        toolbox.idle().await;
        assert_eq!((probe.started(), probe.alive()), (2, 0));
        assert_eq!(Arc::strong_count(&state), 1);
        let report = desk.run([call("soon", "")]).await;
        assert_eq!(codes(&report), ["ok"], "the threads are free again");
    });
}

#[test]
fn the_state_is_released_before_the_report_is_there() {
    let (_, toolbox, probe) = desk(Policy::default());
    let runtime = threads(2);
    let state = Arc::new(probe);
    for _ in 0..500 {
        let bound = toolbox.bind(Arc::clone(&state));
        let run = bound.run(["soon", "soon"].map(|name| call(name, "")));
        drop(bound);
        runtime.block_on(run);
        assert_eq!(Arc::strong_count(&state), 1);
    }
}

#[test]
fn every_call_is_answered_when_the_runtime_goes() {
    let runtime = threads(2);
    let (desk, toolbox, probe) = desk(limit(1));
    let mut run = Box::pin(desk.run(["block", "look", "block"].map(|name| call(name, ""))));
    runtime.block_on(async {
        start(&mut run);
        probe.until_started(1).await;
        tokio::time::sleep(ms(2)).await;
    });
    runtime.shutdown_background();
    let other = one_thread();
    let report = other.block_on(run);
    assert_eq!(codes(&report), ["cancelled"; 3]);
    let running: Vec<bool> = report
        .results()
        .iter()
        .map(|result| result.outcome().still_running)
        .collect();
    assert_eq!(running, [true, false, false]);
    assert_eq!(report.results()[2].outcome().effects, Effects::None);
    probe.release();
    other.block_on(async {
        toolbox.idle().await;
        assert_eq!((probe.started(), probe.alive()), (1, 0));
        let report = desk.run([call("soon", "")]).await;
        assert_eq!(codes(&report), ["ok"], "the thread is free again");
    });
}

/// Many batches, on two runtimes, under policies of their own, for few threads: if a batch that waits were not told of a
/// free one, its time would run out.
#[test]
fn no_batch_is_forgotten_in_the_line() {
    let (desk, _, probe) = desk(limit(2));
    let narrow = desk.clone().with(limit(1)).unwrap();
    let most = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for (runtime, desks) in [
            (threads(2), [&desk, &narrow]),
            (one_thread(), [&narrow, &desk]),
        ] {
            let most = &most;
            scope.spawn(move || {
                for round in 0..150 {
                    let batch = |desk: &Bound<Probe>, calls| {
                        desk.run((0..calls).map(|_| call("soon", "")).collect::<Vec<_>>())
                    };
                    let (one, other) = runtime.block_on(async {
                        tokio::join!(
                            batch(desks[0], 1 + round % 5),
                            batch(desks[1], 1 + round % 3)
                        )
                    });
                    for report in [one, other] {
                        assert!(codes(&report).iter().all(|code| *code == "ok"));
                        most.fetch_add(report.results().len(), Ordering::SeqCst);
                    }
                }
            });
        }
    });
    assert_eq!(probe.started(), most.into_inner());
    assert!(probe.most() <= 2, "{} at once", probe.most());
}

/// Two threads come free while only the first batch in line has been told; it takes one and leaves the other.
#[test]
fn a_batch_that_has_all_it_wants_passes_the_next_thread_on() {
    let (desk, _, probe) = desk(limit(2).batch_timeout(ms(5000)));
    one_thread().block_on(async {
        let mut both = Box::pin(desk.run(["look", "look"].map(|name| call(name, ""))));
        start(&mut both);
        probe.until_started(2).await;
        // Each ends only once both have begun.
        let meet = || Box::pin(desk.run([call("meet", r#"{"calls": 4}"#)]));
        let (mut first, mut second) = (meet(), meet());
        start(&mut first);
        start(&mut second);
        settle().await;
        probe.release();
        // No task runs meanwhile.
        std::thread::sleep(ms(20));
        for run in [both, first, second] {
            assert!(codes(&run.await).iter().all(|code| *code == "ok"));
        }
    });
}

/// Lets tasks and threads run until `done`, without moving the clock.
async fn until(mut done: impl FnMut() -> bool) {
    while !done() {
        std::thread::yield_now();
        tokio::task::yield_now().await;
    }
    settle().await;
}

/// Lets every task that can run come to a stop.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}
