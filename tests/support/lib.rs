//! What the tests share: calls in short, and a count of what is alive.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tool_runtime::{Report, ToolCall, ToolResult};

/// A call with an id of its name.
pub fn call(name: &str, arguments: &str) -> ToolCall {
    ToolCall::new(format!("call_{name}"), name, arguments)
}

/// A runtime on so many threads, with a real clock.
pub fn threads(workers: usize) -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .expect("threads can be had")
}

/// The codes of the results, in order.
pub fn codes(report: &Report) -> Vec<&'static str> {
    let outcomes = report.results().iter().map(ToolResult::outcome);
    outcomes.map(|outcome| outcome.ending.code()).collect()
}

/// The texts for the model, in order.
pub fn texts(report: &Report) -> Vec<&str> {
    report.results().iter().map(ToolResult::text).collect()
}

/// Counts calls: a toolbox state that is shared with the test.
#[derive(Clone, Debug, Default)]
pub struct Probe(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    started: AtomicUsize,
    alive: AtomicUsize,
    most: AtomicUsize,
    released: AtomicUsize,
}

impl Probe {
    /// Counts a call as alive until the guard is dropped.
    pub fn enter(&self) -> Alive {
        self.0.started.fetch_add(1, Ordering::SeqCst);
        let alive = self.0.alive.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most.fetch_max(alive, Ordering::SeqCst);
        Alive(self.clone())
    }

    /// How many calls were started.
    pub fn started(&self) -> usize {
        self.0.started.load(Ordering::SeqCst)
    }

    /// How many calls have not been dropped.
    pub fn alive(&self) -> usize {
        self.0.alive.load(Ordering::SeqCst)
    }

    /// The most that were ever alive at once.
    pub fn most(&self) -> usize {
        self.0.most.load(Ordering::SeqCst)
    }

    /// Lets calls that spin go on.
    pub fn release(&self) {
        self.0.released.store(1, Ordering::SeqCst);
    }

    /// Keeps the thread busy until the test releases it.
    pub fn spin(&self) {
        while self.0.released.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
    }

    /// Keeps the thread busy until `calls` were started, so that it ends only if they run at once.
    pub fn meet(&self, calls: usize) {
        while self.started() < calls {
            std::thread::yield_now();
        }
    }

    /// Waits, on a real clock, until `calls` were started.
    pub async fn until_started(&self, calls: usize) {
        while self.started() < calls {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}

/// A call that is alive.
#[derive(Debug)]
pub struct Alive(Probe);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}
