//! What is written down after a call: once for each, whatever became of it.

use std::sync::Arc;
use std::time::Duration;

use support::{call, codes};
use tool_runtime::batch::{OnFailure, Progressed, SuspendedBatch};
use tool_runtime::journal::{FinishedCall, Journal, JournalFuture, Record, StartedCall};
use tool_runtime::{CallContext, Effects, Policy, ToolCall, Toolbox, tool, tools};

use crate::desk::{How, Log, Memory, desk, toolbox};

fn finished(journal: &Memory) -> Vec<String> {
    let entries = journal.log.entries().into_iter();
    let mut finished: Vec<_> = entries
        .filter(|entry| entry.starts_with("finished"))
        .collect();
    finished.sort();
    finished
}

#[tokio::test(start_paused = true)]
async fn every_call_is_told_once() {
    let policy = Policy::default()
        .on_failure(OnFailure::SkipDependents)
        .call_timeout(Duration::from_secs(1));
    let journal = Memory::default();
    let calls = [
        call("read", "{}"),
        call("fail", "{}"),
        call("pay", "{}"),
        call("busy", "{}"),
        call("panics", "{}"),
        call("nobody", "{}"),
        call("add", "[]"),
        call("pay_much", "{}"),
    ];
    let report = desk(policy, &journal).run(calls).await;
    let mut expected: Vec<_> = report
        .results()
        .iter()
        .map(|result| format!("finished {} {}", result.name(), result.outcome().ending))
        .collect();
    expected.sort();
    assert_eq!(finished(&journal), expected);
    assert_eq!(expected.len(), 8);
}

