//! Who is asked about calls in it, and about what.

use std::sync::Arc;
use std::sync::Mutex;

use serde_json::json;
use support::texts;
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::batch::Progressed;
use tool_runtime::{BatchTool, Policy, Toolbox, tool, tools};

use crate::desk::{Store, batch, plain, store, toolbox};

fn calls() -> [(&'static str, serde_json::Value); 3] {
    [
        ("pay", json!({"to": "Ada", "amount": 500})),
        ("pay", json!({"to": "Bob", "amount": 5})),
        ("pay", json!({"to": "Cyd", "amount": 600})),
    ]
}

#[tokio::test(start_paused = true)]
async fn each_call_is_asked_about_as_itself() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&asked);
    let approver = approval::by(move |request: ApprovalRequest| {
        notes
            .lock()
            .unwrap()
            .push(format!("{} {}", request.call().id(), request.arguments()));
        async move {
            Ok(match request.call().id() {
                "a/1" => request.approve(),
                _ => request.deny("Too much."),
            })
        }
    });
    let store = store();
    let desk = toolbox().bind(Arc::clone(&store)).approved_by(approver);
    let report = desk.run([batch("a", &calls())]).await;
    assert_eq!(
        texts(&report),
        [
            "step 1 (`pay`): ok\npaid 500 to Ada\n\nstep 2 (`pay`): ok\npaid 5 to Bob\n\n\
          step 3 (`pay`): denied\n`pay` was not called, since it is not allowed: Too much. Nothing was changed. Do not repeat the call."
        ]
    );
    let mut asked = asked.lock().unwrap().clone();
    asked.sort();
    assert_eq!(
        asked,
        [
            r#"a/1 {"amount":500,"to":"Ada"}"#,
            r#"a/3 {"amount":600,"to":"Cyd"}"#
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn without_anybody_to_ask_none_is_made() {
    let store = store();
    let report = toolbox()
        .bind(Arc::clone(&store))
        .run([batch("a", &calls())])
        .await;
    assert_eq!(store.log(), ["pay 5 to Bob"]);
    assert!(texts(&report)[0].starts_with("step 1 (`pay`): denied\n"));
}

/// The keys of a call whose arguments may be changed are cut, and so are those of the call that it is in.
#[tokio::test(start_paused = true)]
async fn arguments_may_be_changed() {
    let approver = approval::editing(|request: ApprovalRequest| async move {
        Ok(request.approve_with(r#"{"to": "Eve", "amount": 1}"#))
    });
    let store = store();
    let desk = toolbox()
        .bind(Arc::clone(&store))
        .approved_by(approver)
        .order_across_batches("all");
    let report = desk.run([batch("a", &calls()[..1])]).await;
    assert_eq!(store.log(), ["pay 1 to Eve"]);
    assert!(
        texts(&report)[0].contains("paid 1 to Eve"),
        "{:?}",
        texts(&report)
    );
}

/// Where nobody is asked, it waits as a whole, and what is decided on it is decided on all calls in it.
#[tokio::test(start_paused = true)]
async fn a_batch_is_suspended_with_it_as_a_whole() {
    for approves in [true, false] {
        let store = store();
        let toolbox = toolbox();
        let desk = toolbox.bind(Arc::clone(&store));
        let small = batch("b", &[("pay", json!({"to": "Dan", "amount": 7}))]);
        let run = desk.run([batch("a", &calls()), small]).or_suspend();
        let Progressed::Suspended(suspended) = run.await else {
            panic!("it ran");
        };
        assert_eq!(store.log(), ["pay 7 to Dan"]);
        let pending: Vec<_> = suspended.pending().collect();
        assert_eq!(pending.len(), 1);
        assert_eq!(pending[0].call(), &batch("a", &calls()));
        let decision = match approves {
            true => pending[0].approve(),
            false => pending[0].deny("No."),
        };
        drop(pending);
        // Another process, whose desk would ask somebody else.
        let nobody =
            approval::by(|request: ApprovalRequest| async move { Ok(request.deny("Never.")) });
        let desk = toolbox.bind(Arc::clone(&store)).approved_by(nobody);
        let report = desk.resume(suspended, [decision]).unwrap().await;
        let expected = match approves {
            true => {
                "step 1 (`pay`): ok\npaid 500 to Ada\n\nstep 2 (`pay`): ok\npaid 5 to Bob\n\nstep 3 (`pay`): ok\npaid 600 to Cyd"
            }
            false => {
                "`batch` was not called, since it is not allowed: No. Nothing was changed. Do not repeat the call."
            }
        };
        assert_eq!(texts(&report)[0], expected);
    }
}

/// The same name and arguments, and something else.
#[tool(name = "pay", writes("account:{to}"), approval)]
async fn pay_twice(
    /// Whom.
    to: String,
    /// How much.
    amount: u64,
) -> String {
    format!("paid {amount} to {to} twice")
}

/// What was decided on a call is decided on the tools that it calls, as they were.
#[tokio::test(start_paused = true)]
async fn a_tool_that_has_changed_refuses_the_whole() {
    let only = |toolbox: Toolbox<Store>| {
        toolbox
            .only(["pay"])
            .unwrap()
            .with_batch_tool(BatchTool::new())
            .unwrap()
    };
    let before = only(plain(Policy::default()));
    let after = only(Toolbox::builder().tools(tools![pay_twice]).build().unwrap());
    for (toolbox, expected) in [(&before, "ok"), (&after, "denied")] {
        let run = before
            .bind(store())
            .run([batch("a", &calls())])
            .or_suspend();
        let Progressed::Suspended(suspended) = run.await else {
            panic!("it ran");
        };
        let decision = suspended.pending().next().unwrap().approve();
        let report = match toolbox.bind(store()).resume(suspended, [decision]) {
            Ok(run) => run.await,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(report.results()[0].outcome().ending.code(), expected);
    }
}
