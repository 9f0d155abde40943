//! Calls that keep a worker busy: blocking, or computing without an await. What a report says of them, and with the feature `tracing`
//! the log, which is told while they do.

use std::thread;
use std::time::{Duration, Instant};

use support::{Probe, call, codes, threads};
use tool_runtime::{
    Bound, Policy, Report, ToolCall, ToolError, ToolResult, Toolbox, layer, tool, tools,
};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Blocks in its first poll, and then as long again in another.
#[tool(pure)]
async fn block(
    /// How long, in milliseconds.
    ms: u64,
    /// How long in another poll.
    again: Option<u64>,
) {
    thread::sleep(Duration::from_millis(ms));
    if let Some(again) = again {
        tokio::task::yield_now().await;
        thread::sleep(Duration::from_millis(again));
    }
}

/// Blocks when it has its turn.
#[tool(writes("turn"))]
async fn block_in_turn(
    /// How long, in milliseconds.
    ms: u64,
) {
    thread::sleep(Duration::from_millis(ms));
}

/// Blocks, as an `inline` tool.
#[tool(pure, inline)]
fn block_inline(
    /// How long, in milliseconds.
    ms: u64,
) {
    thread::sleep(Duration::from_millis(ms));
}

/// Blocks a thread of its own.
#[tool(pure)]
fn block_on_a_thread(
    /// How long, in milliseconds.
    ms: u64,
) {
    thread::sleep(Duration::from_millis(ms));
}

/// Blocks, and is retried.
#[tool(pure, retry(attempts = 3))]
async fn block_and_fail(
    /// How long, in milliseconds.
    ms: u64,
) -> Result<(), ToolError> {
    thread::sleep(Duration::from_millis(ms));
    Err(ToolError::new("It is shut.").retryable())
}

/// Computes for a moment.
#[tool(pure)]
async fn compute() {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(2) {
        std::hint::spin_loop();
    }
}

/// Keeps its worker until the test lets go.
#[tool(writes("spin"))]
async fn spin(#[state] probe: &Probe) {
    let _alive = probe.enter();
    probe.spin();
}

fn desk(slow: Duration) -> (Bound<Probe>, Toolbox<Probe>, Probe) {
    let tools = tools![
        block,
        block_in_turn,
        block_inline,
        block_on_a_thread,
        block_and_fail,
        compute,
        spin
    ];
    let toolbox = Toolbox::<Probe>::builder().tools(tools).build().unwrap();
    let probe = Probe::default();
    let policy = Policy::default().slow_poll(slow);
    let desk = toolbox.bind(probe.clone()).with(policy).unwrap();
    (desk, toolbox, probe)
}

fn one_thread() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

fn longest(report: &Report) -> Option<Duration> {
    report.results()[0].longest_poll()
}

