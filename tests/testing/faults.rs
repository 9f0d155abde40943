//! Faults on purpose.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use support::{call, codes, nothing_is_left, threads};
use tool_runtime::testing::{self, Fault, Faults, Injected};
use tool_runtime::{Policy, Report, ToolCall, ToolError, Toolbox};

use crate::desk::{App, Customer, says, toolbox};

fn busy() -> ToolError {
    ToolError::new("The store is busy.")
        .retryable()
        .no_effects()
}

fn customers(count: usize) -> Vec<ToolCall> {
    let call = |index| ToolCall::new(format!("call_{index}"), "get_customer", r#"{"id": 7}"#);
    (0..count).map(call).collect()
}

async fn run(faults: &Faults, calls: Vec<ToolCall>) -> Report {
    let toolbox = testing::inject(&toolbox(), faults).unwrap();
    let state = Arc::new(App::default());
    let desk = toolbox.bind(Arc::clone(&state));
    let report = desk.run(calls).await;
    toolbox.idle().await;
    drop(desk);
    nothing_is_left(&toolbox, &state, 1, []).await.unwrap();
    report
}

/// All kinds but those that end a call only with its time.
fn mixed(seed: u64) -> Faults {
    Faults::seeded(seed)
        .all(
            0.5,
            Fault::Latency(Duration::from_micros(1)..Duration::from_micros(200)),
        )
        .of(
            "get_customer",
            0.3,
            Fault::Error(ToolError::new("The store is gone.")),
        )
        .of("get_customer", 0.1, Fault::Panic)
        .of(
            "send_email",
            0.2,
            Fault::LostAnswer(ToolError::new("No answer came.")),
        )
}

#[test]
fn the_same_seed_gives_the_same_faults_on_any_schedule() {
    let calls = || {
        let emails = (0..20).map(|id| {
            ToolCall::new(
                format!("m{id}"),
                "send_email",
                format!(r#"{{"id": {}}}"#, id % 9 + 1),
            )
        });
        customers(60).into_iter().chain(emails).collect::<Vec<_>>()
    };
    let told = |workers: usize, seed: u64| {
        let faults = mixed(seed);
        let report = threads(workers).block_on(run(&faults, calls()));
        (faults.injected(), codes(&report))
    };
    let (injected, codes) = told(1, 7);
    for code in ["latency", "error", "panic", "lost_answer"] {
        assert!(
            injected.iter().any(|one| one.fault == code),
            "{code}: {injected:?}"
        );
    }
    for workers in [2, 4, 8] {
        assert_eq!(told(workers, 7), (injected.clone(), codes.clone()));
    }
    assert_ne!(told(1, 8).0, injected);
}

#[tokio::test(start_paused = true)]
async fn what_was_injected_is_what_came_of_the_calls() {
    let faults = Faults::seeded(3).all(0.4, Fault::Panic);
    let report = run(&faults, customers(50)).await;
    let panicked: Vec<_> = report
        .results()
        .iter()
        .filter(|result| result.is_error())
        .collect();
    let injected: Vec<_> = faults.injected();
    assert_eq!(panicked.len(), injected.len());
    for result in panicked {
        assert_eq!(result.outcome().ending.code(), "panicked");
        assert!(injected.iter().any(|one| one.id == result.id()));
    }
    assert!((10..30).contains(&injected.len()), "{}", injected.len());
}

#[tokio::test(start_paused = true)]
async fn latencies_lie_in_their_range() {
    let range = Duration::from_millis(10)..Duration::from_millis(200);
    let faults = Faults::seeded(1).of("get_customer", 1.0, Fault::Latency(range.clone()));
    let report = run(&faults, customers(20)).await;
    let injected = faults.injected();
    for (result, one) in report.results().iter().zip(customers(20)) {
        let injected = injected
            .iter()
            .find(|injected| injected.id == one.id())
            .unwrap();
        assert!(range.contains(&injected.latency), "{injected:?}");
        let span = result.span().unwrap();
        // Tokio's clock counts milliseconds.
        assert!(span.finished - span.started >= injected.latency);
    }
    let distinct: std::collections::HashSet<_> = injected.iter().map(|one| one.latency).collect();
    assert!(distinct.len() > 15);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_a_fault_of_its_own() {
    let faults = Faults::seeded(11).all(0.5, Fault::Error(busy()));
    let report = run(&faults, customers(40)).await;
    let injected = faults.injected();
    // Of three attempts the third may fail too.
    let failed = report
        .results()
        .iter()
        .filter(|result| result.is_error())
        .count();
    assert!(failed < 15, "{failed}");
    for result in report.results() {
        let attempts = injected.iter().filter(|one| one.id == result.id()).count();
        assert_eq!(
            attempts,
            result.failed_attempts().len() + usize::from(result.is_error())
        );
    }
    let calls: Vec<_> = injected.iter().map(|one| (&one.id, one.attempt)).collect();
    assert!(calls.iter().any(|(_, attempt)| *attempt == 3), "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_has_taken_effect() {
    let faults = Faults::seeded(1).of(
        "send_email",
        1.0,
        Fault::LostAnswer(ToolError::new("No answer came.")),
    );
    let (toolbox, app) = (
        testing::inject(&toolbox(), &faults).unwrap(),
        App::default(),
    );
    let failed = testing::call(&toolbox.bind(app.clone()), "send_email", json!({"id": 7}))
        .await
        .err();
    assert!(
        failed.text().starts_with("No answer came."),
        "{}",
        failed.text()
    );
    assert_eq!(failed.outcome().effects, tool_runtime::Effects::Unknown);
    assert_eq!(app.mail.sent.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stall_ends_with_the_call_s_time() {
    let faults = Faults::seeded(1).all(1.0, Fault::Stall);
    let calls = vec![call("get_customer", r#"{"id": 7}"#)];
    assert_eq!(codes(&run(&faults, calls).await), ["timed_out"]);
}

#[test]
fn a_plain_fn_is_met_on_its_thread() {
    let short = Policy::default().call_timeout(Duration::from_millis(30));
    let outcome = |fault| {
        let faults = Faults::seeded(1).all(1.0, fault);
        let toolbox = testing::inject(&toolbox(), &faults).unwrap();
        let desk = toolbox.bind(App::default()).with(short.clone()).unwrap();
        let call = testing::call(&desk, "export_customers", json!({}));
        threads(2).block_on(async {
            let result = call.await.into_result();
            toolbox.idle().await;
            (result.outcome().ending.code(), result.outcome().late)
        })
    };
    // What holds a plain `fn` up before it is called ends by itself, on its thread, and it is not called.
    assert_eq!(outcome(Fault::Stall), ("timed_out", false));
    assert_eq!(outcome(Fault::Panic), ("panicked", false));
    assert_eq!(outcome(Fault::Cancellation), ("ok", true));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_has_its_grace_and_ends_as_a_cancelled_one() {
    let faults = Faults::seeded(1).all(1.0, Fault::Cancellation);
    let heeds = vec![call("watch", "{}")];
    let report = run(&faults, heeds.clone()).await;
    let result = &report.results()[0];
    assert_eq!(
        (result.text(), result.outcome().late),
        ("told to end", true)
    );

    let hangs = testing::Double::new(|_: serde_json::Value, _| {
        std::future::pending::<Result<&str, ToolError>>()
    });
    let toolbox = testing::replace(&toolbox(), "watch", &hangs).unwrap();
    let toolbox = testing::inject(&toolbox, &faults).unwrap();
    let report = toolbox.bind(App::default()).run(heeds).await;
    assert_eq!(
        report.results()[0].outcome().ending.to_string(),
        "cancelled (call)"
    );
}

#[tokio::test(start_paused = true)]
async fn faults_lie_within_the_layers_of_the_toolbox() {
    let faults = Faults::seeded(1).all(1.0, Fault::Error(ToolError::new("The store is busy.")));
    let softened =
        tool_runtime::layer::around(|_: tool_runtime::layer::Request<App>, next| async move {
            next.run().await.map_err(|_| ToolError::new("Try later."))
        });
    let toolbox = Toolbox::<App>::builder()
        .tools(tool_runtime::tools![crate::desk::get_customer])
        .layer(softened)
        .build()
        .unwrap();
    let desk = testing::inject(&toolbox, &faults)
        .unwrap()
        .bind(App::default());
    let failed = testing::call(&desk, "get_customer", json!({"id": 7}))
        .await
        .err();
    assert!(failed.text().starts_with("Try later."), "{}", failed.text());
}

#[tokio::test(start_paused = true)]
async fn faults_are_a_layer_of_any_toolbox() {
    let faults = Faults::seeded(1).all(1.0, Fault::Panic);
    let toolbox = Toolbox::<App>::builder()
        .tools(tool_runtime::tools![
            crate::desk::get_customer,
            crate::desk::watch
        ])
        .layer_for(["watch"], faults.clone())
        .build()
        .unwrap();
    let desk = toolbox.bind(App::default());
    testing::call(&desk, "get_customer", json!({"id": 7}))
        .await
        .ok::<Customer>();
    testing::call(&desk, "watch", json!({})).await.err();
    let Injected {
        tool, id, attempt, ..
    } = &faults.injected()[0];
    assert_eq!((&**tool, &**id, *attempt), ("watch", "call_1", 1));
}

#[test]
fn mistakes_are_told() {
    assert_eq!(
        testing::inject(
            &toolbox(),
            &Faults::seeded(1).of("get_custmer", 0.1, Fault::Stall)
        )
        .unwrap_err()
        .to_string(),
        "a test is to change the tool `get_custmer`, which the toolbox does not have; did you mean `get_customer`?"
    );
    assert_eq!(
        says(|| drop(Faults::seeded(1).all(10.0, Fault::Stall))),
        "a fault has the probability 10; it takes a number from 0.0 to 1.0"
    );
    let second = Duration::from_secs(1);
    assert_eq!(
        says(|| drop(Faults::seeded(1).all(1.0, Fault::Latency(second..second)))),
        "the latency 1s..1s is an empty range; it takes the least first and ends before the second"
    );
}
