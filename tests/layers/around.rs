//! Layers round attempts: who may, what is changed, who is asked first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{call, codes, nothing_is_left, texts, threads};
use tokio::time::sleep;
use tool_runtime::batch::OnFailure;
use tool_runtime::layer::{self, Layer, Next, Request};
use tool_runtime::tool::ToolFuture;
use tool_runtime::{
    BuildError, Content, Effects, Policy, ToolError, Toolbox, ToolboxBuilder, tool, tools,
};

/// Who asks, and what was done.
#[derive(Debug, Default)]
struct Desk {
    user: &'static str,
    done: Mutex<Vec<String>>,
}

impl Desk {
    fn of(user: &'static str) -> Arc<Self> {
        Arc::new(Self {
            user,
            done: Mutex::default(),
        })
    }

    fn note(&self, what: impl Into<String>) {
        self.done.lock().unwrap().push(what.into());
    }

    fn done(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }
}

/// Reads an account.
#[tool(reads("account:{account}"))]
async fn read(
    /// The account's number.
    account: u64,
    #[state] desk: &Desk,
) -> u64 {
    desk.note(format!("read {account}"));
    account
}

/// Closes an account.
#[tool(writes("account:{account}"), destructive)]
async fn close(
    /// The account's number.
    account: u64,
    #[state] desk: &Desk,
) {
    desk.note(format!("close {account}"));
}

/// Works on a thread of its own.
#[tool(writes("file"))]
fn write(#[state] desk: &Desk) -> &'static str {
    desk.note("write");
    "written"
}

fn builder() -> ToolboxBuilder<Desk> {
    Toolbox::builder().tools(tools![read, close, write])
}

