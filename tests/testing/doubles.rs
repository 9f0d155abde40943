//! What stands in for a tool.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use support::{call, codes, nothing_is_left};

use tool_runtime::dialect::Anthropic;
use tool_runtime::testing::{self, Double};
use tool_runtime::tool::State;
use tool_runtime::{BuildError, Policy, ToolError, ToolResult, Toolbox, approval, layer};

use crate::desk::{App, Customer, says, toolbox};

#[derive(Debug, Deserialize, PartialEq)]
struct Email {
    id: u64,
    text: Option<String>,
}

fn sends() -> Double<Email> {
    Double::new(|email: Email, _| async move { Ok::<_, ToolError>(json!(email.id)) })
}

#[tokio::test]
async fn a_double_answers_and_the_tool_does_nothing() {
    let (email, app) = (sends(), App::default());
    let desk = testing::replace(&toolbox(), "send_email", &email)
        .unwrap()
        .bind(app.clone());
    let id: u64 = testing::call(&desk, "send_email", json!({"id": 7, "text": "Hi."}))
        .await
        .ok();
    assert_eq!(id, 7);
    testing::call(&desk, "send_email", json!({"id": 8}))
        .await
        .ok::<u64>();
    assert_eq!(
        email.calls(),
        [
            Email {
                id: 7,
                text: Some("Hi.".to_owned())
            },
            Email { id: 8, text: None },
        ]
    );
    assert_eq!(app.mail.sent.load(Ordering::SeqCst), 0);
    // The others are themselves.
    let ada: Customer = testing::call(&desk, "get_customer", json!({"id": 7}))
        .await
        .ok();
    assert_eq!(ada.name, "Ada");
}

#[tokio::test]
async fn a_double_takes_nothing_that_the_tool_refuses() {
    let double = Double::new(|_: Value, _| async { Ok::<_, ToolError>("sent") });
    let toolbox = testing::replace(&toolbox(), "send_email", &double).unwrap();
    let desk = toolbox.bind(App::default());
    for refused in [
        json!({}),
        json!({"id": 10}),
        json!({"id": 7, "txt": ""}),
        json!([]),
    ] {
        let real = testing::call(
            &crate::desk::toolbox().bind(App::default()),
            "send_email",
            &refused,
        );
        let real = real.await.err();
        let result = testing::call(&desk, "send_email", refused).await.err();
        assert_eq!(result.outcome(), real.outcome());
        assert_eq!(result.text(), real.text());
    }
    assert_eq!(double.calls(), Vec::<Value>::new());
}

#[tokio::test]
async fn the_model_reads_the_same_manifest() {
    let real = toolbox();
    let with_double = testing::replace(&real, "send_email", &sends()).unwrap();
    let manifest =
        |toolbox: &Toolbox<App>| toolbox.manifest(Anthropic).unwrap().as_str().to_owned();
    assert_eq!(manifest(&with_double), manifest(&real));
}

