//! A panic is the result of its own call, wherever it happens, and tells the model nothing of the program.

use support::{call, codes};
use tool_runtime::{Effects, Policy};

use crate::tools::{desk, desk_with};

#[track_caller]
fn check(when: &str, code: &str, effects: Effects) {
    let arguments = format!(r#"{{"when": "{when}"}}"#);
    for runtime in [
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build(),
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build(),
    ] {
        let mut policy = Policy::default();
        if code == "timed_out" {
            let short = std::time::Duration::from_millis(30);
            policy = policy
                .tool_timeout("panic", short)
                .grace(std::time::Duration::ZERO);
        }
        let (desk, toolbox, probe) = desk_with(policy);
        let calls = [
            call("wait", r#"{"ms": 2}"#),
            call("panic", &arguments),
            call("echo", r#"{"text": "fine"}"#),
            call("wait", r#"{"ms": 5}"#),
        ];
        let report = runtime.unwrap().block_on(async {
            let report = desk.run(calls).await;
            toolbox.idle().await;
            report
        });
        assert_eq!(codes(&report), ["ok", code, "ok", "ok"], "{when}");
        let result = &report.results()[1];
        assert_eq!(result.outcome().effects, effects, "{when}");
        assert!(!result.text().contains("secret"), "{}", result.text());
        assert_eq!(probe.alive(), 0);
    }
}

#[test]
fn before_the_first_await() {
    check("AtOnce", "panicked", Effects::Unknown);
}

#[test]
fn after_an_await() {
    check("AfterAwait", "panicked", Effects::Unknown);
}

#[test]
fn in_the_drop_of_a_local() {
    check("InDrop", "panicked", Effects::Unknown);
}

#[test]
fn in_the_drop_of_a_call_that_is_stopped() {
    check("OnStop", "timed_out", Effects::Unknown);
}

#[test]
fn with_a_payload_that_is_no_text() {
    check("WithNumber", "panicked", Effects::Unknown);
}

#[test]
fn with_a_payload_that_panics_when_dropped() {
    check("WithBomb", "panicked", Effects::Unknown);
}

#[test]
fn while_the_result_is_written() {
    check("InSerialize", "panicked", Effects::Unknown);
}

#[test]
fn while_the_arguments_are_read() {
    check("InDeserialize", "panicked", Effects::None);
}

#[tokio::test]
async fn the_toolbox_goes_on_afterwards() {
    let (desk, _, _) = desk();
    for _ in 0..3 {
        let report = desk.run([call("panic", r#"{"when": "AtOnce"}"#)]).await;
        assert_eq!(codes(&report), ["panicked"]);
    }
    let report = desk.run([call("echo", r#"{"text": "on"}"#)]).await;
    assert_eq!(codes(&report), ["ok"]);
}
