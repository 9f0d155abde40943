//! What a batch does when it is suspended, and when it goes on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{call, codes, is_idle, texts};
use tokio::time::{Instant, sleep};
use tokio_stream::StreamExt as _;
use tokio_util::sync::CancellationToken;
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::batch::{Event, OnFailure, SuspendedBatch};
use tool_runtime::{Policy, Report, ToolCall, ToolResult, Toolbox, layer, tool, tools};

use super::{
    Bank, approved, audit, balance, finished, left, pay, paying, pending, reading, stored, suspend,
    suspended, think, toolbox, wipe,
};

#[tokio::test(start_paused = true)]
async fn what_is_done_stays_and_what_waits_goes_on_in_another_process() {
    let bank = Arc::new(Bank::default());
    let here = toolbox();
    let calls = vec![
        paying(1, 2, 7),
        paying(2, 3, 700),
        reading(3), // waits for the one that is decided on
        reading(4),
        call("missing", "{}"),
        paying(5, 5, 900),
        call("think", "{}"),
    ];
    let begun = Instant::now();
    let batch = here.bind(Arc::clone(&bank)).run(calls).or_suspend().await;
    let batch = suspended(batch);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(pending(&batch), [1, 5]);
    let done: Vec<_> = batch.results().map(ToolResult::text).collect();
    assert_eq!(done[..2], ["-7 7", "0"]);
    assert_eq!(done.len(), 4);
    let mut first = bank.entries();
    first.sort();
    assert_eq!(first, ["0: 1 pays 2 7", "3: read 4", "6: thought"]);
    left(&here, &bank).await;

    // Days later.
    let (batch, there) = (stored(&batch), toolbox());
    let call = batch.pending().next().unwrap();
    assert_eq!(call.call().id(), "call_pay");
    assert_eq!(call.arguments(), r#"{"from": 2, "to": 3, "amount": 700}"#);
    assert_eq!(batch.request(&call.id()).unwrap().index(), 1);
    let last = batch.pending().last().unwrap();
    let decisions = [last.deny("Too much."), call.approve()];
    let desk = there.bind(Arc::clone(&bank));
    let report = finished(desk.resume(batch, decisions).unwrap().or_suspend().await);
    drop(desk);
    assert_eq!(
        codes(&report),
        ["ok", "ok", "ok", "ok", "unknown_tool", "denied", "ok"]
    );
    assert_eq!(texts(&report)[..4], ["-7 7", "-693 700", "700", "0"]);
    assert!(texts(&report)[5].contains("not allowed: Too much."));
    assert_eq!(bank.entries()[3..], ["1: 2 pays 3 700", "2: read 3"]);
    left(&there, &bank).await;
}

#[tokio::test]
async fn a_batch_that_waits_for_nobody_is_not_suspended() {
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(bank);
    for calls in [vec![], vec![paying(1, 2, 7), call("think", "[]")]] {
        let report = finished(desk.run(calls.clone()).or_suspend().await);
        assert_eq!(report.results().len(), calls.len());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_decided_stays_pending_however_often() {
    let bank = Arc::new(Bank::default());
    let toolbox = toolbox();
    let desk = toolbox.bind(Arc::clone(&bank));
    let calls = (1..5).map(|account| paying(account, account, 700));
    let mut batch = suspend(&desk, calls.collect()).await;
    let ids: Vec<_> = batch.pending().map(|call| call.id()).collect();
    let name = batch.id().to_owned();
    for left in (1..4).rev() {
        let decision = batch.pending().last().unwrap().approve();
        let run = desk.resume(batch, [decision]).unwrap().or_suspend();
        batch = stored(&suspended(run.await));
        let still: Vec<_> = batch.pending().map(|call| call.id()).collect();
        assert_eq!(still, ids[..left]);
        assert_eq!(batch.id(), name);
    }
    assert_eq!(bank.entries().len(), 3);
    // Nobody is there at last.
    let report = desk.resume(batch, []).unwrap().await;
    assert_eq!(codes(&report), ["denied", "ok", "ok", "ok"]);
    drop(desk);
    left(&toolbox, &bank).await;
}

#[tokio::test]
async fn an_approver_is_asked_about_what_was_not_decided_and_under_the_same_id() {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let approver = approval::by(move |request: ApprovalRequest| {
        seen.lock().unwrap().push(request.id());
        async move { Ok(request.approve()) }
    });
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(Arc::clone(&bank)).approved_by(approver);
    let batch = suspend(&desk, vec![paying(1, 1, 700), paying(2, 2, 800)]).await;
    assert!(asked.lock().unwrap().is_empty(), "nobody is asked");
    let calls: Vec<_> = batch.pending().collect();
    let (second, decision) = (calls[1].id(), calls[0].deny("no"));
    let report = desk.resume(batch, [decision]).unwrap().await;
    assert_eq!(codes(&report), ["denied", "ok"]);
    assert_eq!(*asked.lock().unwrap(), [second]);
}

#[tokio::test]
async fn keys_for_backends_stay_the_same() {
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(Arc::clone(&bank));
    let batch = suspend(&desk, vec![call("wipe", "{}")]).await;
    let again = stored(&batch);
    for batch in [batch, again] {
        let decisions = approved(&batch);
        let report = desk.resume(batch, decisions).unwrap().await;
        assert_eq!(codes(&report), ["ok"]);
    }
    // Resumed twice it runs twice: under the same key.
    let entries = bank.entries();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0], entries[1]);

    // So is one that the program gave.
    let redelivered = call("wipe", "{}").with_idempotency_key("order-7");
    let batch = stored(&suspend(&desk, vec![redelivered]).await);
    let decisions = approved(&batch);
    desk.resume(batch, decisions).unwrap().await;
    let last = bank.entries().pop().unwrap();
    assert!(last.contains("order-7"), "{last}");
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_all_that_still_runs() {
    /// Works.
    #[tool(reads("work"))]
    async fn work(
        /** Milliseconds. */
        time: u64,
    ) {
        sleep(Duration::from_millis(time)).await;
    }
    /// Fails at first.
    #[tool(reads("line"), retry(attempts = 2))]
    async fn dial(
        #[context] context: &tool_runtime::CallContext,
    ) -> Result<u32, tool_runtime::ToolError> {
        match context.attempt() {
            1 => Err(tool_runtime::ToolError::new("busy").retry_after(Duration::from_secs(2))),
            attempt => Ok(attempt),
        }
    }
    let toolbox = Toolbox::<Bank>::builder().tools(tools![pay, work, dial]);
    let toolbox = toolbox.build().unwrap();
    let desk = toolbox.bind(Arc::new(Bank::default()));
    for (other, time) in [
        (call("work", r#"{"time": 700}"#), 700),
        (call("dial", "{}"), 2000),
        // Longer than anybody waits for an approver.
        (call("work", r#"{"time": 20000}"#), 20_000),
    ] {
        let begun = Instant::now();
        let policy = Policy::default().approval_timeout(Duration::from_secs(5));
        let desk = desk.clone().with(policy).unwrap();
        let batch = suspended(desk.run([paying(1, 1, 700), other]).or_suspend().await);
        assert_eq!(begun.elapsed(), Duration::from_millis(time));
        assert_eq!(batch.results().count(), 1);
        let decisions = approved(&batch);
        let report = desk.resume(batch, decisions).unwrap().await;
        assert_eq!(codes(&report), ["ok", "ok"]);
        // As if there had been no pause.
        assert_eq!(report.wall(), Duration::from_millis(time));
        let began = report.results()[0].span().unwrap().started;
        assert_eq!(began, Duration::from_millis(time));
    }
}

#[tokio::test(start_paused = true)]
async fn time_and_cancellation_end_it_before() {
    /// Hangs.
    #[tool(reads("nothing"))]
    async fn hang() {
        std::future::pending().await
    }
    let toolbox = Toolbox::<Bank>::builder().tools(tools![pay, hang]);
    let toolbox = toolbox.build().unwrap();
    let bank = Arc::new(Bank::default());
    let calls = || [paying(1, 1, 700), call("hang", "{}")];
    let policy = Policy::default()
        .batch_timeout(Duration::from_secs(3))
        .call_timeout(Duration::from_secs(30));
    let desk = toolbox.bind(Arc::clone(&bank)).with(policy).unwrap();
    let report = finished(desk.run(calls()).or_suspend().await);
    assert_eq!(codes(&report), ["timed_out", "timed_out"]);
    drop(desk);

    let token = CancellationToken::new();
    let desk = toolbox.bind(Arc::clone(&bank)).cancelled_by(token.clone());
    let run = tokio::spawn(desk.run(calls()).or_suspend());
    sleep(Duration::from_millis(1)).await;
    token.cancel();
    let report = finished(run.await.unwrap());
    assert_eq!(codes(&report), ["cancelled", "cancelled"]);
    drop(desk);

    // Dropped while it waits for a call that hangs.
    let desk = toolbox.bind(Arc::clone(&bank));
    let mut run = Box::pin(desk.run(calls()).or_suspend());
    tokio::select! {
        _ = &mut run => unreachable!(),
        () = sleep(Duration::from_millis(1)) => {}
    }
    drop((run, desk));
    left_of(&toolbox, &bank);
    assert!(bank.entries().is_empty());
}

fn left_of(toolbox: &Toolbox<Bank>, bank: &Arc<Bank>) {
    assert!(is_idle(toolbox));
    assert_eq!(Arc::strong_count(bank), 1);
}

#[tokio::test]
async fn layers_see_each_result_once() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let toolbox = Toolbox::builder()
        .tools(tools![pay, balance, audit, wipe, think])
        .layer(layer::finished(move |result: &ToolResult, _: &Bank| {
            log.lock().unwrap().push(result.text().to_owned());
        }))
        .build()
        .unwrap();
    let bank = Arc::new(Bank::default());
    let desk = toolbox.bind(Arc::clone(&bank));
    let batch = suspend(&desk, vec![paying(1, 2, 700), reading(3), reading(1)]).await;
    assert_eq!(*seen.lock().unwrap(), ["0"]);
    drop(desk);
    left_of(&toolbox, &bank);
    let desk = toolbox.bind(bank);
    let decisions = approved(&batch);
    let report = desk.resume(batch, decisions).unwrap().await;
    assert_eq!(*seen.lock().unwrap(), ["0", "-700 700", "-700"]);
    assert_eq!(texts(&report), ["-700 700", "0", "-700"]);
}

#[tokio::test]
async fn who_reads_events_of_the_rest_gets_all_results() {
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(bank);
    let batch = suspend(&desk, vec![paying(1, 2, 700), reading(3)]).await;
    let decisions = approved(&batch);
    let mut events = desk.resume(batch, decisions).unwrap().events();
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        match event {
            Event::Finished { index, .. } => seen.push(index),
            Event::Report(report) => assert_eq!(codes(&report), ["ok", "ok"]),
            _ => {}
        }
    }
    assert_eq!(seen, [1, 0]);
}

#[tokio::test]
async fn what_was_skipped_before_stays_so_and_later_failures_skip_too() {
    for (policy, expected) in [
        (OnFailure::Isolate, ["failed", "ok", "denied", "ok", "ok"]),
        (
            OnFailure::SkipDependents,
            ["failed", "skipped", "denied", "skipped", "ok"],
        ),
        (
            OnFailure::StopAll,
            ["failed", "skipped", "skipped", "skipped", "skipped"],
        ),
    ] {
        let bank = Arc::new(Bank::default());
        let policy = Policy::default().on_failure(policy);
        let desk = toolbox().bind(bank).with(policy).unwrap();
        let calls = vec![
            paying(1, 1, 9), // fails
            reading(1),
            paying(2, 2, 700),
            reading(2),
            reading(3),
        ];
        let report = match desk.run(calls).or_suspend().await {
            tool_runtime::batch::Progressed::Finished(report) => report,
            progressed => {
                let batch = stored(&suspended(progressed));
                let denied: Vec<_> = batch.pending().map(|call| call.deny("no")).collect();
                desk.resume(batch, denied).unwrap().await
            }
        };
        // Under `StopAll` a call may have run when the first fails.
        let last = expected.len() - usize::from(expected[4] == "skipped");
        assert_eq!(codes(&report)[..last], expected[..last]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_batch_holds_nothing_that_other_batches_wait_for() {
    let bank = Arc::new(Bank::default());
    let toolbox = toolbox();
    let desk = toolbox
        .bind(Arc::clone(&bank))
        .order_across_batches("tenant-7");
    let first = desk.run([paying(1, 2, 700), reading(2)]).or_suspend();
    // In the order of one scope behind it: it waits until the first is suspended, and is then suspended itself.
    let second = desk.run([reading(2), paying(1, 3, 800)]).or_suspend();
    let (first, second) = tokio::join!(first, second);
    let (first, second) = (suspended(first), suspended(second));
    assert_eq!(second.results().count(), 1);
    let report = desk.run([paying(2, 1, 50)]).await;
    assert_eq!(texts(&report), ["-50 50"]);
    for batch in [second, first] {
        let decisions = approved(&batch);
        let report = desk.resume(batch, decisions).unwrap().await;
        assert_eq!(codes(&report), ["ok", "ok"]);
    }
    assert_eq!(
        bank.entries(),
        [
            "0: read 2",
            "0: 2 pays 1 50",
            "1: 1 pays 3 800",
            "0: 1 pays 2 700",
            "1: read 2"
        ]
    );
    drop(desk);
    left(&toolbox, &bank).await;
}

#[tokio::test(start_paused = true)]
async fn it_is_seen_when_the_last_call_of_another_batch_ends_that_it_waits_for() {
    /// Works on an account.
    #[tool(writes("account:{account}"))]
    async fn work(
        /** Which. */
        account: u64,
    ) {
        let _ = account;
        sleep(Duration::from_secs(1)).await;
    }
    let toolbox = Toolbox::<Bank>::builder().tools(tools![pay, work]);
    let toolbox = toolbox.build().unwrap();
    let bank = Arc::new(Bank::default());
    let desk = toolbox.bind(bank).order_across_batches("tenant-7");
    let first = tokio::spawn(desk.run([call("work", r#"{"account": 2}"#)]));
    tokio::task::yield_now().await;
    // The second call waits for the first of its own batch too, so nothing is told to it when the other batch ends.
    let second = desk.run([paying(1, 1, 700), paying(1, 2, 7)]).or_suspend();
    let begun = Instant::now();
    let second = tokio::spawn(second);
    assert_eq!(pending(&suspended(second.await.unwrap())), [0]);
    assert!(first.is_finished());
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
}

#[tokio::test]
async fn a_thread_that_hangs_and_is_waited_for_holds_it_up() {
    use std::sync::mpsc;

    type Gate = Mutex<mpsc::Receiver<()>>;
    /// Hangs on its thread.
    #[tool(writes("account"))]
    fn hang(#[state] gate: &Gate) {
        let _ = gate.lock().unwrap().recv();
    }
    /// Writes what it may not write yet.
    #[tool(writes("account"), approval)]
    async fn write() {}

    let toolbox = Toolbox::<Gate>::builder().tools(tools![hang, write]);
    let toolbox = toolbox.build().unwrap();
    let (release, gate) = mpsc::channel();
    // Nothing is skipped, so the second call waits for the thread.
    let policy = Policy::default()
        .never_skip("write")
        .tool_timeout("hang", Duration::from_millis(20))
        .grace(Duration::from_millis(1));
    let desk = toolbox.bind(Mutex::new(gate)).with(policy).unwrap();
    let run = desk.run([call("hang", "{}"), call("write", "{}")]);
    let mut run = Box::pin(run.or_suspend());
    let early = tokio::time::timeout(Duration::from_millis(200), &mut run).await;
    release.send(()).unwrap();
    assert!(early.is_err(), "it was suspended while the thread writes");
    let batch = suspended(run.await);
    assert_eq!(pending(&batch), [1]);
}

#[tokio::test]
async fn arguments_may_be_changed_if_that_was_said_before() {
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(Arc::clone(&bank));
    let calls = vec![paying(1, 2, 700), reading(3), call("think", "{}")];
    let run = desk.run(calls).or_suspend().with_edits();
    let batch = stored(&suspended(run.await));
    assert!(batch.may_edit());
    // What it touches may change.
    assert_eq!(bank.entries(), ["2: thought"]);
    let call = batch.pending().next().unwrap();
    let edited = r#"{"from": 1, "to": 3, "amount": 70}"#;
    let decision = call.approve_with(edited);
    let report = desk.resume(batch, [decision]).unwrap().await;
    assert_eq!(codes(&report), ["ok"; 3]);
    assert_eq!(report.results()[0].edited_arguments(), Some(edited));
    assert_eq!(report.results()[1].text(), "70");

    let batch = suspended(
        desk.run([paying(1, 2, 700)])
            .or_suspend()
            .with_edits()
            .await,
    );
    let invalid = batch.pending().next().unwrap().approve_with("{}");
    let report = desk.resume(batch, [invalid]).unwrap().await;
    assert_eq!(codes(&report), ["denied"]);
    assert!(texts(&report)[0].contains("approved with are not valid:"));
}

/// Decided on by an approver at once, and by suspending: the same results.
#[tokio::test]
async fn the_report_is_that_of_a_batch_that_was_not_suspended() {
    let calls = || vec![paying(1, 2, 9), paying(2, 3, 700), reading(3), reading(9)];
    let approver = approval::by(|request: ApprovalRequest| async move { Ok(request.approve()) });
    let desk = toolbox()
        .bind(Arc::new(Bank::default()))
        .approved_by(approver);
    let expected: Report = desk.run(calls()).await;
    let desk = toolbox().bind(Arc::new(Bank::default()));
    let batch = suspend(&desk, calls()).await;
    let decisions = approved(&batch);
    let report = desk.resume(batch, decisions).unwrap().await;
    assert_eq!(texts(&report), texts(&expected));
    let outcomes = |report: &Report| -> Vec<_> {
        let results = report.results().iter();
        results.map(ToolResult::outcome).collect()
    };
    assert_eq!(outcomes(&report), outcomes(&expected));
    // And is stored as any other.
    let stored = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&stored).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);
}

#[tokio::test]
async fn a_batch_that_takes_calls_one_by_one_is_not_suspended() {
    let desk = toolbox().bind(Arc::new(Bank::default()));
    let batch = desk.start();
    batch.push(paying(1, 2, 700));
    let report = finished(batch.finish().or_suspend().await);
    assert_eq!(codes(&report), ["denied"]);
}

#[tokio::test]
async fn what_a_repair_made_of_arguments_is_what_is_decided_on() {
    use tool_runtime::batch::Repair;

    let bank = Arc::new(Bank::default());
    let policy = Policy::default().repair(Repair::Safe);
    let desk = toolbox().bind(Arc::clone(&bank));
    let repairing = desk.clone().with(policy).unwrap();
    let written = ToolCall::new("c", "pay", r#"{"from": "1", "to": 2, "amount": 700}"#);
    let batch = suspend(&repairing, vec![written]).await;
    let call = batch.pending().next().unwrap();
    assert!(call.arguments().contains(r#""from": 1"#) || call.arguments().contains(r#""from":1"#));
    let bytes = batch.sign(&super::KEY);
    let decisions = approved(&batch);
    let report = repairing.resume(batch, decisions).unwrap().await;
    assert_eq!(codes(&report), ["ok"]);

    // Under a policy that repairs nothing, the arguments are not those that were decided on.
    let batch = SuspendedBatch::verify(&bytes, &super::KEY).unwrap();
    let decisions = approved(&batch);
    let report = desk.resume(batch, decisions).unwrap().await;
    assert_eq!(codes(&report), ["invalid_arguments"]);
    assert_eq!(bank.entries().len(), 1);
}

/// Think of one thing.
#[tool(pure)]
async fn weigh(
    /** Which. */
    thing: u64,
    #[state] bank: &Bank,
) -> u64 {
    bank.note(format!("weighed {thing}"));
    thing
}

#[tokio::test(start_paused = true)]
async fn a_decision_is_for_one_of_two_calls_that_are_the_same() {
    let bank = Arc::new(Bank::default());
    let toolbox = Toolbox::<Bank>::builder()
        .tools(tools![weigh])
        .build()
        .unwrap();
    let under = |policy| toolbox.bind(Arc::clone(&bank)).with(policy).unwrap();
    let calls = vec![call("weigh", r#"{"thing": 7}"#); 3];
    let batch = suspend(&under(Policy::default().require_approval("weigh")), calls).await;
    let waiting: Vec<_> = batch.pending().collect();
    let decisions = [waiting[0].approve(), waiting[1].deny("Once is enough.")];
    drop(waiting);
    // Nobody would have to approve of them now, so they could run once for all.
    let desk = under(Policy::default().coalesce(true));
    let batch = suspended(desk.resume(batch, decisions).unwrap().or_suspend().await);
    assert_eq!(pending(&batch), [2]);
    let decisions = approved(&batch);
    let report = finished(desk.resume(batch, decisions).unwrap().or_suspend().await);
    assert_eq!(codes(&report), ["ok", "denied", "ok"]);
    assert_eq!(bank.entries(), ["weighed 7"; 2]);
}
