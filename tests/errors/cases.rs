//! Calls that end in every way, run for real.

use std::task::{Context, Waker};
use std::time::Duration;

use support::call;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use tool_runtime::approval::{self, ApprovalRequest, Approver};
use tool_runtime::batch::{OnFailure, Retry};
use tool_runtime::dialect::{Message, OpenAiChat};
use tool_runtime::journal::{FinishedCall, Journal, JournalFuture, Record, StartedCall};
use tool_runtime::{Policy, Quota, Report, ToolCall, ToolResult, Toolbox};

use crate::tools::{AROUND, toolbox};

/// A call, told in the words that follow "a call that", and what came of it.
pub(crate) struct Case {
    pub(crate) when: &'static str,
    pub(crate) result: ToolResult,
}

/// Every case, in no order.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = by_themselves();
    cases.extend(by_arguments());
    cases.extend(by_time());
    cases.extend(by_limits());
    cases.extend(by_others());
    cases.extend(by_approval());
    cases.push(unwritten());
    cases
}

/// What comes of a call that a journal cannot write down.
fn unwritten() -> Case {
    struct Full;
    impl Journal for Full {
        fn started(&self, _: StartedCall) -> JournalFuture {
            Box::pin(async { Err("no space left on device".into()) })
        }
        fn finished(&self, _: FinishedCall) {}
    }
    let desk = toolbox().bind(()).journaled_by(Full);
    let report = paused().block_on(desk.run([writes("answers")]));
    Case {
        when: "could not be written down by its journal",
        result: report.results()[0].clone(),
    }
}