/// When a call began and ended.
fn spans(results: &[ToolResult]) -> Vec<(Duration, Duration)> {
    let spans = results.iter().map(|result| result.span().unwrap());
    spans.map(|span| (span.started, span.finished)).collect()
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_double_keep_the_order_of_the_tool() {
    let slow = Double::new(|_: Value, _| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, ToolError>("sent")
    });
    let desk = testing::replace(&toolbox(), "send_email", &slow)
        .unwrap()
        .bind(App::default());
    let email = |id: u64| call("send_email", &format!(r#"{{"id": {id}}}"#));
    let report = desk.run([email(1), email(2), email(1)]).await;
    let spans = spans(report.results());
    assert!(spans[1].0 < spans[0].1, "{spans:?}");
    assert!(spans[2].0 >= spans[0].1, "{spans:?}");
}

#[tokio::test]
async fn layers_approval_and_repair_are_the_tool_s() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let audit = layer::finished(move |result: &ToolResult, _: &App| {
        log.lock().unwrap().push(result.outcome().ending.code());
    });
    let real = Toolbox::<App>::builder()
        .tools(tool_runtime::tools![crate::desk::close_account])
        .layer(audit)
        .build()
        .unwrap();
    let closed = Double::new(|_: Value, _| async { Ok::<_, ToolError>("closed") });
    let toolbox = testing::replace(&real, "close_account", &closed).unwrap();
    let desk = toolbox.bind(App::default());
    let call = || call("close_account", r#"{"id": "7"}"#);
    assert_eq!(codes(&desk.run([call()]).await), ["invalid_arguments"]);
    let repairs = Policy::default().repair(tool_runtime::batch::Repair::Safe);
    let desk = desk.with(repairs).unwrap();
    assert_eq!(codes(&desk.run([call()]).await), ["denied"]);
    let desk = desk.approved_by(approval::by(|call| async { Ok(call.approve()) }));
    assert_eq!(codes(&desk.run([call()]).await), ["ok"]);
    assert_eq!(closed.calls(), [json!({"id": 7})]);
    assert_eq!(*seen.lock().unwrap(), ["invalid_arguments", "denied", "ok"]);
}

#[tokio::test]
async fn a_view_keeps_what_it_shows_and_can_be_taken_of_it() {
    let view = toolbox().only(["send_email", "watch"]).unwrap();
    let email = sends();
    let view = testing::replace(&view, "send_email", &email).unwrap();
    let names: Vec<_> = view.tools().iter().map(|tool| tool.name()).collect();
    assert_eq!(names, ["send_email", "watch"]);
    let report = view
        .bind(App::default())
        .run([call("get_customer", r#"{"id": 7}"#)])
        .await;
    assert_eq!(codes(&report), ["unknown_tool"]);
    let smaller = view.only(["send_email"]).unwrap().bind(App::default());
    testing::call(&smaller, "send_email", json!({"id": 1}))
        .await
        .ok::<u64>();
    assert_eq!(email.calls().len(), 1);
}

#[tokio::test]
async fn attempts_are_calls_of_their_own() {
    let flaky = Double::new(|_: Value, context: tool_runtime::CallContext| async move {
        match context.attempt() {
            1 => Err(ToolError::new("Busy.").retryable()),
            _ => Ok(json!({"id": 7, "name": "Ada"})),
        }
    });
    let desk = testing::replace(&toolbox(), "get_customer", &flaky)
        .unwrap()
        .bind(App::default());
    testing::call(&desk, "get_customer", json!({"id": 7}))
        .await
        .ok::<Customer>();
    assert_eq!(flaky.calls().len(), 2);
}

#[tokio::test]
async fn a_double_of_the_wrong_type_says_so() {
    let double = Double::new(|_: Vec<u64>, _| async { Ok::<_, ToolError>("sent") });
    let desk = testing::replace(&toolbox(), "send_email", &double)
        .unwrap()
        .bind(App::default());
    let failed = testing::call(&desk, "send_email", json!({"id": 7}))
        .await
        .err();
    let problem = "the double takes other arguments than its tool: invalid type: map, expected a sequence at line 1 column 0 in `{\"id\":7}`";
    assert!(failed.text().starts_with(problem), "{}", failed.text());
    assert_eq!(says(|| drop(double.calls())), problem);
}

#[test]
fn a_name_that_is_not_there_is_an_error() {
    let error = testing::replace(&toolbox(), "send_mail", &sends()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a test is to change the tool `send_mail`, which the toolbox does not have; did you mean `send_email`?"
    );
    assert!(matches!(error, BuildError::TestOfUnknownTool { .. }));
}

#[tokio::test]
async fn nothing_is_left_of_the_batches() {
    let toolbox = testing::replace(&toolbox(), "send_email", &sends()).unwrap();
    let state = Arc::new(App::default());
    let email = || call("send_email", r#"{"id": 1}"#);
    toolbox
        .bind(Arc::clone(&state))
        .run([email(), email()])
        .await;
    nothing_is_left(&toolbox, &state, 1, [email()])
        .await
        .unwrap();
}

/// Whatever the state is.
#[allow(dead_code, reason = "that it compiles is the test")]
fn any_state<S: State>(toolbox: &Toolbox<S>) -> Result<Toolbox<S>, BuildError> {
    testing::replace(toolbox, "send_email", &sends())
}
