//! Tools over one tenant's data, which is the state of its requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::Probe;
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;
use tool_runtime::{Bound, CallContext, Policy, ToolCall, Toolbox, tool, tools};

/// What one tenant has.
#[derive(Debug, Default)]
pub(crate) struct Data {
    pub(crate) notes: Mutex<BTreeMap<String, String>>,
    pub(crate) keys: Mutex<Vec<String>>,
    pub(crate) probe: Probe,
}

/// Write a note.
#[tool(writes("note:{path/}"))]
pub(crate) async fn put(
    /// Where.
    path: String,
    /// How long it takes.
    ms: u64,
    /// What to write.
    text: Option<String>,
    #[state] data: &Data,
) {
    sleep(Duration::from_millis(ms)).await;
    let mut notes = data.notes.lock().unwrap();
    notes.insert(path, text.unwrap_or_default());
}

/// Read a note.
#[tool(reads("note:{path/}"))]
pub(crate) async fn look(
    /// Where.
    path: String,
    /// How long it takes.
    ms: u64,
    #[state] data: &Data,
) -> Option<String> {
    sleep(Duration::from_millis(ms)).await;
    data.notes.lock().unwrap().get(&path).cloned()
}

/// Ask a backend that all share.
#[tool(pure)]
pub(crate) async fn ask(
    /// How long it takes.
    ms: u64,
    #[state] data: &Data,
) {
    let _alive = data.probe.enter();
    sleep(Duration::from_millis(ms)).await;
}

/// Delete all notes.
#[tool(exclusive)]
pub(crate) async fn clear(
    /// How long it takes.
    ms: u64,
    #[state] data: &Data,
) {
    sleep(Duration::from_millis(ms)).await;
    data.notes.lock().unwrap().clear();
}

/// Send all notes to somebody.
#[tool(reads("note"), approval)]
pub(crate) async fn publish(#[state] data: &Data, #[context] context: &CallContext) -> usize {
    data.keys.lock().unwrap().push(context.idempotency_key());
    data.notes.lock().unwrap().len()
}

/// Write a note, and never come back.
#[tool(writes("note:{path/}"))]
pub(crate) fn hang(
    /// Where.
    path: String,
    #[state] data: &Data,
) {
    let _ = path;
    let _alive = data.probe.enter();
    data.probe.spin();
}

pub(crate) fn toolbox(policy: Policy) -> Toolbox<Data> {
    let tools = tools![put, look, ask, clear, publish, hang];
    let builder = Toolbox::builder().tools(tools).policy(policy);
    builder.build().unwrap()
}

/// A desk with data of its own.
pub(crate) fn desk(toolbox: &Toolbox<Data>, tenant: &str) -> (Bound<Data>, Arc<Data>) {
    let data = Arc::new(Data::default());
    let desk = toolbox.bind(Arc::clone(&data)).for_tenant(tenant);
    (desk, data)
}

/// `put a/b 10` writes there for 10 ms, `ask 5` and `clear 5` take so long, `hang a` and `publish` as they are.
pub(crate) fn call(text: &str) -> ToolCall {
    let mut words = text.split(' ');
    let name = words.next().unwrap();
    let arguments = match (name, words.next(), words.next()) {
        ("publish", ..) => "{}".to_owned(),
        ("ask" | "clear", ms, _) => format!(r#"{{"ms": {}}}"#, ms.unwrap()),
        ("hang", path, _) => serde_json::json!({ "path": path }).to_string(),
        (_, path, ms) => {
            let ms: u64 = ms.unwrap_or("10").parse().unwrap();
            serde_json::json!({ "path": path, "ms": ms }).to_string()
        }
    };
    ToolCall::new(format!("call_{name}"), name, arguments)
}

pub(crate) fn calls(texts: &[&str]) -> Vec<ToolCall> {
    texts.iter().map(|text| call(text)).collect()
}

/// A runtime on one thread whose clock is paused.
pub(crate) fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}
