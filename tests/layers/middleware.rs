//! Middleware of tower: limits that all batches share, and errors as outcomes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::{call, codes, nothing_is_left, texts, texts_without_ids};
use tokio::time::{Instant, sleep, timeout};
use tool_runtime::layer::Layer;
use tool_runtime::{
    CallContext, CallLimit, Effects, Ending, Policy, TimeLimit, ToolCall, ToolError, Toolbox, tool,
    tools,
};
use tower::ServiceBuilder;
use tower_resilience_circuitbreaker::{CircuitBreakerError, CircuitBreakerLayer};

/// A backend: how often it was asked, and how many of those fail first.
#[derive(Default)]
struct Backend {
    asked: AtomicUsize,
    fails: usize,
}

/// Reads orders.
#[tool(reads("orders"))]
async fn get_orders(#[state] backend: &Backend) -> Result<usize, ToolError> {
    let asked = backend.asked.fetch_add(1, Ordering::SeqCst) + 1;
    sleep(Duration::from_millis(10)).await;
    match asked {
        asked if asked <= backend.fails => Err(ToolError::new("The backend is down.")),
        asked => Ok(asked),
    }
}

/// Changes an order.
#[tool(writes("orders"))]
async fn change_order(#[state] backend: &Backend, #[context] context: &CallContext) {
    let _ = context;
    backend.asked.fetch_add(1, Ordering::SeqCst);
    sleep(Duration::from_millis(100)).await;
}

/// Reads orders on a thread of its own.
#[tool(reads("orders"))]
fn read_file(#[state] backend: &Backend) -> usize {
    backend.asked.fetch_add(1, Ordering::SeqCst)
}

fn toolbox(policy: Policy, layer: impl Layer<Backend>) -> Toolbox<Backend> {
    Toolbox::builder()
        .tools(tools![get_orders, change_order, read_file])
        .policy(policy)
        .layer(layer)
        .build()
        .unwrap()
}