/// What comes of calls that somebody is asked about.
fn by_approval() -> Vec<Case> {
    let decided = |when, arguments: Option<&'static str>| {
        let approver = approval::editing(move |request: ApprovalRequest| async move {
            Ok(match arguments {
                Some(arguments) => request.approve_with(arguments),
                None => request.deny("The owner of the account said no."),
            })
        });
        Case {
            when,
            result: asking(approver),
        }
    };
    let nobody = |_: ApprovalRequest| std::future::pending();
    vec![
        decided("is denied by who was asked for approval", None),
        decided(
            "was changed before it was approved",
            Some(r#"{"id": 8, "how": "answers"}"#),
        ),
        decided(
            "was changed into one that is not valid",
            Some(r#"{"id": -8, "how": "answers"}"#),
        ),
        last(
            "needs approval, where nobody is there to be asked",
            policy().require_approval("close_account"),
            [writes("answers")],
        ),
        Case {
            when: "needs approval, and nobody decides in time",
            result: asking(approval::by(nobody)),
        },
    ]
}

fn asking(approver: impl Approver) -> ToolResult {
    let policy = policy().require_approval("close_account");
    let desk = toolbox().bind(()).approved_by(approver);
    let desk = desk.with(policy).unwrap();
    let report = paused().block_on(desk.run([writes("answers")]));
    report.results()[0].clone()
}

pub(crate) fn paused() -> Runtime {
    let mut runtime = Builder::new_current_thread();
    runtime.enable_all().start_paused(true).build().unwrap()
}

pub(crate) fn policy() -> Policy {
    Policy::default().retry(Retry::default().jitter(false))
}

pub(crate) fn reads(how: &str) -> ToolCall {
    call("get_customer", &format!(r#"{{"id": 7, "how": "{how}"}}"#))
}

pub(crate) fn writes(how: &str) -> ToolCall {
    call("close_account", &format!(r#"{{"id": 7, "how": "{how}"}}"#))
}

fn undeclared(how: &str) -> ToolCall {
    call("take_note", &format!(r#"{{"how": "{how}"}}"#))
}

fn with_id(id: &str, call: &ToolCall) -> ToolCall {
    ToolCall::new(id, call.name(), call.arguments())
}

pub(crate) fn run(policy: Policy, calls: impl IntoIterator<Item = ToolCall>) -> Report {
    let desk = toolbox().bind(()).with(policy).unwrap();
    paused().block_on(desk.run(Vec::from_iter(calls)))
}

/// The case of the last of these calls.
fn last(when: &'static str, policy: Policy, calls: impl IntoIterator<Item = ToolCall>) -> Case {
    let report = run(policy, calls);
    let result = report.results().last().expect("a call").clone();
    Case { when, result }
}

fn one(when: &'static str, call: ToolCall) -> Case {
    last(when, policy(), [call])
}

/// What a tool or a layer makes of a call.
fn by_themselves() -> Vec<Case> {
    vec![
        one("answers", reads("answers")),
        last(
            "answers after it was told to end, within the grace period",
            policy().grace(seconds(2)),
            [writes("ends when told")],
        ),
        one(
            "returns an error, and declares that it only reads",
            reads("fails"),
        ),
        one("returns an error, and declares a write", writes("fails")),
        one(
            "returns an error, and declares nothing",
            undeclared("fails"),
        ),
        one(
            "returns one that is `no_effects`",
            writes("changed nothing"),
        ),
        one(
            "returns one that is `retryable`, three times",
            reads("retryable"),
        ),
        one(
            "returns one that is `retryable`, and is not tried again, since it is not `idempotent`",
            undeclared("retryable"),
        ),
        one(
            "returns one with `retry_after`, which is longer than a call may wait",
            reads("retry after"),
        ),
        one("returns one that is `permanent`", reads("permanent")),
        one("returns one `with_details`", reads("details")),
        one("returns one without a text", reads("silent")),
        one(
            "returns `ToolError::internal(…)`, and only reads",
            reads("internal"),
        ),
        one(
            "returns `ToolError::internal(…)`, and declares a write",
            writes("internal"),
        ),
        one(
            "returns one that is internal and `retryable`, three times",
            reads("internal, retryable"),
        ),
        one("panics, and only reads", reads("panics")),
        one("panics, and declares a write", writes("panics")),
        one(
            "panics while its arguments are read",
            writes("panics when read"),
        ),
        one(
            "returns what cannot be written as JSON, and only reads",
            reads("unwritable"),
        ),
        one(
            "returns what cannot be written as JSON, and declares a write",
            writes("unwritable"),
        ),
        one("is denied by a layer", with_id("denied", &reads("answers"))),
        one(
            "has failed, is tried again and is denied then",
            with_id("denied later", &writes("busy once")),
        ),
        one(
            "meets a layer without room for it, three times",
            reads("overloaded"),
        ),
    ]
}

/// What is wrong with the call itself.
fn by_arguments() -> Vec<Case> {
    let only = |names: &[&str], name: &str| {
        let view = toolbox().only(names).unwrap();
        let report = paused().block_on(view.run([call(name, "{}")]));
        report.results()[0].clone()
    };
    vec![
        one(
            "has an argument of a wrong type",
            call("get_customer", r#"{"id": "7"}"#),
        ),
        one(
            "has an unknown argument, and lacks one",
            call("get_customer", r#"{"customer": 7}"#),
        ),
        one(
            "has arguments that are no JSON",
            call("get_customer", r#"{"id": 7"#),
        ),
        one(
            "was cut off by the token limit",
            call("get_customer", r#"{"id": 7"#).cut_off(),
        ),
        one("names no tool", call("get_custmer", "{}")),
        Case {
            when: "names no tool, and is near to none",
            result: only(&["get_customer", "close_account"], "search"),
        },
        Case {
            when: "names no tool, where there is one",
            result: only(&["get_customer"], "search"),
        },
        Case {
            when: "names no tool, where there are none",
            result: only(&[], "search"),
        },
        Case {
            when: "names no tool, where there are more than 20",
            result: of_many("delete_customer"),
        },
    ]
}

/// What comes of a name that is none of many tools'.
fn of_many(name: &str) -> ToolResult {
    let toolbox = many::toolbox();
    let report = paused().block_on(toolbox.run([call(name, "{}")]));
    report.results()[0].clone()
}

mod many {
    use tool_runtime::{Toolbox, tool, tools};

    macro_rules! many {
        ($($tool:ident)*) => {
            $(
                /// Does something.
                #[tool(pure)]
                async fn $tool() {}
            )*

            pub(super) fn toolbox() -> Toolbox {
                Toolbox::new(tools![$($tool),*]).unwrap()
            }
        };
    }

    many! {
        get_customer get_customers delete_customers close_customer
        get_order get_orders delete_order delete_orders close_order ship_order
        get_ticket get_tickets delete_ticket close_ticket answer_ticket assign_ticket
        get_invoice get_invoices send_invoice cancel_invoice refund_invoice
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What comes of a time that runs out.
fn by_time() -> Vec<Case> {
    let one_at_a_time = || policy().max_concurrency(1);
    let short = policy().call_timeout(seconds(3)).grace(Duration::ZERO);
    vec![
        last(
            "waits too long for an earlier call that uses the same data",
            policy().max_wait(seconds(5)),
            [writes("hangs"), writes("answers")],
        ),
        last(
            "waits too long for its turn",
            one_at_a_time().max_wait(seconds(5)),
            [reads("hangs"), reads("answers")],
        ),
        Case {
            when: "has failed, is to be tried again and does not get its turn",
            result: run(
                one_at_a_time().max_wait(seconds(5)),
                [reads("retryable"), reads("hangs")],
            )
            .results()[0]
                .clone(),
        },
        last(
            "runs out of its time, and only reads",
            short.clone(),
            [reads("hangs")],
        ),
        last(
            "runs out of its time, and declares a write",
            short,
            [writes("hangs")],
        ),
        Case {
            when: "runs out of its time and cannot be stopped",
            result: on_threads(
                Policy::default().grace(Duration::ZERO),
                call("export_customers", ""),
            ),
        },
        Case {
            when: "runs out of its time while its arguments are read",
            result: on_threads(
                Policy::default()
                    .tool_timeout("close_account", Duration::from_millis(20))
                    .grace(Duration::ZERO),
                writes("is read slowly"),
            ),
        },
        last(
            "runs when the batch's time is over",
            policy().batch_timeout(seconds(30)),
            [reads("hangs")],
        ),
        last(
            "has not started when the batch's time is over",
            one_at_a_time().batch_timeout(seconds(30)),
            [reads("hangs"), reads("answers")],
        ),
    ]
}

/// With a real clock, for what keeps a thread.
fn on_threads(policy: Policy, call: ToolCall) -> ToolResult {
    let toolbox = toolbox();
    let desk = toolbox.bind(()).with(policy).unwrap();
    let report = support::threads(2).block_on(async {
        let report = desk.run([call]).await;
        toolbox.idle().await;
        report
    });
    report.results()[0].clone()
}

/// What comes of too many calls.
fn by_limits() -> Vec<Case> {
    let queue = policy().tool_concurrency("get_customer", 1).max_queue(1);
    vec![
        last(
            "is one more than a batch may have",
            policy().max_calls(1),
            [reads("answers"), reads("answers")],
        ),
        last(
            "is one more than may wait",
            queue,
            [reads("hangs"), reads("answers"), reads("answers")],
        ),
        Case {
            when: "is part of a call that holds a place, and needs one that is not free",
            result: inside(),
        },
        over_quota("is one more than a quota has for its tool", |quota| {
            quota.tool("get_customer", 1)
        }),
        over_quota("is of a tool that a quota has no call of", |quota| {
            quota.tool("get_customer", 0)
        }),
        over_quota(
            "is one more than a quota has for its tool and others together",
            |quota| quota.tools(["get_customer", "close_account", "take_note"], 1),
        ),
        over_quota("is one more than a quota has in all", |quota| {
            quota.all_tools(1)
        }),
    ]
}

/// What comes of a second call within a quota.
fn over_quota(when: &'static str, limited: impl FnOnce(Quota) -> Quota) -> Case {
    let quota = limited(Quota::new("in this conversation"));
    let desk = toolbox().bind(()).within(&quota).unwrap();
    let report = paused().block_on(desk.run([reads("answers"), reads("answers")]));
    Case {
        when,
        result: report.results()[1].clone(),
    }
}

/// What comes of a call inside of another that holds a place in one group, and itself needs one in a second, which is taken.
fn inside() -> ToolResult {
    let policy = policy()
        .group_concurrency("one", ["ask_around", "get_customer"], 1)
        .group_concurrency("other", ["close_account", "get_customer"], 1);
    let toolbox = toolbox();
    let desk = toolbox.bind(()).with(policy).unwrap();
    AROUND.set(desk.clone()).expect("it is set once");
    let report = paused().block_on(desk.run([writes("hangs"), call("ask_around", "")]));
    let inside: Report = serde_json::from_str(report.results()[1].text()).unwrap();
    inside.results()[0].clone()
}

/// What comes of the program's will, and of other calls.
fn by_others() -> Vec<Case> {
    let stop = policy().on_failure(OnFailure::StopAll).max_concurrency(1);
    vec![
        Case {
            when: "is cancelled by the program while it runs, and only reads",
            result: cancelled(reads("hangs")),
        },
        Case {
            when: "is cancelled by the program while it runs, and declares a write",
            result: cancelled(writes("hangs")),
        },
        Case {
            when: "runs when its batch is cancelled",
            result: with_token(true),
        },
        Case {
            when: "has not started when its batch is cancelled",
            result: with_token(false),
        },
        Case {
            when: "runs when the runtime is shut down",
            result: shut_down(64),
        },
        Case {
            when: "has not started when the runtime is shut down",
            result: shut_down(1),
        },
        last(
            "depends on one of which nobody knows what it changed",
            policy().call_timeout(seconds(3)).grace(Duration::ZERO),
            [writes("hangs"), writes("answers")],
        ),
        last(
            "comes after one that failed, where the policy says so",
            stop,
            [writes("permanent"), reads("answers")],
        ),
    ]
}

fn cancelled(call: ToolCall) -> ToolResult {
    let toolbox = toolbox();
    let desk = toolbox
        .bind(())
        .with(policy().grace(Duration::ZERO))
        .unwrap();
    let report = paused().block_on(async {
        let batch = desk.start();
        let index = batch.push(call);
        tokio::time::sleep(seconds(1)).await;
        batch.cancel(index);
        batch.finish().await
    });
    report.results()[0].clone()
}

fn with_token(running: bool) -> ToolResult {
    let token = CancellationToken::new();
    let desk = toolbox().bind(()).with(policy().grace(Duration::ZERO));
    let desk = desk.unwrap().cancelled_by(token.clone());
    let report = paused().block_on(async {
        let cancel = async {
            if running {
                tokio::time::sleep(seconds(1)).await;
            }
            token.cancel();
        };
        match running {
            true => tokio::join!(desk.run([writes("hangs")]), cancel).0,
            false => {
                cancel.await;
                desk.run([writes("hangs")]).await
            }
        }
    });
    report.results()[0].clone()
}

/// The second of two calls whose runtime goes.
fn shut_down(limit: usize) -> ToolResult {
    let runtime = support::threads(2);
    let toolbox: Toolbox<()> = toolbox();
    let desk = toolbox.bind(()).with(policy().max_concurrency(limit));
    let mut run = Box::pin(desk.unwrap().run([reads("hangs"), reads("hangs")]));
    runtime.block_on(async {
        let context = &mut Context::from_waker(Waker::noop());
        assert!(run.as_mut().poll(context).is_pending());
        // Both were started, if they may; the clock of their runtime is a real one.
        tokio::time::sleep(Duration::from_millis(100)).await;
    });
    runtime.shutdown_background();
    let other = Builder::new_current_thread().build().unwrap();
    other.block_on(run).results()[1].clone()
}

/// What a model reads of a call whose result was lost with the program, when its history is completed.
/// What is told of a call of which a journal has these records, and of each by what it is told.
pub(crate) fn journaled() -> [(&'static str, String); 3] {
    let begun = |may_change: bool| {
        let record = format!(
            r#"{{"format":1,"started":{{"key":"b-000","index":0,"call":{{"id":"a","name":"get_customer","arguments":"{{\"id\": 7}}"}},"may_change":{may_change}}}}}"#
        );
        serde_json::from_str::<Record>(&record).unwrap()
    };
    let told = |records: Vec<Record>| {
        let mut history: Vec<Message> = serde_json::from_str(OPEN).unwrap();
        let recovered = records.into_iter().collect();
        let results = OpenAiChat.complete_from(&mut history, &recovered);
        results[0].text().to_owned()
    };
    [
        ("began", told(vec![begun(true)])),
        ("began, and can change nothing", told(vec![begun(false)])),
        ("is not there", told(Vec::new())),
    ]
}

const OPEN: &str = r#"[{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"get_customer","arguments":"{\"id\": 7}"}}]}]"#;

pub(crate) fn interrupted() -> String {
    let mut history: Vec<Message> = serde_json::from_str(OPEN).unwrap();
    let calls = OpenAiChat.complete(&mut history);
    assert_eq!(calls.len(), 1);
    let message: serde_json::Value = serde_json::from_str(history[1].as_str()).unwrap();
    message["content"].as_str().expect("a text").to_owned()
}
