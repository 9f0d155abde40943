//! Whatever is decided when, and however often the batch is put away: it is as if all had been decided at once.

use std::sync::Arc;

use proptest::prelude::*;
use support::{call, codes, texts, threads};
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::batch::{OnFailure, Progressed};
use tool_runtime::{Bound, Policy, Report, ToolCall, Toolbox};

use super::{Bank, left, paying, reading, stored, toolbox};

#[derive(Clone, Debug)]
struct Case {
    calls: Vec<ToolCall>,
    decisions: Vec<Choice>,
    /// In which round each is made.
    rounds: Vec<usize>,
    on_failure: OnFailure,
    edits: bool,
    /// Whether its calls are in an order across batches.
    scoped: bool,
    workers: usize,
}

/// What is decided on a call, if it has to be.
#[derive(Clone, Debug)]
enum Choice {
    Approve,
    Deny,
    /// Another account, and another amount.
    Edit(u64, i64),
}

const MOST: usize = 9;

fn any_call() -> impl Strategy<Value = ToolCall> {
    let account = || 0..4_u64;
    // Half of them have to be decided on, some fail.
    let amount = prop_oneof![1..=9_i64, 695..=709_i64];
    prop_oneof![
        5 => (account(), account(), amount).prop_map(|(from, to, amount)| paying(from, to, amount)),
        3 => account().prop_map(reading),
        1 => Just(call("audit", "{}")),
        1 => Just(call("think", "{}")),
        1 => Just(call("missing", "{}")),
        1 => Just(call("balance", "[]")),
    ]
}

fn any_case() -> impl Strategy<Value = Case> {
    let choice = prop_oneof![
        3 => Just(Choice::Approve),
        1 => Just(Choice::Deny),
        1 => (0..4_u64, 1..=9_i64).prop_map(|(account, amount)| Choice::Edit(account, amount)),
    ];
    use OnFailure::{Isolate, SkipDependents};
    (
        prop::collection::vec(any_call(), 1..MOST),
        prop::collection::vec(choice, MOST),
        prop::collection::vec(0..4_usize, MOST),
        prop::sample::select(vec![Isolate, SkipDependents]),
        any::<(bool, bool)>(),
        1..=3_usize,
    )
        .prop_map(
            |(calls, decisions, rounds, on_failure, (edits, scoped), workers)| Case {
                calls,
                decisions,
                rounds,
                on_failure,
                edits,
                scoped,
                workers,
            },
        )
}

impl Case {
    fn policy(&self) -> Policy {
        Policy::default().on_failure(self.on_failure)
    }

    fn desk(&self, toolbox: &Toolbox<Bank>, bank: &Arc<Bank>) -> Bound<Bank> {
        let desk = toolbox.bind(Arc::clone(bank)).with(self.policy()).unwrap();
        match self.scoped {
            true => desk.order_across_batches("tenant-7"),
            false => desk,
        }
    }

    fn choice(&self, index: usize) -> Choice {
        match &self.decisions[index] {
            Choice::Edit(..) if !self.edits => Choice::Deny,
            choice => choice.clone(),
        }
    }
}

fn edited(account: u64, amount: i64) -> String {
    paying(account, account, amount).arguments().to_owned()
}

/// Decided at once.
async fn at_once(case: &Case, bank: &Arc<Bank>) -> Report {
    let deciding = case.clone();
    let approver = move |request: ApprovalRequest| {
        let choice = deciding.choice(request.index());
        async move {
            Ok(match choice {
                Choice::Approve => request.approve(),
                Choice::Deny => request.deny("no"),
                Choice::Edit(account, amount) => request.approve_with(edited(account, amount)),
            })
        }
    };
    let desk = case.desk(&toolbox(), bank);
    let desk = match case.edits {
        true => desk.approved_by(approval::editing(approver)),
        false => desk.approved_by(approval::by(approver)),
    };
    desk.run(case.calls.clone()).await
}

/// Decided in rounds, each in another process; how many there were.
async fn in_rounds(case: &Case, bank: &Arc<Bank>) -> (Report, usize) {
    let toolbox_of_first = toolbox();
    let desk = case.desk(&toolbox_of_first, bank);
    let run = desk.run(case.calls.clone()).or_suspend();
    let mut progressed = match case.edits {
        true => run.with_edits().await,
        false => run.await,
    };
    drop(desk);
    left(&toolbox_of_first, bank).await;
    let mut round = 0;
    loop {
        let batch = match progressed {
            Progressed::Finished(report) => return (report, round),
            Progressed::Suspended(batch) => stored(&batch),
        };
        assert!(batch.pending().next().is_some(), "nobody waits: {batch:?}");
        let due = batch
            .pending()
            .filter(|call| case.rounds[call.index()] <= round);
        let decisions: Vec<_> = due
            .map(|call| match case.choice(call.index()) {
                Choice::Approve => call.approve(),
                Choice::Deny => call.deny("no"),
                Choice::Edit(account, amount) => call.approve_with(edited(account, amount)),
            })
            .collect();
        let toolbox = toolbox();
        let desk = case.desk(&toolbox, bank);
        let run = desk.resume(batch, decisions).unwrap().or_suspend();
        progressed = run.await;
        drop(desk);
        left(&toolbox, bank).await;
        round += 1;
        assert!(round < 10, "it comes to no end");
    }
}

/// What the model reads. A call that depends on one which failed may be denied before that.
fn said<'a>(case: &Case, report: &'a Report) -> Vec<&'a str> {
    let codes = codes(report).into_iter();
    let said = codes.zip(texts(report));
    said.map(|(code, text)| match (case.on_failure, code) {
        (OnFailure::SkipDependents, "denied" | "skipped") => "not made",
        _ => text,
    })
    .collect()
}

/// Whatever was done, by call.
fn done(bank: &Bank) -> Vec<String> {
    let mut entries = bank.entries();
    entries.sort();
    entries
}

fn check(case: &Case) -> Result<usize, TestCaseError> {
    let runtime = match case.workers {
        1 => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap(),
        workers => threads(workers),
    };
    runtime.block_on(async {
        let (one, other) = (Arc::new(Bank::default()), Arc::new(Bank::default()));
        let expected = at_once(case, &one).await;
        let (report, rounds) = in_rounds(case, &other).await;
        prop_assert_eq!(said(case, &report), said(case, &expected));
        prop_assert_eq!(
            &*other.accounts.lock().unwrap(),
            &*one.accounts.lock().unwrap()
        );
        // Each call was made as often as there, once at most.
        prop_assert_eq!(done(&other), done(&one));
        Ok(rounds)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_does_not_matter_when_who_decides(case in any_case()) {
        check(&case)?;
    }
}
