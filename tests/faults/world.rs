//! What every case is run in, and what it asserts at its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::{Probe, call, nothing_is_left, threads};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::sync::CancellationToken;
use tool_runtime::batch::Retry;
use tool_runtime::{Bound, Effects, Policy, Provide, Report, ToolCall, Toolbox};

use crate::foreign::Unlent;
use crate::tools;

/// The state of the tools.
#[derive(Debug, Default)]
pub(crate) struct App {
    pub(crate) probe: Probe,
    /// What cancels the batch that a test cancels from inside.
    pub(crate) token: CancellationToken,
    ends: AtomicUsize,
}

impl App {
    /// Counts that a tool has come to its end.
    pub(crate) fn count_end(&self) {
        self.ends.fetch_add(1, Ordering::SeqCst);
    }

    /// How many tools have come to their end.
    pub(crate) fn ends(&self) -> usize {
        self.ends.load(Ordering::SeqCst)
    }
}

impl Provide<Probe> for App {
    fn provide(&self) -> &Probe {
        &self.probe
    }
}

impl Provide<Unlent> for App {
    fn provide(&self) -> &Unlent {
        panic!("a secret of the state")
    }
}

/// A toolbox, its state, and a desk to run calls at.
pub(crate) struct World {
    pub(crate) toolbox: Toolbox<App>,
    pub(crate) state: Arc<App>,
    tasks: usize,
}

/// One call at a time of the tools that go wrong, and one thread for all that need one: a permit that is left is found.
pub(crate) fn policy() -> Policy {
    Policy::default()
        .group_concurrency("faults", tools::LIMITED, 1)
        .max_blocking_threads(1)
        .grace(Duration::from_millis(5))
        .retry(
            Retry::default()
                .jitter(false)
                .first_delay(Duration::from_millis(10)),
        )
}

/// Runs `work` on a runtime with one thread and a paused clock, and on one with two and a real one.
#[track_caller]
pub(crate) fn on_both_runtimes(policy: Policy, work: impl AsyncFn(&World, Bound<App>)) {
    for runtime in [paused(), threads(2)] {
        on(&runtime, policy.clone(), &work);
    }
}

/// Runs `work` on this runtime; then nothing may be left.
#[track_caller]
pub(crate) fn on(runtime: &Runtime, policy: Policy, work: impl AsyncFnOnce(&World, Bound<App>)) {
    let toolbox = tools::toolbox().policy(policy).build();
    on_with(runtime, toolbox.expect("a toolbox"), work);
}

/// The same with this toolbox.
#[track_caller]
pub(crate) fn on_with(
    runtime: &Runtime,
    toolbox: Toolbox<App>,
    work: impl AsyncFnOnce(&World, Bound<App>),
) {
    runtime.block_on(async {
        let world = World {
            toolbox,
            state: Arc::default(),
            tasks: Handle::current().metrics().num_alive_tasks(),
        };
        let desk = world.toolbox.bind(Arc::clone(&world.state));
        work(&world, desk).await;
        world.is_as_before().await;
    });
}

pub(crate) fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).build();
    runtime.expect("a runtime")
}

impl World {
    /// Runs a call that goes wrong between calls that are well. Each has one result, under its id, in its place; those of the others
    /// are not touched; and that of the call is as documented.
    #[track_caller]
    pub(crate) fn survives(
        &self,
        desk: Bound<App>,
        fault: ToolCall,
        ending: &str,
        effects: Effects,
    ) -> impl Future<Output = Report> {
        let place = std::panic::Location::caller();
        async move {
            let calls = [
                call("fine", r#"{"ms": 3}"#),
                fault,
                call("echo", r#"{"text": "fine"}"#),
                call("fine_on_a_thread", ""),
                call("fine", r#"{"ms": 0}"#),
            ];
            let report = desk.run(calls.clone()).await;
            drop(desk);
            let results = report.results();
            assert_eq!(results.len(), calls.len());
            for (result, call) in results.iter().zip(&calls) {
                assert_eq!(result.call(), call);
            }
            let endings: Vec<_> = results
                .iter()
                .map(|result| result.outcome().ending.to_string())
                .collect();
            assert_eq!(
                endings,
                ["ok", ending, "ok", "ok", "ok"],
                "{place}: {report:?}"
            );
            let outcome = results[1].outcome();
            assert_eq!(outcome.effects, effects, "{place}: {report:?}");
            assert!(!results[1].text().contains("secret"), "{report:?}");
            report
        }
    }

    /// Nothing is left of what was run: no call, no future, no hold of the state, no task, no key, no permit, no thread.
    pub(crate) async fn is_as_before(&self) {
        self.toolbox.idle().await;
        assert_eq!(self.state.probe.alive(), 0, "calls are left");
        let again = [
            call("go", r#"{"does": "Answer"}"#),
            call("go_on_a_thread", r#"{"does": "Answer"}"#),
            call("race", r#"{"lane": 1, "us": 0}"#),
            call("sweep", ""),
        ];
        let left = nothing_is_left(&self.toolbox, &self.state, 1, again).await;
        assert_eq!(left, Ok(()));
        // A task that has told of its last result is gone a little later.
        for _ in 0..5000 {
            if Handle::current().metrics().num_alive_tasks() <= self.tasks {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("tasks are left");
    }
}
