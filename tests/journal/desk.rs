//! Tools that note when they run, and a journal that notes what it is told, both in one list.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;
use tool_runtime::journal::{FinishedCall, Journal, JournalFuture, Record, Recovered, StartedCall};
use tool_runtime::{Bound, CallContext, Policy, ToolError, Toolbox, tool, tools};

/// What happened, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    pub(crate) fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// How a journal does what it is asked to before a call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum How {
    #[default]
    Fine,
    /// After so many milliseconds.
    Slow(u64),
    Fails,
    Panics,
    /// When it is polled.
    PanicsLater,
    Hangs,
}

/// A journal in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) log: Log,
    pub(crate) how: How,
    records: Arc<Mutex<Vec<Record>>>,
}

impl Memory {
    pub(crate) fn new(log: &Log, how: How) -> Self {
        Self {
            log: log.clone(),
            how,
            records: Arc::default(),
        }
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap().clone()
    }

    /// What it would say after a crash.
    pub(crate) fn recovered(&self) -> Recovered {
        self.records().into_iter().collect()
    }

    fn keep(&self, record: impl Into<Record>) {
        self.records.lock().unwrap().push(record.into());
    }
}

impl Journal for Memory {
    fn started(&self, call: StartedCall) -> JournalFuture {
        let this = self.clone();
        assert!(this.how != How::Panics, "the journal's secret");
        Box::pin(async move {
            match this.how {
                How::Fine | How::Panics => {}
                How::Slow(ms) => sleep(Duration::from_millis(ms)).await,
                How::Fails => return Err("the disk of db-7 is full".into()),
                How::PanicsLater => panic!("the journal's secret"),
                How::Hangs => std::future::pending().await,
            }
            this.log.note(format!("started {}", call.call().name()));
            this.keep(call);
            Ok(())
        })
    }

    fn finished(&self, call: FinishedCall) {
        let ending = call.result().outcome().ending;
        self.log
            .note(format!("finished {} {ending}", call.call().name()));
        self.keep(call);
    }
}

/// Read the account.
#[tool(reads("account"))]
pub(crate) async fn read(#[state] log: &Log) -> &'static str {
    log.note("read");
    "7 euros"
}

/// Pay.
#[tool(writes("account"))]
pub(crate) async fn pay(
    /// How much.
    #[arg(default)]
    amount: u64,
    #[state] log: &Log,
) -> String {
    log.note("pay");
    sleep(Duration::from_millis(5)).await;
    format!("paid {amount}")
}

/// Pay much.
#[tool(writes("account"), approval)]
pub(crate) async fn pay_much(#[state] log: &Log) {
    log.note("pay_much");
}

/// Write a file.
#[tool(writes("file"))]
pub(crate) fn write(#[state] log: &Log) -> &'static str {
    log.note("write");
    "written"
}

/// Fail twice.
#[tool(pure)]
pub(crate) async fn busy(
    #[state] log: &Log,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    log.note("busy");
    match context.attempt() {
        3 => Ok(()),
        _ => Err(ToolError::new("busy").retryable()),
    }
}

/// Fail.
#[tool(writes("account"))]
pub(crate) async fn fail(#[state] log: &Log) -> Result<(), String> {
    log.note("fail");
    Err("no".to_owned())
}

/// Panic.
#[tool(pure)]
pub(crate) async fn panics(#[state] log: &Log) {
    log.note("panics");
    panic!("as it was told")
}

/// Hang.
#[tool(writes("account"))]
pub(crate) async fn hang(#[state] log: &Log) {
    log.note("hang");
    std::future::pending().await
}

/// Add.
#[tool(pure)]
pub(crate) async fn add(
    /// One.
    a: i64,
    #[state] log: &Log,
) -> i64 {
    log.note("add");
    sleep(Duration::from_millis(5)).await;
    a + 1
}

pub(crate) fn toolbox(policy: Policy) -> Toolbox<Log> {
    Toolbox::<Log>::builder()
        .tools(tools![
            read, pay, pay_much, write, busy, fail, panics, hang, add
        ])
        .policy(policy)
        .build()
        .unwrap()
}

pub(crate) fn desk(policy: Policy, journal: &Memory) -> Bound<Log> {
    let desk = toolbox(policy).bind(journal.log.clone());
    desk.journaled_by(journal.clone())
}