#[test]
fn a_poll_that_took_long_is_in_the_report() {
    for runtime in [one_thread(), threads(2)] {
        for (name, arguments, least) in [
            ("block", r#"{"ms": 20}"#, 20),
            ("block", r#"{"ms": 0, "again": 20}"#, 20),
            ("block", r#"{"ms": 20, "again": 40}"#, 40),
            ("block", r#"{"ms": 40, "again": 20}"#, 40),
            ("block_in_turn", r#"{"ms": 20}"#, 20),
            ("block_inline", r#"{"ms": 20}"#, 20),
            ("block_and_fail", r#"{"ms": 20}"#, 20),
        ] {
            let (desk, _, _) = desk(ms(10));
            let report = runtime.block_on(desk.run([call(name, arguments)]));
            let longest = longest(&report);
            assert!(
                longest >= Some(ms(least)),
                "{name} {arguments}: {longest:?}"
            );
        }
    }
}

#[test]
fn what_computes_shortly_or_has_a_thread_of_its_own_is_not() {
    for runtime in [one_thread(), threads(2)] {
        let (day, _, _) = desk(Duration::from_secs(60));
        let report = runtime.block_on(day.run([call("compute", "")]));
        assert_eq!(longest(&report), None);
        let (short, _, _) = desk(ms(10));
        let report = runtime.block_on(short.run([call("block_on_a_thread", r#"{"ms": 30}"#)]));
        assert_eq!(longest(&report), None);
    }
}

#[test]
fn a_poll_in_which_a_call_gets_its_result_is_in_the_report_as_far_as_it_went() {
    let runtime = threads(2);
    let (desk, toolbox, probe) = desk(ms(10));
    let policy = Policy::default()
        .call_timeout(ms(60))
        .grace(Duration::ZERO)
        .slow_poll(ms(10));
    let desk = desk.with(policy).unwrap();
    let report = runtime.block_on(desk.run([call("spin", "")]));
    assert_eq!(codes(&report), ["timed_out"]);
    assert!(report.results()[0].outcome().still_running);
    assert!(longest(&report) >= Some(ms(50)), "{:?}", longest(&report));
    probe.release();
    runtime.block_on(toolbox.idle());
}

#[test]
fn who_is_slow_with_a_result_is_not_taken_for_a_call() {
    #[cfg(feature = "tracing")]
    crate::recorder::record();
    let slow = layer::finished(|_: &ToolResult, _: &()| thread::sleep(ms(300)));
    let toolbox = Toolbox::builder().tools(tools![compute]).layer(slow);
    let toolbox = toolbox.build().unwrap();
    let policy = Policy::default().slow_poll(ms(250));
    let desk = toolbox.bind(()).with(policy).unwrap();
    let calls = || ["observed"; 2].map(|id| ToolCall::new(id, "compute", ""));
    for runtime in [one_thread(), threads(2)] {
        let report = runtime.block_on(desk.run(calls()));
        let mut results = report.results().iter();
        assert!(results.all(|result| result.longest_poll().is_none()));
    }
    #[cfg(feature = "tracing")]
    assert!(crate::recorder::of_call("observed").is_empty());
}

#[test]
fn who_sees_a_result_sees_it_there() {
    let seen = layer::finished(|result: &ToolResult, probe: &Probe| {
        if result.longest_poll() >= Some(ms(20)) {
            drop(probe.enter());
        }
    });
    let toolbox = Toolbox::<Probe>::builder().tools(tools![block]).layer(seen);
    let toolbox = toolbox.build().unwrap();
    let probe = Probe::default();
    let policy = Policy::default().slow_poll(ms(10));
    let desk = toolbox.bind(probe.clone()).with(policy).unwrap();
    for runtime in [one_thread(), threads(2)] {
        runtime.block_on(desk.run([call("block", r#"{"ms": 20}"#)]));
    }
    assert_eq!(probe.started(), 2);
}

#[test]
fn it_is_stored_and_explained() {
    let (desk, _, _) = desk(ms(10));
    let report = one_thread().block_on(desk.run([call("block", r#"{"ms": 20}"#)]));
    let stored = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&stored).unwrap();
    assert_eq!(longest(&read), longest(&report));
    let explanation = read.explain().to_string();
    assert!(
        explanation.contains("   kept a worker busy for "),
        "{explanation}"
    );
}

#[cfg(feature = "tracing")]
mod told {
    use std::pin::Pin;
    use std::task::{Context, Waker};

    use tool_runtime::CallContext;
    use tool_runtime::batch::Run;

    use super::*;
    use crate::recorder::{Recorded, of_call, record};

    const GOES_ON: &str = "a call keeps its worker busy: it blocks or computes without awaiting";
    const WENT_ON: &str = "a call kept its worker busy: it blocked or computed without awaiting";

    /// Keeps the worker until the log was told of this call: so it is told while the call does.
    fn until_told(context: &CallContext) {
        let begun = Instant::now();
        while of_call(context.call().id()).is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it is not told");
            thread::sleep(ms(1));
        }
    }

    /// In its first poll.
    #[tool(pure)]
    async fn at_once(#[context] context: &CallContext) {
        until_told(context);
    }

    /// After it has waited.
    #[tool(pure)]
    async fn after_a_wait(
        /// How long, in milliseconds.
        ms: u64,
        #[context] context: &CallContext,
    ) {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        until_told(context);
    }

    /// When it has its turn.
    #[tool(writes("turn"))]
    async fn in_turn(#[context] context: &CallContext) {
        until_told(context);
    }

    /// As an `inline` tool.
    #[tool(pure, inline)]
    fn inline(#[context] context: &CallContext) {
        until_told(context);
    }

    fn watched() -> Bound<()> {
        record();
        let tools = tools![at_once, after_a_wait, in_turn, inline];
        let toolbox = Toolbox::new(tools).unwrap();
        let policy = Policy::default().slow_poll(ms(50));
        toolbox.bind(()).with(policy).unwrap()
    }

    fn recorded(slow: Duration) -> (Bound<Probe>, Toolbox<Probe>, Probe) {
        record();
        desk(slow)
    }

    fn busy_ms(event: &Recorded) -> u64 {
        event.fields["busy_ms"].parse().unwrap()
    }

    /// The one event of a call, but for its attempts.
    #[track_caller]
    fn event(id: &str) -> Recorded {
        let mut events = of_call(id);
        events.retain(|event| !event.fields.contains_key("attempt"));
        assert_eq!(events.len(), 1, "{id}: {events:?}");
        let event = events.remove(0);
        assert!(busy_ms(&event) >= 10, "{event:?}");
        event
    }

    #[track_caller]
    fn is_told(id: &str, tool: &str, message: &str) {
        let event = event(id);
        let busy = busy_ms(&event);
        let line = format!("WARN busy_ms={busy} message={message} tool={tool}");
        assert_eq!(event.line(), line);
    }

    #[test]
    fn the_log_is_told_while_it_goes_on() {
        for workers in [2, 4] {
            let runtime = threads(workers);
            for (tool, arguments) in [
                ("at_once", ""),
                ("after_a_wait", r#"{"ms": 1}"#),
                // So long that nobody looks any more.
                ("after_a_wait", r#"{"ms": 200}"#),
                ("in_turn", ""),
                ("inline", ""),
            ] {
                let id = format!("busy {workers} {tool} {arguments}");
                let report =
                    runtime.block_on(watched().run([ToolCall::new(&*id, tool, arguments)]));
                assert_eq!(codes(&report), ["ok"]);
                assert!(longest(&report) >= Some(ms(10)));
                is_told(&id, tool, GOES_ON);
            }
        }
    }

    #[test]
    fn it_is_told_of_several_at_once_and_of_those_that_come_later() {
        let runtime = threads(4);
        let names = ["at_once", "inline", "after_a_wait"];
        let id = |round: usize, name: &str| format!("several {round} {name}");
        let report = runtime.block_on(async {
            let batch = watched().start();
            for round in 0..3 {
                for name in names {
                    batch.push(ToolCall::new(id(round, name), name, r#"{"ms": 1}"#));
                }
                // So long that nobody looks any more.
                tokio::time::sleep(ms(200)).await;
            }
            batch.finish().await
        });
        assert!(
            codes(&report)
                .iter()
                .all(|code| ["ok", "invalid_arguments"].contains(code))
        );
        for round in 0..3 {
            is_told(&id(round, "after_a_wait"), "after_a_wait", GOES_ON);
        }
    }

    #[test]
    fn on_one_thread_it_is_told_afterwards() {
        let (desk, _, _) = recorded(ms(10));
        for (id, tool, arguments) in [
            ("alone 1", "block", r#"{"ms": 20}"#),
            ("alone 2", "block", r#"{"ms": 0, "again": 20}"#),
            ("alone 3", "block_in_turn", r#"{"ms": 20}"#),
            ("alone 4", "block_inline", r#"{"ms": 20}"#),
        ] {
            one_thread().block_on(desk.run([ToolCall::new(id, tool, arguments)]));
            is_told(id, tool, WENT_ON);
        }
    }

    #[test]
    fn it_is_told_once_of_each_call() {
        for (number, runtime) in [one_thread(), threads(2)].into_iter().enumerate() {
            let (desk, _, _) = recorded(ms(10));
            let ids = ["first", "second"].map(|id| format!("once {number} {id}"));
            let calls = ids
                .each_ref()
                .map(|id| ToolCall::new(&**id, "block", r#"{"ms": 20, "again": 40}"#));
            runtime.block_on(desk.run(calls));
            let retried = format!("once {number} retried");
            let call = ToolCall::new(&*retried, "block_and_fail", r#"{"ms": 20}"#);
            let report = runtime.block_on(desk.run([call]));
            assert_eq!(report.results()[0].failed_attempts().len(), 2);
            for id in ids.iter().chain([&retried]) {
                event(id);
            }
        }
    }

    #[test]
    fn nothing_is_told_of_what_computes_shortly_or_has_a_thread_of_its_own() {
        for (number, runtime) in [one_thread(), threads(2)].into_iter().enumerate() {
            let ids = ["computes", "thread"].map(|id| format!("no event {number} {id}"));
            let (desk, _, _) = recorded(Duration::from_secs(60));
            runtime.block_on(desk.run([ToolCall::new(&*ids[0], "compute", "")]));
            let (desk, _, _) = recorded(ms(10));
            let call = ToolCall::new(&*ids[1], "block_on_a_thread", r#"{"ms": 50}"#);
            runtime.block_on(desk.run([call]));
            assert!(ids.iter().all(|id| of_call(id).is_empty()));
        }
    }

    #[test]
    fn a_dropped_batch_is_told_of_when_the_poll_returns_at_the_latest() {
        let (desk, toolbox, probe) = recorded(ms(10));
        threads(2).block_on(async {
            let mut run: Pin<Box<Run>> = Box::pin(desk.run([ToolCall::new("left", "spin", "")]));
            let context = &mut Context::from_waker(Waker::noop());
            assert!(run.as_mut().poll(context).is_pending());
            while probe.started() == 0 {
                tokio::task::yield_now().await;
            }
            drop(run);
            tokio::time::sleep(ms(20)).await;
            probe.release();
            toolbox.idle().await;
        });
        let busy = |event: &Recorded| [GOES_ON, WENT_ON].contains(&&*event.fields["message"]);
        let events = of_call("left");
        assert_eq!(events.iter().filter(|event| busy(event)).count(), 1);
    }
}