#[tokio::test(start_paused = true)]
async fn the_keys_are_those_of_the_contexts() {
    /// Tells its key.
    #[tool(pure)]
    async fn key(#[context] context: &CallContext) -> String {
        context.idempotency_key()
    }
    let journal = Memory::default();
    let toolbox = Toolbox::new(tools![key]).unwrap();
    let desk = toolbox.bind(()).journaled_by(Arc::new(journal.clone()));
    let report = desk.run([call("key", "{}"), call("key", "{}")]).await;
    let recovered = journal.recovered();
    for (index, result) in report.results().iter().enumerate() {
        let call = recovered.get(result.text()).unwrap();
        assert_eq!(call.index(), index);
        assert_eq!(call.result().unwrap().text(), result.text());
    }
    assert!(recovered.get("another").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_dropped_has_told_of_its_calls() {
    let journal = Memory::default();
    let calls = [call("read", "{}"), call("hang", "{}"), call("pay", "{}")];
    let desk = desk(Policy::default(), &journal);
    let run = tokio::time::timeout(Duration::from_millis(50), desk.run(calls));
    assert!(run.await.is_err());
    assert_eq!(
        journal.log.entries(),
        [
            "started read",
            "read",
            "finished read ok",
            "started hang",
            "hang",
            "finished hang cancelled (batch)",
            "finished pay cancelled (batch)"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_is_told() {
    let journal = Memory::default();
    let batch = desk(Policy::default().grace(Duration::ZERO), &journal).start();
    batch.push(call("hang", "{}"));
    tokio::time::sleep(Duration::from_millis(5)).await;
    batch.cancel(0);
    batch.finish().await;
    assert_eq!(finished(&journal), ["finished hang cancelled (call)"]);
}

/// What waits for a decision is open, and is told when it has gone on, in another toolbox and under the same key.
#[tokio::test(start_paused = true)]
async fn a_call_of_a_suspended_batch_is_told_when_it_has_gone_on() {
    let journal = Memory::default();
    let calls = [call("read", "{}"), call("pay_much", "{}")];
    let run = desk(Policy::default(), &journal).run(calls);
    let Progressed::Suspended(batch) = run.or_suspend().await else {
        panic!("nobody has decided");
    };
    assert_eq!(
        journal.log.entries(),
        ["started read", "read", "finished read ok"]
    );
    let stored = batch.sign(&[7; 32]);
    let key = journal
        .recovered()
        .calls()
        .next()
        .unwrap()
        .idempotency_key()[..32]
        .to_owned();

    let batch = SuspendedBatch::verify(&stored, &[7; 32]).unwrap();
    let decision = batch.pending().next().unwrap().approve();
    let other = Memory::default();
    let desk = desk(Policy::default(), &other);
    let report = desk.resume(batch, [decision]).unwrap().await;
    assert_eq!(codes(&report), ["ok", "ok"]);
    assert_eq!(
        other.log.entries(),
        ["started pay_much", "pay_much", "finished pay_much ok"]
    );
    let call = other.recovered();
    let call = call.calls().next().unwrap();
    assert_eq!(call.idempotency_key(), format!("{key}-001"));
    assert_eq!(call.index(), 1);
}

/// A batch inside a call is told to its own journal, which may be the same.
#[tokio::test(start_paused = true)]
async fn a_batch_inside_a_call_has_its_own_journal() {
    struct Outer(Toolbox<Log>, Memory);

    /// Runs a batch.
    #[tool(writes("account"))]
    async fn outer(#[state] outer: &Outer) -> String {
        let desk = outer.0.bind(outer.1.log.clone());
        let desk = desk.journaled_by(outer.1.clone());
        let report = desk.run([call("read", "{}")]).await;
        report.results()[0].text().to_owned()
    }
    let journal = Memory::default();
    let state = Outer(toolbox(Policy::default()), journal.clone());
    let toolbox = Toolbox::<Outer>::builder().tools(tools![outer]);
    let toolbox = toolbox.build().unwrap();
    let desk = toolbox.bind(state).journaled_by(journal.clone());
    desk.run([call("outer", "{}")]).await;
    assert_eq!(
        journal.log.entries(),
        [
            "started outer",
            "started read",
            "read",
            "finished read ok",
            "finished outer ok"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_panics_then_is_nobodys_matter() {
    struct Panics;
    impl Journal for Panics {
        fn started(&self, _: StartedCall) -> JournalFuture {
            Box::pin(async { Ok(()) })
        }
        fn finished(&self, _: FinishedCall) {
            panic!("as it was told")
        }
    }
    let desk = toolbox(Policy::default()).bind(Log::default());
    let report = desk.journaled_by(Panics).run([call("read", "{}")]).await;
    assert_eq!(codes(&report), ["ok"]);
}

/// Of a call that was approved with other arguments both are known.
#[tokio::test(start_paused = true)]
async fn the_arguments_are_those_that_the_tool_read() {
    use tool_runtime::approval::{self, ApprovalRequest};
    let journal = Memory::new(&Log::default(), How::Fine);
    let policy = Policy::default().require_approval("pay");
    let approver = approval::editing(|request: ApprovalRequest| async move {
        Ok(request.approve_with(r#"{"amount":5}"#))
    });
    let desk = desk(policy, &journal).approved_by(approver);
    desk.run([call("pay", r#"{"amount": 500}"#)]).await;
    let Record::Started(call) = &journal.records()[0] else {
        panic!("it began");
    };
    assert_eq!(call.call().arguments(), r#"{"amount": 500}"#);
    assert_eq!(call.arguments(), r#"{"amount":5}"#);
    assert!(call.may_change());
}

/// What is read again says the same.
#[tokio::test(start_paused = true)]
async fn every_record_is_what_it_was_when_it_is_read() {
    let journal = Memory::default();
    let policy = Policy::default()
        .on_failure(OnFailure::SkipDependents)
        .coalesce(true);
    let calls: Vec<ToolCall> = vec![
        call("fail", "{}"),
        call("read", "{}"),
        call("add", r#"{"a": 1}"#),
        call("add", r#"{"a":1}"#),
        call("busy", "{}"),
        call("panics", "{}"),
        call("add", "[]"),
        ToolCall::with_text("x", "add", "no json").cut_off(),
    ];
    desk(policy, &journal).run(calls).await;
    let records = journal.records();
    let same = records.iter().filter(|record| match record {
        Record::Finished(call) => call.result().outcome().same_as.is_some(),
        Record::Started(_) => false,
    });
    assert_eq!(same.count(), 1);
    for record in &records {
        let stored = serde_json::to_string(record).unwrap();
        let read: Record = serde_json::from_str(&stored).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), stored);
    }
    let calls = journal.recovered();
    let effects: Vec<_> = calls.calls().map(|call| call.effects()).collect();
    assert_eq!(effects.len(), 8);
    assert!(effects.contains(&Effects::Unknown));
}
