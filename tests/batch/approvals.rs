//! Is a call that needs approval made if somebody approves of that very call, and else never?

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{call, codes, nothing_is_left, texts, threads};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tool_runtime::approval::{self, ApprovalRequest, Approver, Decision, DecisionFuture};
use tool_runtime::batch::OnFailure;
use tool_runtime::{
    CallContext, Effects, Ending, Policy, Report, ToolCall, ToolError, Toolbox, WaitedFor, tool,
    tools,
};

/// What was done, in order.
#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn note(&self, entry: impl Into<String>) {
        self.0.lock().unwrap().push(entry.into());
    }

    fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Pay somebody.
#[tool(writes("account:{from}"), approval = *amount > 100 && !to.is_empty())]
async fn pay(
    /// From which account.
    from: u64,
    /// Whom.
    to: &str,
    /// How much.
    amount: u64,
    #[state] log: &Log,
) -> String {
    log.note(format!("{from} pays {to} {amount}"));
    format!("paid {amount}")
}

/// Read an account.
#[tool(reads("account:{account}"))]
async fn balance(
    /** Which. */
    account: u64,
    #[state] log: &Log,
) -> &'static str {
    log.note(format!("read {account}"));
    "7"
}

/// Delete everything, on a thread.
#[tool(approval)]
fn wipe(#[state] log: &Log) {
    log.note("wiped");
}

/// Think long.
#[tool(pure, approval)]
async fn think(#[state] log: &Log) {
    log.note("thought");
}

/// Fails at first.
#[tool(writes("line"), idempotent, approval)]
async fn dial(
    /// The number.
    number: u32,
    #[context] context: &CallContext,
    #[state] log: &Log,
) -> Result<u32, ToolError> {
    log.note(format!("dial {number} ({})", context.arguments()));
    match context.attempt() {
        1 => Err(ToolError::new("The line is busy.").retryable()),
        attempt => Ok(attempt),
    }
}

fn toolbox() -> Toolbox<Log> {
    let tools = tools![pay, balance, wipe, think, dial];
    Toolbox::builder().tools(tools).build().unwrap()
}

