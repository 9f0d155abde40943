//! What the tests share: calls in short, a count of what is alive, and whether a batch left anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use std::task::{Context, Waker};
use std::time::Duration;

use tool_runtime::tool::State;
use tool_runtime::{Report, ToolCall, ToolResult, Toolbox, Wait};

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

/// The texts for the model, in order, without the ids.
pub fn texts_without_ids(report: &Report) -> Vec<String> {
    texts(report).into_iter().map(without_ids).collect()
}

/// A text with `ID` where an error id stands.
pub fn without_ids(text: &str) -> String {
    let before = "(error id `";
    let mut parts = text.split(before);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_once('`').expect("an id ends");
        assert_eq!(id.len(), 10, "{text}");
        masked += &format!("{before}ID`{rest}");
    }
    masked
}

/// Says what is left of the batches of a toolbox, if anything is: a call that runs, the state, a key or a permit.
///
/// `holders` is how often the state was held before. `again` are calls over what the batches touched, in keys and in limits;
/// each is run in a batch of its own, where nothing can make it wait but what is left.
pub async fn nothing_is_left<S: State>(
    toolbox: &Toolbox<S>,
    state: &Arc<S>,
    holders: usize,
    again: impl IntoIterator<Item = ToolCall>,
) -> Result<(), String> {
    let held = || match Arc::strong_count(state) {
        count if count == holders => Ok(()),
        count => Err(format!("the state is held {count} times, not {holders}")),
    };
    if !is_idle(toolbox) {
        return Err("a call still runs".to_owned());
    }
    held()?;
    for call in again {
        let report = toolbox.bind(Arc::clone(state)).run([call]).await;
        let result = &report.results()[0];
        // On a real clock a wait may be what it takes to see that there is nothing to wait for.
        let long = |wait: &Wait| wait.to - wait.from > Duration::from_secs(1);
        if result.is_error() || result.waits().iter().any(long) {
            return Err(format!("a batch after it: {result:?}"));
        }
    }
    if !is_idle(toolbox) {
        return Err("a call of a batch after it still runs".to_owned());
    }
    held()
}

/// Whether `idle` returns at once.
pub fn is_idle<S>(toolbox: &Toolbox<S>) -> bool {
    let idle = std::pin::pin!(toolbox.idle());
    idle.poll(&mut Context::from_waker(Waker::noop()))
        .is_ready()
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
            tokio::time::sleep(Duration::from_millis(1)).await;
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
