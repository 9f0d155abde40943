//! Is a batch that waits for decisions the same batch after it was put away and taken out again?

mod forged;
mod random;
mod resumed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use support::{call, nothing_is_left};
use tool_runtime::approval::Decision;
use tool_runtime::batch::{Progressed, SuspendedBatch};
use tool_runtime::{Bound, CallContext, Report, ToolCall, Toolbox, tool, tools};

/// The key that the program signs with.
const KEY: [u8; 32] = *b"a key of the tests and no others";

/// Accounts, and what was done with them, in order.
#[derive(Default)]
struct Bank {
    accounts: Mutex<BTreeMap<u64, i64>>,
    log: Mutex<Vec<String>>,
}

impl Bank {
    fn note(&self, entry: impl Into<String>) {
        self.log.lock().unwrap().push(entry.into());
    }

    fn entries(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn add(&self, account: u64, amount: i64) -> i64 {
        let mut accounts = self.accounts.lock().unwrap();
        let balance = accounts.entry(account).or_default();
        *balance += amount;
        *balance
    }
}

/// Pay from one account into another.
#[tool(writes("account:{from}", "account:{to}"), approval = *amount > 100)]
async fn pay(
    /// From which.
    from: u64,
    /// Into which.
    to: u64,
    /// How much; what ends with a 9 fails.
    amount: i64,
    #[state] bank: &Bank,
    #[context] context: &CallContext,
) -> Result<String, String> {
    // Others may come in between, if they are let.
    tokio::task::yield_now().await;
    bank.note(format!("{}: {from} pays {to} {amount}", context.index()));
    match amount % 10 {
        9 => Err("The line was cut.".to_owned()),
        _ => Ok(format!(
            "{} {}",
            bank.add(from, -amount),
            bank.add(to, amount)
        )),
    }
}

/// Read an account.
#[tool(reads("account:{account}"))]
async fn balance(
    /** Which. */
    account: u64,
    #[state] bank: &Bank,
    #[context] context: &CallContext,
) -> i64 {
    tokio::task::yield_now().await;
    bank.note(format!("{}: read {account}", context.index()));
    bank.add(account, 0)
}

/// Read all accounts.
#[tool(exclusive)]
async fn audit(#[state] bank: &Bank, #[context] context: &CallContext) -> String {
    tokio::task::yield_now().await;
    bank.note(format!("{}: audit", context.index()));
    format!("{:?}", bank.accounts.lock().unwrap())
}

/// Delete everything, on a thread.
#[tool(approval)]
fn wipe(#[state] bank: &Bank, #[context] context: &CallContext) {
    bank.note(format!("wiped under {}", context.idempotency_key()));
}

/// Think.
#[tool(pure)]
async fn think(#[state] bank: &Bank, #[context] context: &CallContext) {
    bank.note(format!("{}: thought", context.index()));
}

fn toolbox() -> Toolbox<Bank> {
    let tools = tools![pay, balance, audit, wipe, think];
    Toolbox::builder().tools(tools).build().unwrap()
}

fn paying(from: u64, to: u64, amount: i64) -> ToolCall {
    let arguments = format!(r#"{{"from": {from}, "to": {to}, "amount": {amount}}}"#);
    call("pay", &arguments)
}

fn reading(account: u64) -> ToolCall {
    call("balance", &format!(r#"{{"account": {account}}}"#))
}

/// Nothing is left of the batches: calls over what they touched run at once.
async fn left(toolbox: &Toolbox<Bank>, bank: &Arc<Bank>) {
    let (entries, accounts) = (bank.entries(), bank.accounts.lock().unwrap().clone());
    let again = (0..6).map(|account| paying(account, account, 1));
    nothing_is_left(toolbox, bank, 1, again).await.unwrap();
    *bank.log.lock().unwrap() = entries;
    *bank.accounts.lock().unwrap() = accounts;
}

#[track_caller]
fn suspended(progressed: Progressed) -> SuspendedBatch {
    match progressed {
        Progressed::Suspended(batch) => batch,
        other => panic!("it is not suspended: {other:?}"),
    }
}

#[track_caller]
fn finished(progressed: Progressed) -> Report {
    match progressed {
        Progressed::Finished(report) => report,
        other => panic!("it is not finished: {other:?}"),
    }
}

/// As it comes out in another process.
fn stored(batch: &SuspendedBatch) -> SuspendedBatch {
    SuspendedBatch::verify(&batch.sign(&KEY), &KEY).unwrap()
}

/// The batch of these calls, suspended and stored.
async fn suspend(desk: &Bound<Bank>, calls: Vec<ToolCall>) -> SuspendedBatch {
    stored(&suspended(desk.run(calls).or_suspend().await))
}

fn pending(batch: &SuspendedBatch) -> Vec<usize> {
    batch.pending().map(|call| call.index()).collect()
}

/// Approval of all that waits.
fn approved(batch: &SuspendedBatch) -> Vec<Decision> {
    batch.pending().map(|call| call.approve()).collect()
}
