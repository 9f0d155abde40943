//! What is written down before a call: once for each whose tool is called, and for no other.

use std::time::Duration;

use support::{call, codes};
use tool_runtime::batch::OnFailure;
use tool_runtime::journal::Record;
use tool_runtime::layer::{self, Next, Request};
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{Policy, ToolCall, ToolError, Toolbox, tools};

use crate::desk::{How, Log, Memory, desk, pay, read, write};

/// Runs one call after the other; what happened, in its order.
async fn happened(policy: Policy, how: How, calls: &[ToolCall]) -> Vec<String> {
    let journal = Memory::new(&Log::default(), how);
    desk(policy, &journal).run(calls).await;
    journal.log.entries()
}

fn one_by_one() -> Policy {
    Policy::default().max_concurrency(1)
}

#[tokio::test(start_paused = true)]
async fn a_tool_is_called_after_its_call_was_written_down() {
    for how in [How::Fine, How::Slow(50)] {
        for (name, code) in [("pay", "ok"), ("fail", "failed"), ("panics", "panicked")] {
            let log = happened(one_by_one(), how, &[call(name, "{}")]).await;
            let expected = [
                format!("started {name}"),
                name.to_owned(),
                format!("finished {name} {code}"),
            ];
            assert_eq!(log, expected, "{how:?}");
        }
    }
}

#[test]
fn a_plain_function_is_too() {
    for how in [How::Fine, How::Slow(5)] {
        let log = support::threads(2).block_on(happened(one_by_one(), how, &[call("write", "{}")]));
        assert_eq!(log, ["started write", "write", "finished write ok"]);
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_written_down_once_for_all_attempts() {
    let log = happened(one_by_one(), How::Fine, &[call("busy", "{}")]).await;
    let expected = ["started busy", "busy", "busy", "busy", "finished busy ok"];
    assert_eq!(log, expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_never_called_is_never_begun() {
    let policy = one_by_one()
        .on_failure(OnFailure::SkipDependents)
        .max_calls(4);
    let calls = [
        call("fail", "{}"),
        call("pay", "{}"),
        call("nobody", "{}"),
        call("pay", r#"{"amount": "a"}"#),
        call("read", "{}"),
    ];
    let journal = Memory::default();
    let report = desk(policy, &journal).run(&calls[..]).await;
    let expected = [
        "failed",
        "skipped",
        "unknown_tool",
        "invalid_arguments",
        "over_limit",
    ];
    assert_eq!(codes(&report), expected);
    let started = |record: &Record| matches!(record, Record::Started(_));
    let records = journal.records();
    assert_eq!(records.iter().filter(|record| started(record)).count(), 1);
    assert_eq!(records.len(), 6);
    assert_eq!(journal.recovered().calls().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_layer_answers_or_denies_has_not_begun() {
    let journal = Memory::default();
    let toolbox = Toolbox::<Log>::builder()
        .tools(tools![read, pay])
        .layer(layer::around(
            |request: Request<Log>, next: Next| async move {
                match request.definition().name() {
                    "pay" => Err(ToolError::denied("Nobody pays.")),
                    _ => {
                        request.state().note("layer");
                        next.run().await
                    }
                }
            },
        ))
        .build()
        .unwrap();
    let desk = toolbox.bind(journal.log.clone());
    let desk = desk.journaled_by(journal.clone());
    desk.run([call("pay", "{}")]).await;
    desk.run([call("read", "{}")]).await;
    assert_eq!(
        journal.log.entries(),
        [
            "finished pay denied",
            "layer",
            "started read",
            "read",
            "finished read ok"
        ]
    );
}

/// What has no room at first is let through when it is tried again, and begins then.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_a_layer_sends_back_has_not_begun() {
    let journal = Memory::default();
    let toolbox = Toolbox::<Log>::builder()
        .tools(tools![read, write])
        .layer(layer::around(
            |request: Request<Log>, next: Next| async move {
                match request.context().attempt() {
                    1 => Err(ToolError::overloaded("a queue is full")),
                    _ => next.run().await,
                }
            },
        ))
        .build()
        .unwrap();
    let desk = toolbox.bind(journal.log.clone());
    desk.journaled_by(journal.clone())
        .run([call("read", "{}")])
        .await;
    let expected = ["started read", "read", "finished read ok"];
    assert_eq!(journal.log.entries(), expected);
}

/// Of calls that are the same one runs, and all have results.
#[tokio::test(start_paused = true)]
async fn a_call_that_follows_another_does_not_begin() {
    let policy = Policy::default().coalesce(true);
    let calls = [call("add", r#"{"a": 1}"#), call("add", r#"{"a": 1}"#)];
    let log = happened(policy, How::Slow(1), &calls).await;
    let expected = ["started add", "add", "finished add ok", "finished add ok"];
    assert_eq!(log, expected);
}

#[tokio::test(start_paused = true)]
async fn it_is_within_the_order_and_the_permits() {
    let calls = [call("pay", "{}"), call("read", "{}")];
    let log = happened(Policy::default(), How::Slow(50), &calls).await;
    let at = |entry: &str| log.iter().position(|other| other == entry).unwrap();
    assert!(at("pay") < at("started read"), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn whether_it_may_change_anything_is_what_holds_for_the_call() {
    let journal = Memory::default();
    let free = DeclaredEffects::Pure;
    let policy = one_by_one().tool_effects("fail", free);
    let names = ["read", "pay", "fail", "add"];
    let calls: Vec<_> = names
        .iter()
        .map(|name| call(name, r#"{"a": 1}"#))
        .map(|made| match made.name() {
            "add" => made,
            name => call(name, "{}"),
        })
        .collect();
    desk(policy, &journal).run(calls).await;
    let may_change: Vec<_> = journal
        .records()
        .into_iter()
        .filter_map(|record| match record {
            Record::Started(call) => Some((call.call().name().to_owned(), call.may_change())),
            Record::Finished(_) => None,
        })
        .collect();
    let expected = [
        ("read", false),
        ("pay", true),
        ("fail", false),
        ("add", false),
    ];
    let expected = expected.map(|(name, may_change)| (name.to_owned(), may_change));
    assert_eq!(may_change, expected);
}

#[tokio::test(start_paused = true)]
async fn its_time_is_the_calls() {
    let policy = Policy::default().call_timeout(Duration::from_secs(1));
    let journal = Memory::new(&Log::default(), How::Hangs);
    let report = desk(policy, &journal).run([call("pay", "{}")]).await;
    assert_eq!(codes(&report), ["timed_out"]);
    assert_eq!(journal.log.entries(), ["finished pay timed_out (work)"]);
}
