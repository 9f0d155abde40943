//! Tools over a small store, and calls of them in one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use tool_runtime::{
    BatchTool, CallContext, Content, Policy, Progress, ToolCall, Toolbox, tool, tools,
};

/// Items, and what was done with them.
#[derive(Debug, Default)]
pub(crate) struct Store {
    items: Mutex<BTreeMap<u64, i64>>,
    log: Mutex<Vec<String>>,
}

impl Store {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn items(&self) -> BTreeMap<u64, i64> {
        self.items.lock().unwrap().clone()
    }
}

/// Read an item.
#[tool(reads("item:{key}"))]
pub(crate) async fn get(
    /// Which.
    key: u64,
    #[state] store: &Store,
) -> i64 {
    sleep(Duration::from_millis(100)).await;
    store.items().get(&key).copied().unwrap_or_default()
}

/// Add to an item.
#[tool(writes("item:{key}"))]
pub(crate) async fn add(
    /// Which.
    key: u64,
    /// How much; 13 cannot be added.
    amount: i64,
    #[state] store: &Store,
) -> Result<i64, String> {
    sleep(Duration::from_millis(50)).await;
    if amount == 13 {
        return Err("13 cannot be added".to_owned());
    }
    store.note(format!("add {amount} to {key}"));
    let mut items = store.items.lock().unwrap();
    let item = items.entry(key).or_default();
    *item = *item * 2 + amount;
    Ok(*item)
}

/// Read all items.
#[tool(reads("item"))]
pub(crate) async fn list(#[state] store: &Store) -> BTreeMap<u64, i64> {
    sleep(Duration::from_millis(20)).await;
    store.items()
}

/// Think for a while.
#[tool(pure)]
pub(crate) async fn think(
    /// How many milliseconds.
    ms: u64,
    #[context] context: &CallContext,
) -> String {
    context.progress(Progress::new(1.0).of(2.0));
    sleep(Duration::from_millis(ms)).await;
    format!("{} thought for {ms} ms", context.call().id())
}

/// Break off.
#[tool(writes("item:{key}"))]
pub(crate) async fn boom(
    /// Which item it was to change.
    key: u64,
) {
    // Without a word on standard error.
    std::panic::resume_unwind(Box::new(format!("boom {key}")));
}

/// Wait for ever.
#[tool(writes("line"))]
pub(crate) async fn hang(#[state] store: &Store) {
    let _guard = Guard(store);
    store.note("hang");
    std::future::pending().await
}

struct Guard<'a>(&'a Store);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.note("hung up");
    }
}

/// Draw a point.
#[tool(pure)]
pub(crate) async fn draw() -> Vec<Content> {
    vec![
        Content::text("A point:"),
        Content::image("image/gif", [0; 35]),
        Content::text("That was it."),
    ]
}

/// Pay.
#[tool(writes("account:{to}"), approval = *amount > 100)]
pub(crate) async fn pay(
    /// Whom.
    to: String,
    /// How much.
    amount: u64,
    #[state] store: &Store,
) -> String {
    store.note(format!("pay {amount} to {to}"));
    format!("paid {amount} to {to}")
}

/// Do something of which nothing is said.
#[tool]
pub(crate) async fn anything() -> &'static str {
    "done"
}

pub(crate) fn plain(policy: Policy) -> Toolbox<Store> {
    let tools = tools![get, add, list, think, boom, hang, draw, pay, anything];
    Toolbox::builder()
        .tools(tools)
        .policy(policy)
        .build()
        .unwrap()
}

pub(crate) fn toolbox() -> Toolbox<Store> {
    under(Policy::default())
}

pub(crate) fn under(policy: Policy) -> Toolbox<Store> {
    plain(policy).with_batch_tool(BatchTool::new()).unwrap()
}

pub(crate) fn store() -> Arc<Store> {
    Arc::default()
}

/// A call of the batch tool.
pub(crate) fn batch(id: &str, calls: &[(&str, Value)]) -> ToolCall {
    let calls: Vec<Value> = calls
        .iter()
        .map(|(tool, arguments)| json!({"tool": tool, "arguments": arguments}))
        .collect();
    ToolCall::new(id, "batch", json!({ "calls": calls }).to_string())
}

pub(crate) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}
