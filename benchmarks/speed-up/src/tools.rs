//! The tools, and what they touch. A call answers with what it saw when it began and when it ended, so that one which ran
//! too early, too late or beside a writer has another answer than one by one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Deserialize;
use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};

use crate::turn::{KEYS, mix};

/// A value for each key.
pub struct Store([AtomicU64; KEYS]);

impl Store {
    pub fn new() -> Self {
        Self(std::array::from_fn(|key| AtomicU64::new(key as u64)))
    }

    fn get(&self, key: usize) -> u64 {
        self.0[key].load(Ordering::SeqCst)
    }

    fn set(&self, key: usize, value: u64) {
        self.0[key].store(value, Ordering::SeqCst);
    }

    pub fn values(&self) -> [u64; KEYS] {
        std::array::from_fn(|key| self.get(key))
    }

    /// A number for all values.
    fn sum(&self) -> u64 {
        self.values()
            .into_iter()
            .fold(0, |sum, value| mix(sum ^ value))
    }
}

/// Read a value.
#[tool(reads("k:{key}"))]
pub async fn read(
    /// Whose value.
    key: usize,
    /// How long it takes.
    ms: u64,
    #[state] store: &Store,
) -> String {
    let began = store.get(key);
    sleep(ms).await;
    format!("{began:016x} {:016x}", store.get(key))
}

/// Make a value another one, which depends on the one before.
#[tool(writes("k:{key}"))]
pub async fn write(
    /// Whose value.
    key: usize,
    /// How long it takes.
    ms: u64,
    /// What to make of it.
    number: u64,
    #[state] store: &Store,
) -> String {
    let began = store.get(key);
    sleep(ms).await;
    let ended = store.get(key);
    store.set(key, mix(began ^ mix(number)));
    format!("{began:016x} {ended:016x}")
}

/// Read all values.
#[tool(reads("k"))]
pub async fn total(
    /// How long it takes.
    ms: u64,
    #[state] store: &Store,
) -> String {
    let began = store.sum();
    sleep(ms).await;
    format!("{began:016x} {:016x}", store.sum())
}

async fn sleep(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

/// Answers a call without the runtime, by hand as a program without it does: finds the function by its name, reads the
/// arguments, and has a text in the end.
pub async fn answer(call: &ToolCall, store: &Store) -> String {
    #[derive(Deserialize)]
    struct Arguments {
        #[serde(default)]
        key: usize,
        ms: u64,
        #[serde(default)]
        number: u64,
    }

    let Arguments { key, ms, number } = serde_json::from_str(call.arguments()).expect("arguments");
    match call.name() {
        "read" => read(key, ms, store).await,
        "write" => write(key, ms, number, store).await,
        _ => total(ms, store).await,
    }
}

/// As it is without a word about limits: at most 64 calls of a batch at once.
pub fn toolbox() -> Toolbox<Store> {
    let toolbox = Toolbox::builder().tools(tools![read, write, total]).build();
    toolbox.expect("a toolbox")
}

/// As many calls at once as there are.
pub fn unlimited() -> Policy {
    Policy::default().max_concurrency(usize::MAX)
}