/// Notes when a call comes and goes.
struct Named(&'static str);

impl Layer<Desk> for Named {
    fn call(&self, request: Request<Desk>, next: Next) -> ToolFuture {
        let name = self.0;
        Box::pin(async move {
            request.state().note(format!("{name} in"));
            let answer = next.run().await;
            request.state().note(format!("{name} out"));
            answer
        })
    }
}

#[tokio::test]
async fn the_first_layer_is_the_outermost() {
    let toolbox = builder()
        .layer(Named("a"))
        .layer_for(["read", "write"], Named("b"))
        .layer(Named("c"))
        .layer_for(["close"], Named("d"))
        .build()
        .unwrap();
    let desk = Desk::of("");
    toolbox
        .bind(Arc::clone(&desk))
        .run([call("read", r#"{"account": 7}"#)])
        .await;
    assert_eq!(
        desk.done(),
        ["a in", "b in", "c in", "read 7", "c out", "b out", "a out"]
    );
    let desk = Desk::of("");
    toolbox
        .bind(Arc::clone(&desk))
        .run([call("close", r#"{"account": 7}"#)])
        .await;
    assert_eq!(
        desk.done(),
        ["a in", "c in", "d in", "close 7", "d out", "c out", "a out"]
    );
    let desk = Desk::of("");
    let report = toolbox
        .bind(Arc::clone(&desk))
        .run([call("write", "{}")])
        .await;
    assert_eq!(
        desk.done(),
        ["a in", "b in", "c in", "write", "c out", "b out", "a out"]
    );
    assert_eq!(texts(&report), ["written"]);
    drop(report);
    assert_eq!(
        nothing_is_left(&toolbox, &desk, 1, [call("write", "{}")]).await,
        Ok(())
    );
}

/// Lets only administrators destroy anything.
fn guard() -> impl Layer<Desk> {
    layer::around(|request: Request<Desk>, next: Next| async move {
        match request.definition().is_destructive() && request.state().user != "admin" {
            true => Err(ToolError::denied("only an administrator may")),
            false => next.run().await,
        }
    })
}

#[tokio::test]
async fn a_call_that_is_denied_is_not_made() {
    let toolbox = builder().layer(guard()).build().unwrap();
    let calls = || {
        [
            call("close", r#"{"account": 7}"#),
            call("read", r#"{"account": 7}"#),
        ]
    };
    let desk = Desk::of("guest");
    let report = toolbox.bind(Arc::clone(&desk)).run(calls()).await;
    assert_eq!(codes(&report), ["denied", "ok"]);
    let denied = &report.results()[0];
    assert_eq!(
        denied.text(),
        "`close` was not called, since it is not allowed: only an administrator may. Nothing was changed. Do not repeat the call."
    );
    assert_eq!(denied.outcome().effects, Effects::None);
    assert!(denied.is_error() && denied.error().unwrap().is_denied());
    assert_eq!(desk.done(), ["read 7"]);
    let desk = Desk::of("admin");
    let report = toolbox.bind(Arc::clone(&desk)).run(calls()).await;
    assert_eq!(codes(&report), ["ok", "ok"]);
    assert_eq!(desk.done(), ["close 7", "read 7"]);
}

#[tokio::test]
async fn what_depends_on_a_denied_call_is_skipped_where_the_policy_says_so() {
    let policy = Policy::default().on_failure(OnFailure::SkipDependents);
    let toolbox = builder().layer(guard()).policy(policy).build().unwrap();
    let calls = [
        call("close", r#"{"account": 7}"#),
        call("read", r#"{"account": 7}"#),
    ];
    let report = toolbox.bind(Desk::of("guest")).run(calls).await;
    assert_eq!(codes(&report), ["denied", "skipped"]);
}

#[tokio::test]
async fn a_layer_may_answer_and_change_answers() {
    let toolbox = builder()
        .layer_for(
            ["read"],
            layer::around(|request: Request<Desk>, next: Next| async move {
                match request.context().call().arguments() {
                    r#"{"account": 1}"# => Ok(Content::text("from the cache").into()),
                    _ => {
                        let answer = next.run().await?;
                        Ok(Content::text(format!("{} masked", answer.parts().len())).into())
                    }
                }
            }),
        )
        .build()
        .unwrap();
    let desk = Desk::of("");
    let calls = [1, 2].map(|n| call("read", &format!(r#"{{"account": {n}}}"#)));
    let report = toolbox.bind(Arc::clone(&desk)).run(calls).await;
    assert_eq!(texts(&report), ["from the cache", "1 masked"]);
    assert_eq!(desk.done(), ["read 2"]);
}

#[tokio::test]
async fn a_layer_is_not_asked_about_calls_that_cannot_be_made() {
    let toolbox = builder().layer(Named("a")).build().unwrap();
    let desk = Desk::of("");
    let calls = [call("read", "{}"), call("nobody", "{}")];
    let report = toolbox.bind(Arc::clone(&desk)).run(calls).await;
    assert_eq!(codes(&report), ["invalid_arguments", "unknown_tool"]);
    assert_eq!(desk.done(), [""; 0]);
}

#[tokio::test]
async fn a_layer_that_panics_is_a_call_that_does() {
    struct Panics;
    impl Layer<Desk> for Panics {
        fn call(&self, _: Request<Desk>, _: Next) -> ToolFuture {
            panic!("before there is a future")
        }
    }
    let toolbox = builder()
        .layer_for(["read", "write"], Panics)
        .build()
        .unwrap();
    let calls = [
        call("read", r#"{"account": 7}"#),
        call("write", "{}"),
        call("close", r#"{"account": 8}"#),
    ];
    let desk = Desk::of("");
    let report = toolbox.bind(Arc::clone(&desk)).run(calls).await;
    assert_eq!(codes(&report), ["panicked", "panicked", "ok"]);
    assert_eq!(desk.done(), ["close 8"]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_waits_is_stopped_with_its_call() {
    let waits = layer::around(|_: Request<Desk>, next: Next| async move {
        sleep(Duration::from_secs(100)).await;
        next.run().await
    });
    let policy = Policy::default().call_timeout(Duration::from_secs(1));
    let toolbox = builder().layer(waits).policy(policy).build().unwrap();
    let desk = Desk::of("");
    let report = toolbox
        .bind(Arc::clone(&desk))
        .run([call("read", r#"{"account": 7}"#)])
        .await;
    assert_eq!(codes(&report), ["timed_out"]);
    drop(report);
    assert_eq!(desk.done(), [""; 0]);
    assert_eq!(nothing_is_left(&toolbox, &desk, 1, []).await, Ok(()));
}

/// A thread cannot be stopped, but one on which the layer still waits never comes to the tool.
#[test]
fn a_plain_tool_does_not_begin_when_its_call_is_over() {
    let waits = layer::around(|_: Request<Desk>, next: Next| async move {
        sleep(Duration::from_secs(1000)).await;
        next.run().await
    });
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(20))
        .grace(Duration::from_millis(500));
    let toolbox = builder().layer(waits).policy(policy).build().unwrap();
    let desk = Desk::of("");
    threads(2).block_on(async {
        let report = toolbox
            .bind(Arc::clone(&desk))
            .run([call("write", "{}")])
            .await;
        let outcome = report.results()[0].outcome();
        assert_eq!(outcome.ending.code(), "timed_out");
        assert!(!outcome.still_running, "{outcome:?}");
        assert_eq!(outcome.effects, Effects::None);
        drop(report);
        assert_eq!(nothing_is_left(&toolbox, &desk, 1, []).await, Ok(()));
    });
    assert_eq!(desk.done(), [""; 0]);
}

#[test]
fn a_layer_is_for_tools_that_are_there() {
    let error = builder()
        .layer_for(["read", "clse"], Named("a"))
        .build()
        .unwrap_err();
    assert_eq!(
        error,
        BuildError::LayerForUnknownTool {
            name: "clse".to_owned(),
            nearest: Some("close".to_owned())
        }
    );
    assert_eq!(
        error.to_string(),
        "a layer is for the tool `clse`, which the toolbox does not have; did you mean `close`?"
    );
}