fn orders(count: usize) -> Vec<ToolCall> {
    (0..count).map(|_| call("get_orders", "{}")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept_over_all_batches() {
    let rate = ServiceBuilder::new().rate_limit(2, Duration::from_secs(1));
    let toolbox = toolbox(Policy::default(), tool_runtime::tower::layer(rate));
    let desk = toolbox.bind(Backend::default());
    let begun = Instant::now();
    let (one, two) = tokio::join!(desk.run(orders(3)), desk.run(orders(2)));
    assert_eq!(codes(&one), ["ok"; 3]);
    assert_eq!(codes(&two), ["ok"; 2]);
    // Two in each of three seconds.
    assert_eq!(begun.elapsed().as_millis() / 100, 20);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_takes_nobodys_turn() {
    let rate = ServiceBuilder::new().rate_limit(1, Duration::from_secs(1));
    let toolbox = toolbox(Policy::default(), tool_runtime::tower::layer(rate));
    let backend = Arc::new(Backend::default());
    let desk = toolbox.bind(Arc::clone(&backend));
    let begun = Instant::now();
    desk.run(orders(1)).await;
    let dropped = timeout(Duration::from_millis(200), desk.run(orders(3))).await;
    assert!(dropped.is_err());
    let report = desk.run(orders(1)).await;
    assert_eq!(codes(&report), ["ok"]);
    assert_eq!(begun.elapsed().as_millis() / 10, 101);
    drop((desk, report));
    assert_eq!(nothing_is_left(&toolbox, &backend, 1, []).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn load_that_is_shed_is_an_outcome() {
    let limits = ServiceBuilder::new().load_shed().concurrency_limit(1);
    let policy = Policy::default().retry(tool_runtime::batch::Retry::never());
    let toolbox = toolbox(policy, tool_runtime::tower::layer(limits));
    let report = toolbox.bind(Backend::default()).run(orders(2)).await;
    assert_eq!(codes(&report), ["ok", "over_limit"]);
    let shed = &report.results()[1];
    assert_eq!(shed.outcome().ending, Ending::OverLimit(CallLimit::Layer));
    assert_eq!(shed.outcome().ending.to_string(), "over_limit (layer)");
    assert_eq!(
        shed.text(),
        "`get_orders` was not called: too many calls are running. Nothing was changed. Call it again later."
    );
    assert!(shed.error().unwrap().is_retryable());
}

#[tokio::test(start_paused = true)]
async fn load_that_is_shed_is_tried_again() {
    let limits = ServiceBuilder::new().load_shed().concurrency_limit(1);
    let toolbox = toolbox(Policy::default(), tool_runtime::tower::layer(limits));
    let report = toolbox.bind(Backend::default()).run(orders(2)).await;
    assert_eq!(texts(&report), ["1", "2"]);
    assert_eq!(report.results()[1].failed_attempts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_tower_is_one_of_ours() {
    let limits = ServiceBuilder::new().timeout(Duration::from_millis(50));
    let toolbox = toolbox(Policy::default(), tool_runtime::tower::layer(limits));
    let calls = [call("change_order", "{}"), call("get_orders", "{}")];
    let report = toolbox.bind(Backend::default()).run(calls).await;
    // What the first one changed nobody knows, so the second, which reads it, is skipped.
    assert_eq!(codes(&report), ["timed_out", "skipped"]);
    let outcome = report.results()[0].outcome();
    assert_eq!(outcome.ending, Ending::TimedOut(TimeLimit::Work));
    assert_eq!(outcome.effects, Effects::Unknown);
    assert_eq!(
        report.results()[0].text(),
        "`change_order` did not finish in time and was stopped. It may have taken effect; check before repeating."
    );
}

#[tokio::test(start_paused = true)]
async fn a_circuit_breaker_spares_a_backend_that_fails() {
    let breaker = CircuitBreakerLayer::builder()
        .consecutive_failures(2)
        .wait_duration_in_open(Duration::from_secs(5))
        .build()
        .unwrap();
    let breaker = ServiceBuilder::new()
        .map_err(|error: CircuitBreakerError<ToolError>| match error {
            CircuitBreakerError::OpenCircuit => {
                ToolError::overloaded("the backend is given a rest")
            }
            CircuitBreakerError::Inner(error) => error,
        })
        .layer(breaker);
    let policy = Policy::default()
        .retry(tool_runtime::batch::Retry::never())
        .max_concurrency(1);
    let toolbox = toolbox(policy, tool_runtime::tower::layer(breaker));
    let backend = Arc::new(Backend {
        fails: 2,
        ..Backend::default()
    });
    let desk = toolbox.bind(Arc::clone(&backend));
    let report = desk.run(orders(4)).await;
    assert_eq!(
        texts(&report),
        [
            "The backend is down. Nothing was changed.",
            "The backend is down. Nothing was changed.",
            "`get_orders` was not called: the backend is given a rest. Nothing was changed. Call it again later.",
            "`get_orders` was not called: the backend is given a rest. Nothing was changed. Call it again later.",
        ]
    );
    assert_eq!(backend.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_nobody_knows_is_internal_and_one_within_is_found() {
    use std::error::Error;
    use std::fmt;

    #[derive(Debug)]
    struct Outer(Option<ToolError>);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("secret")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.0.as_ref().map(|error| error as _)
        }
    }

    for (keeps, text) in [
        (
            false,
            "`get_orders` failed with an internal error (error id `ID`). Nothing was changed. Try it once more at most.",
        ),
        (true, "The backend is down. Nothing was changed."),
    ] {
        let wraps =
            ServiceBuilder::new().map_err(move |error: ToolError| Outer(keeps.then_some(error)));
        let toolbox = toolbox(Policy::default(), tool_runtime::tower::layer(wraps));
        let backend = Backend {
            fails: 1,
            ..Backend::default()
        };
        let report = toolbox.bind(backend).run(orders(1)).await;
        assert_eq!(texts_without_ids(&report), [text]);
        assert_eq!(codes(&report), ["failed"]);
        assert!(
            report.results()[0]
                .error()
                .unwrap()
                .source()
                .unwrap()
                .is::<Outer>()
        );
    }
}

#[test]
fn a_plain_tool_goes_through_it_too() {
    let limits = ServiceBuilder::new().concurrency_limit(1);
    let toolbox = toolbox(Policy::default(), tool_runtime::tower::layer(limits));
    support::threads(2).block_on(async {
        let calls: Vec<ToolCall> = (0..5).map(|_| call("read_file", "{}")).collect();
        let report = toolbox.bind(Backend::default()).run(calls).await;
        let mut texts = texts(&report);
        texts.sort_unstable();
        assert_eq!(texts, ["0", "1", "2", "3", "4"]);
    });
}
