//! The ways to run a turn's calls: ours, and those that are written by hand.

use std::future::poll_fn;
use std::iter::zip;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::future::{MaybeDone, join_all, maybe_done};
use futures::{Future, FutureExt};
use tokio::sync::RwLock;
use tokio::task::{JoinSet, unconstrained};
use tokio::time::Instant;
use tool_runtime::{Report, Toolbox};

use crate::tools::{Store, answer, unlimited};
use crate::turn::{KEYS, Kind, Meant, Turn};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The calls in the model's order, each after the one before.
    OneByOne,
    /// `Toolbox::run`, with permits for all.
    Batch,
    /// `Toolbox::run` as it is: 64 calls at once.
    BatchAsItIs,
    /// Calls that only read and follow one another run at once; one that writes runs alone.
    Barrier,
    /// One read/write lock for all calls, taken in the model's order.
    OneLock,
    /// The same lock, but each call is a task of its own that takes it when it comes to it.
    OneLockInTasks,
    /// A read/write lock for each key, taken in the model's order.
    LockPerKey,
    /// All at once.
    JoinAll,
}

/// What became of a turn.
pub struct Done {
    pub results: Vec<String>,
    pub values: [u64; KEYS],
    pub wall: Duration,
}

impl Done {
    pub fn ms(&self) -> f64 {
        self.wall.as_nanos() as f64 / 1e6
    }

    /// How many results are other than `right`. Panics if one is, or a final value, and `keeps_order`.
    pub fn wrong(&self, right: &Self, keeps_order: bool) -> usize {
        let results = zip(&self.results, &right.results);
        let wrong = results.filter(|(result, right)| result != right).count();
        assert!(!keeps_order || wrong == 0, "{wrong} results are wrong");
        assert!(!keeps_order || self.values == right.values, "final values");
        wrong
    }
}

impl Way {
    pub fn name(self) -> &'static str {
        match self {
            Self::OneByOne => "one by one",
            Self::Batch => "**batch**",
            Self::BatchAsItIs => "**batch** (64 at once)",
            Self::Barrier => "barrier",
            Self::OneLock => "one lock",
            Self::OneLockInTasks => "one lock, taken in tasks",
            Self::LockPerKey => "lock per key",
            Self::JoinAll => "no order",
        }
    }

    /// Whether it promises what one by one gives.
    pub fn keeps_order(self) -> bool {
        !matches!(self, Self::JoinAll | Self::OneLockInTasks)
    }

    pub async fn run(self, toolbox: &Toolbox<Store>, turn: &Turn) -> Done {
        let store = Arc::new(Store::new());
        let begun = Instant::now();
        let results = self.results(toolbox, turn, &store).await;
        Done {
            wall: begun.elapsed(),
            results,
            values: store.values(),
        }
    }

    async fn results(
        self,
        toolbox: &Toolbox<Store>,
        turn: &Turn,
        store: &Arc<Store>,
    ) -> Vec<String> {
        let calls = turn.calls.as_slice();
        match self {
            Self::OneByOne => {
                let mut results = Vec::with_capacity(calls.len());
                for call in calls {
                    results.push(answer(call, store).await);
                }
                results
            }
            Self::Batch => {
                let desk = toolbox.bind(Arc::clone(store)).with(unlimited());
                texts(&desk.expect("a policy").run(calls).await)
            }
            Self::BatchAsItIs => texts(&toolbox.bind(Arc::clone(store)).run(calls).await),
            Self::Barrier => barrier(turn, store).await,
            Self::OneLock => locks(turn, store, 1).await,
            Self::OneLockInTasks => lock_in_tasks(turn, store).await,
            Self::LockPerKey => locks(turn, store, KEYS).await,
            Self::JoinAll => join_all(calls.iter().map(|call| answer(call, store))).await,
        }
    }
}

pub fn texts(report: &Report) -> Vec<String> {
    let results = report.results().iter();
    let texts = results.map(|result| {
        assert!(!result.is_error(), "{}", result.text());
        result.text().to_owned()
    });
    texts.collect()
}

async fn barrier(turn: &Turn, store: &Store) -> Vec<String> {
    let mut results = Vec::with_capacity(turn.calls.len());
    let mut rest = turn.calls.as_slice();
    for run in turn
        .meant
        .chunk_by(|call, next| !call.writes() && !next.writes())
    {
        let (calls, after) = rest.split_at(run.len());
        rest = after;
        results.extend(join_all(calls.iter().map(|call| answer(call, store))).await);
    }
    results
}

/// With a lock for each key, or one for all. Before any call runs, each has its place in the line of every lock that it
/// needs, in the model's order, so that it does not matter in which order the calls are polled. Since all lines have the same
/// order, nobody waits for a later call, and so not in a circle.
async fn locks(turn: &Turn, store: &Store, count: usize) -> Vec<String> {
    let locks: Vec<Arc<RwLock<()>>> = (0..count).map(|_| Arc::default()).collect();
    let mut places = Vec::with_capacity(turn.calls.len());
    for meant in &turn.meant {
        let needed = locks[needed(meant, count)].iter().cloned();
        let taken = needed.map(|lock| take(lock, meant.writes()).boxed());
        places.push(place(join_all(taken)).await);
    }
    let calls = zip(&turn.calls, places).map(|(call, mut place)| async move {
        (&mut place).await;
        let held = Pin::new(&mut place).take_output();
        let answer = answer(call, store).await;
        drop(held);
        answer
    });
    join_all(calls).await
}

type Guard = Box<dyn Send>;

async fn take(lock: Arc<RwLock<()>>, writes: bool) -> Guard {
    match writes {
        true => Box::new(lock.write_owned().await),
        false => Box::new(lock.read_owned().await),
    }
}

/// Which of `count` locks a call needs.
fn needed(meant: &Meant, count: usize) -> Range<usize> {
    match meant.kind {
        Kind::Total => 0..count,
        Kind::Read | Kind::Write => {
            let lock = meant.key % count;
            lock..lock + 1
        }
    }
}

/// Polls what takes a lock once: then it has the lock, or its place in the line, since the line of a tokio lock is that of
/// the first polls. Unconstrained, so that no poll comes back because the task's budget is used up.
async fn place<F: Future + Unpin>(taken: F) -> MaybeDone<F> {
    let mut place = maybe_done(taken);
    let once = poll_fn(|context| {
        let _ = Pin::new(&mut place).poll(context);
        Poll::Ready(())
    });
    unconstrained(once).await;
    place
}

async fn lock_in_tasks(turn: &Turn, store: &Arc<Store>) -> Vec<String> {
    let lock: Arc<RwLock<()>> = Arc::default();
    let mut tasks = JoinSet::new();
    for (index, (call, meant)) in zip(&turn.calls, &turn.meant).enumerate() {
        let (lock, store, call) = (Arc::clone(&lock), Arc::clone(store), call.clone());
        let writes = meant.writes();
        tasks.spawn(async move {
            let held = take(lock, writes).await;
            let answer = answer(&call, &store).await;
            drop(held);
            (index, answer)
        });
    }
    let mut results = vec![String::new(); turn.calls.len()];
    while let Some(done) = tasks.join_next().await {
        let (index, answer) = done.expect("no panic");
        results[index] = answer;
    }
    results
}