fn paying(from: u64, amount: u64) -> ToolCall {
    let arguments = format!(r#"{{"from": {from}, "to": "Ada", "amount": {amount}}}"#);
    ToolCall::new("call_1", "pay", arguments)
}

async fn run(approver: impl Approver, calls: Vec<ToolCall>) -> (Report, Arc<Log>) {
    let log = Arc::new(Log::default());
    let toolbox = toolbox();
    let report = toolbox
        .bind(Arc::clone(&log))
        .approved_by(approver)
        .run(calls)
        .await;
    left(&toolbox, &log).await;
    (report, log)
}

/// Nothing is left of the batches: calls over what they touched run at once.
async fn left(toolbox: &Toolbox<Log>, log: &Arc<Log>) {
    let entries = log.entries();
    let again = (0..6).map(|account| paying(account, 1));
    nothing_is_left(toolbox, log, 1, again).await.unwrap();
    *log.0.lock().unwrap() = entries;
}

const DENIED: &str = "`pay` was not called, since it is not allowed: ";

#[tokio::test]
async fn a_call_is_made_if_it_is_approved_of_and_only_then() {
    let asked = Arc::new(Log::default());
    let seen = Arc::clone(&asked);
    let approver = approval::by(move |request: ApprovalRequest| {
        seen.note(format!("{} {}", request.index(), request.arguments()));
        async move {
            sleep(Duration::from_millis(5)).await;
            match request.arguments().contains("500") {
                true => Ok(request.approve()),
                false => Ok(request.deny("Too much")),
            }
        }
    });
    let calls = vec![
        paying(1, 7),
        paying(2, 500),
        paying(3, 900),
        call("wipe", "{}"),
        call("think", "{}"),
    ];
    let (report, log) = run(approver, calls).await;
    assert_eq!(codes(&report), ["ok", "ok", "denied", "denied", "denied"]);
    assert_eq!(
        report.results()[2].text(),
        format!("{DENIED}Too much. Nothing was changed. Do not repeat the call.")
    );
    assert_eq!(report.results()[2].outcome().effects, Effects::None);
    assert_eq!(log.entries(), ["1 pays Ada 7", "2 pays Ada 500"]);
    let mut asked = asked.entries();
    asked.sort();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert_eq!(asked[0], r#"1 {"from": 2, "to": "Ada", "amount": 500}"#);
}

#[tokio::test]
async fn without_an_approver_nothing_is_made_that_needs_one() {
    let log = Arc::new(Log::default());
    let toolbox = toolbox();
    let calls = [
        paying(1, 7),
        paying(1, 700),
        call("wipe", "{}"),
        call("think", "{}"),
    ];
    let report = toolbox.bind(Arc::clone(&log)).run(calls).await;
    assert_eq!(codes(&report), ["ok", "denied", "denied", "denied"]);
    let reason = "it needs approval, and nobody could be asked. Nothing was changed. Do not repeat the call.";
    assert_eq!(report.results()[1].text(), format!("{DENIED}{reason}"));
    assert_eq!(log.entries(), ["1 pays Ada 7"]);
}

#[tokio::test]
async fn whoever_fails_or_panics_approves_of_nothing() {
    let calls = || vec![paying(1, 700), paying(2, 701), paying(3, 702)];
    let approver = approval::by(|request: ApprovalRequest| async move {
        match request.arguments() {
            text if text.contains("700") => Err("no line to db://ada:secret@host".into()),
            text if text.contains("701") => panic!("secret"),
            _ => Ok(request.approve()),
        }
    });
    let (report, log) = run(approver, calls()).await;
    assert_eq!(codes(&report), ["denied", "denied", "ok"]);
    for text in texts(&report) {
        assert!(!text.contains("secret"), "{text}");
    }
    assert_eq!(log.entries(), ["3 pays Ada 702"]);

    struct Broken;
    impl Approver for Broken {
        fn decide(&self, _: ApprovalRequest) -> DecisionFuture {
            panic!("at once")
        }
    }
    let (report, log) = run(Broken, calls()).await;
    assert_eq!(codes(&report), ["denied"; 3]);
    assert!(log.entries().is_empty());
}

/// Approves of the second call with what was made of the first.
struct Mixed(Mutex<Option<ApprovalRequest>>);

impl Approver for Mixed {
    fn decide(&self, request: ApprovalRequest) -> DecisionFuture {
        let first = self.0.lock().unwrap().take();
        let decision = match first {
            None => {
                *self.0.lock().unwrap() = Some(request);
                return Box::pin(std::future::pending());
            }
            Some(first) => first.approve(),
        };
        Box::pin(async move { Ok(decision) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_decision_is_good_for_one_call_alone() {
    // The same tool and arguments, under the same id.
    for second in [paying(1, 700), paying(2, 700), call("wipe", "{}")] {
        let (report, log) = run(Mixed(Mutex::default()), vec![paying(1, 700), second]).await;
        assert_eq!(codes(&report), ["timed_out", "denied"]);
        let text = report.results()[1].text();
        assert!(text.contains("the approval was for another call"), "{text}");
        assert!(log.entries().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_decision_of_an_earlier_batch_is_none() {
    let kept: Arc<Mutex<Option<ApprovalRequest>>> = Arc::default();
    let toolbox = toolbox();
    let log = Arc::new(Log::default());
    let keeper = Arc::clone(&kept);
    let keeping = approval::by(move |request: ApprovalRequest| {
        *keeper.lock().unwrap() = Some(request);
        std::future::pending()
    });
    let desk = toolbox.bind(Arc::clone(&log)).approved_by(keeping);
    assert_eq!(codes(&desk.run([paying(1, 700)]).await), ["timed_out"]);
    let keeper = Arc::clone(&kept);
    let replaying = approval::by(move |_| {
        let request = keeper.lock().unwrap().take();
        async move { Ok(request.ok_or("it was used")?.approve()) }
    });
    let desk = toolbox.bind(Arc::clone(&log)).approved_by(replaying);
    let report = desk.run([paying(1, 700), paying(1, 700)]).await;
    assert_eq!(codes(&report), ["denied", "denied"]);
    assert!(log.entries().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_decision_for_ever() {
    let begun = Instant::now();
    let (report, log) = run(
        approval::by(|_| std::future::pending()),
        vec![paying(1, 700)],
    )
    .await;
    assert_eq!(begun.elapsed(), Duration::from_secs(120));
    assert_eq!(
        report.results()[0].outcome().ending.to_string(),
        "timed_out (approval)"
    );
    assert_eq!(
        report.results()[0].text(),
        "`pay` was not called: it needs approval, and nobody decided within 120s. Nothing was changed. Call it again only if it is asked for."
    );
    assert!(log.entries().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_decision_may_be_due_before_anything_else_is() {
    let log = Arc::new(Log::default());
    let policy = Policy::default().approval_timeout(Duration::from_millis(50));
    let desk = toolbox().bind(log).with(policy).unwrap();
    let asked_in_vain = |_: ApprovalRequest| std::future::pending();
    let batch = desk.approved_by(approval::by(asked_in_vain)).start();
    batch.push(paying(1, 700));
    sleep(Duration::from_millis(20)).await;
    batch.push(paying(2, 700));
    let begun = Instant::now();
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["timed_out", "timed_out"]);
    assert_eq!(begun.elapsed(), Duration::from_millis(50));
}

/// Sleeps long.
#[tool(pure)]
async fn oversleep() {
    sleep(Duration::from_secs(50)).await;
}

#[tokio::test(start_paused = true)]
async fn a_decision_is_due_though_the_timekeeper_sleeps() {
    let toolbox = Toolbox::new(tools![oversleep, close]).unwrap();
    let policy = Policy::default().approval_timeout(Duration::from_millis(50));
    let asked_in_vain = |_: ApprovalRequest| std::future::pending();
    let desk = toolbox.bind(()).approved_by(approval::by(asked_in_vain));
    let batch = desk.with(policy).unwrap().start();
    batch.push(call("oversleep", "{}"));
    sleep(Duration::from_millis(20)).await;
    batch.push(call("close", "{}"));
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["ok", "timed_out"]);
    let wait = &report.results()[1].waits()[0];
    assert_eq!(wait.to - wait.from, Duration::from_millis(50));
}

/// Closes.
#[tool(writes("door"), approval)]
async fn close() {}

#[tokio::test(start_paused = true)]
async fn what_conflicts_with_a_call_that_is_decided_on_waits_and_the_rest_runs() {
    let approver = approval::by(|request: ApprovalRequest| async move {
        sleep(Duration::from_secs(1)).await;
        Ok(request.approve())
    });
    let calls = vec![
        paying(1, 700),
        call("balance", r#"{"account": 1}"#),
        call("balance", r#"{"account": 2}"#),
        paying(2, 800),
        call("think", "{}"),
    ];
    let begun = Instant::now();
    let (report, log) = run(approver, calls).await;
    // All are asked about at once.
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
    assert_eq!(codes(&report), ["ok"; 5]);
    assert_eq!(log.entries()[0], "read 2");
    let place = |entry: &str| log.entries().iter().position(|other| other == entry);
    assert!(place("1 pays Ada 700") < place("read 1"));
    let wait = &report.results()[0].waits()[0];
    assert_eq!(
        (&wait.what, wait.to),
        (&WaitedFor::Approval, Duration::from_secs(1))
    );
    assert!(matches!(
        report.results()[1].waits()[0].what,
        WaitedFor::Calls { last: Some(0), .. }
    ));
    assert_eq!(report.explain().limited.code(), "approval");
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_its_approval_and_for_those_before_it() {
    for (decides, writes) in [(1, 3), (3, 1)] {
        let approver = approval::by(move |request: ApprovalRequest| async move {
            let first = request.index() == 0;
            sleep(Duration::from_secs(if first { writes } else { decides })).await;
            Ok(request.approve())
        });
        let begun = Instant::now();
        let (report, log) = run(approver, vec![paying(1, 700), paying(1, 800)]).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(3));
        assert_eq!(codes(&report), ["ok", "ok"]);
        assert_eq!(log.entries(), ["1 pays Ada 700", "1 pays Ada 800"]);
    }
}

#[tokio::test]
async fn those_behind_a_denied_call_go_on() {
    let approver = approval::by(|request: ApprovalRequest| async move { Ok(request.deny("no")) });
    let calls = vec![paying(1, 700), call("balance", r#"{"account": 1}"#)];
    let (report, _) = run(approver, calls.clone()).await;
    assert_eq!(codes(&report), ["denied", "ok"]);

    let approver = approval::by(|request: ApprovalRequest| async move { Ok(request.deny("no")) });
    let log = Arc::new(Log::default());
    let policy = Policy::default().on_failure(OnFailure::SkipDependents);
    let desk = toolbox()
        .bind(Arc::clone(&log))
        .approved_by(approver)
        .with(policy)
        .unwrap();
    let report = desk.run(calls).await;
    assert_eq!(codes(&report), ["denied", "skipped"]);
    assert_eq!(
        report.results()[1].outcome().ending,
        Ending::Skipped { because: 0 }
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_ends_otherwise_is_not_decided_on_any_more() {
    struct Gone(Arc<Log>);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.note("not asked any more");
        }
    }
    let asked = Arc::new(Log::default());
    let approver = {
        let asked = Arc::clone(&asked);
        move || {
            let asked = Arc::clone(&asked);
            approval::by(move |_| {
                let gone = Gone(Arc::clone(&asked));
                asked.note("asked");
                async move {
                    let _gone = gone;
                    std::future::pending().await
                }
            })
        }
    };
    let toolbox = toolbox();
    let log = Arc::new(Log::default());

    let token = CancellationToken::new();
    let desk = toolbox
        .bind(Arc::clone(&log))
        .approved_by(approver())
        .cancelled_by(token.clone());
    let run = tokio::spawn(desk.run([paying(1, 700)]));
    sleep(Duration::from_millis(1)).await;
    token.cancel();
    assert_eq!(codes(&run.await.unwrap()), ["cancelled"]);
    assert_eq!(asked.entries(), ["asked", "not asked any more"]);
    drop(desk);

    let desk = toolbox.bind(Arc::clone(&log)).approved_by(approver());
    let mut run = Box::pin(desk.run([paying(1, 700)]));
    tokio::select! {
        _ = &mut run => unreachable!(),
        () = sleep(Duration::from_millis(1)) => {}
    }
    drop(run);
    assert_eq!(asked.entries().len(), 4);
    drop(desk);
    assert!(log.entries().is_empty());
    left(&toolbox, &log).await;
}

#[tokio::test]
async fn arguments_may_be_changed_by_who_says_so() {
    let approver = approval::editing(|request: ApprovalRequest| async move {
        let arguments = request
            .arguments()
            .replace("700", "70")
            .replace("900", "-1");
        Ok(request.approve_with(arguments))
    });
    let (report, log) = run(approver, vec![paying(1, 700), paying(2, 900)]).await;
    assert_eq!(codes(&report), ["ok", "denied"]);
    let result = &report.results()[0];
    let edited = r#"{"from": 1, "to": "Ada", "amount": 70}"#;
    assert_eq!(result.edited_arguments(), Some(edited));
    assert!(result.call().arguments().contains("700"));
    assert_eq!(
        result.text(),
        format!(
            "The arguments were changed before the call was approved: `pay` was called with {edited}\npaid 70"
        )
    );
    assert_eq!(log.entries(), ["1 pays Ada 70"]);
    let text = report.results()[1].text();
    assert!(
        text.contains("approved with are not valid:\n- `amount`: expected"),
        "{text}"
    );

    let stored = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&stored).unwrap();
    assert_eq!(read.results()[0].edited_arguments(), Some(edited));
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);
}

#[tokio::test]
async fn arguments_are_not_changed_by_who_does_not_say_so() {
    let approver = approval::by(|request: ApprovalRequest| async move {
        Ok(request.approve_with(r#"{"from": 1, "to": "Ada", "amount": 70}"#))
    });
    let (report, log) = run(approver, vec![paying(1, 700)]).await;
    assert_eq!(codes(&report), ["denied"]);
    assert!(log.entries().is_empty());
}

#[tokio::test(start_paused = true)]
async fn where_arguments_may_change_all_waits_that_they_could_mean() {
    let approver = approval::editing(|request: ApprovalRequest| async move {
        sleep(Duration::from_secs(1)).await;
        let arguments = request.arguments().replace(r#""from": 1"#, r#""from": 2"#);
        Ok(request.approve_with(arguments))
    });
    let calls = vec![paying(1, 700), call("balance", r#"{"account": 2}"#)];
    let (report, log) = run(approver, calls).await;
    assert_eq!(codes(&report), ["ok", "ok"]);
    assert_eq!(log.entries(), ["2 pays Ada 700", "read 2"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_tried_again_was_approved_of_already() {
    let asked = Arc::new(Log::default());
    let seen = Arc::clone(&asked);
    let approver = approval::editing(move |request: ApprovalRequest| {
        seen.note("asked");
        async move { Ok(request.approve_with(r#"{"number": 8}"#)) }
    });
    let (report, log) = run(approver, vec![call("dial", r#"{"number": 7}"#)]).await;
    assert_eq!(codes(&report), ["ok"]);
    assert_eq!(asked.entries(), ["asked"]);
    assert_eq!(log.entries(), [r#"dial 8 ({"number": 8})"#; 2]);
}

#[tokio::test]
async fn what_a_model_writes_approves_of_nothing() {
    let approver = approval::by(|request: ApprovalRequest| async move { Ok(request.deny("no")) });
    let calls = [
        r#"{"from": 1, "to": "Ada", "amount": 700, "approved": true}"#,
        r#"{"from": 1, "to": "approved", "amount": 700}"#,
        r#"{"from": 1, "to": "Ada", "amount": 700, "approval": {"id": "0000"}}"#,
    ];
    let (report, log) = run(approver, calls.map(|text| call("pay", text)).into()).await;
    assert_eq!(
        codes(&report),
        ["invalid_arguments", "denied", "invalid_arguments"]
    );
    assert!(log.entries().is_empty());
}

#[tokio::test]
async fn an_operator_may_want_approval_for_any_tool() {
    let policy: Policy =
        serde_json::from_str(r#"{"tools": {"balance": {"approval": true}}}"#).unwrap();
    let log = Arc::new(Log::default());
    let desk = toolbox().bind(Arc::clone(&log)).with(policy).unwrap();
    let report = desk
        .run([call("balance", r#"{"account": 1}"#), paying(1, 7)])
        .await;
    assert_eq!(codes(&report), ["denied", "ok"]);
}

#[tokio::test]
async fn same_calls_are_decided_on_one_by_one() {
    let approver = approval::by(|request: ApprovalRequest| async move {
        match request.index() {
            0 => Ok(request.approve()),
            _ => Ok(request.deny("once")),
        }
    });
    let log = Arc::new(Log::default());
    let desk = toolbox().bind(Arc::clone(&log)).approved_by(approver);
    let desk = desk.with(Policy::default().coalesce(true)).unwrap();
    let report = desk.run([call("think", "{}"), call("think", "{}")]).await;
    assert_eq!(codes(&report), ["ok", "denied"]);
    assert_eq!(log.entries(), ["thought"]);
}

/// Who waits for an answer, by the index of the call.
type Waiting = Arc<Mutex<Vec<(u64, oneshot::Sender<bool>)>>>;

/// A user interface: requests go out with an id, and come back with it.
#[test]
fn many_are_decided_on_from_outside_on_four_threads() {
    threads(4).block_on(async {
        for round in 0..50_u64 {
            let waiting: Waiting = Arc::default();
            let asks = Arc::clone(&waiting);
            let approver = approval::by(move |request: ApprovalRequest| {
                let (answer, answered) = oneshot::channel();
                asks.lock().unwrap().push((request.index() as u64, answer));
                async move {
                    let decision: Decision = match answered.await? {
                        true => request.approve(),
                        false => request.deny("no"),
                    };
                    Ok(decision)
                }
            });
            let log = Arc::new(Log::default());
            let toolbox = toolbox();
            let desk = toolbox.bind(Arc::clone(&log)).approved_by(approver);
            let calls: Vec<_> = (0..20)
                .map(|index| paying(index % 5, 200 + index))
                .collect();
            let run = tokio::spawn(desk.run(calls));
            let mut answered = 0;
            while answered < 20 {
                let next = waiting.lock().unwrap().pop();
                match next {
                    Some((index, answer)) => {
                        answered += 1;
                        let _ = answer.send(!(index + round).is_multiple_of(3));
                    }
                    None => tokio::task::yield_now().await,
                }
            }
            let report = run.await.unwrap();
            let made: Vec<String> = (0..20)
                .filter(|index| !(index + round).is_multiple_of(3))
                .map(|index| format!("{} pays Ada {}", index % 5, 200 + index))
                .collect();
            let mut entries = log.entries();
            for account in 0..5 {
                let of = |all: &[String]| -> Vec<String> {
                    let start = format!("{account} ");
                    all.iter()
                        .filter(|entry| entry.starts_with(&start))
                        .cloned()
                        .collect()
                };
                assert_eq!(of(&entries), of(&made));
            }
            entries.sort();
            let mut made = made;
            made.sort();
            assert_eq!(entries, made);
            assert_eq!(report.results().len(), 20);
            drop(desk);
            left(&toolbox, &log).await;
        }
    });
}

/// While one task reads changed arguments, another skips the call: it has its result when that is over, and then nothing is left.
#[test]
fn a_call_that_is_skipped_while_it_is_read_again_is_gone_with_its_batch() {
    let toolbox = toolbox();
    let policy = Policy::default().on_failure(OnFailure::SkipDependents);
    threads(3).block_on(async {
        for round in 0..3_000 {
            let log = Arc::new(Log::default());
            let approver = approval::editing(|request: ApprovalRequest| async move {
                Ok(match request.index() {
                    0 => request.deny("no"),
                    _ => request.approve_with(request_of(7)),
                })
            });
            let desk = toolbox.bind(Arc::clone(&log)).approved_by(approver);
            let desk = desk.with(policy.clone()).unwrap();
            let report = desk.run([paying(1, 700), paying(2, 700)]).await;
            drop(desk);
            assert_eq!(codes(&report)[0], "denied");
            assert_eq!(Arc::strong_count(&log), 1, "round {round}");
            assert!(support::is_idle(&toolbox), "round {round}");
        }
    });
}

fn request_of(amount: u64) -> String {
    paying(2, amount).arguments().to_owned()
}
