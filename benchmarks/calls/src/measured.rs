//! What is measured of a contender, so that a list may hold them all.

use std::future::Future;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tool_runtime::ToolCall;

use crate::contenders::{Contender, Text, Texts};
use crate::counting::{self, Allocations};
use crate::kind::Kind;

pub const WORKERS: usize = 2;

pub fn workers() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let builder = builder.worker_threads(WORKERS).enable_time();
    builder.build().expect("a runtime")
}

pub fn one_thread() -> Runtime {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime")
}

/// What a batch is run from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum From {
    Task,
    BlockOn,
}

impl From {
    fn run<T: Send + 'static>(
        self,
        runtime: &Runtime,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        match self {
            Self::Task => runtime.block_on(runtime.spawn(work)).expect("no panic"),
            Self::BlockOn => runtime.block_on(work),
        }
    }
}

pub trait Measured {
    fn name(&self) -> &'static str;

    /// Ends the program if an answer is not the right one.
    fn check(&self, kind: Kind, count: usize);

    /// Seconds for each of some calls, one after the other.
    fn single(&self, runtime: &Runtime, kind: Kind, times: usize) -> f64;

    fn single_allocations(&self, runtime: &Runtime, kind: Kind) -> Allocations;

    /// Seconds for each of some batches, one after the other.
    fn batches(&self, runtime: &Runtime, from: From, batches: Vec<Vec<ToolCall>>) -> f64;

    fn batch_allocations(&self, runtime: &Runtime, calls: Vec<ToolCall>) -> Allocations;

    /// Seconds until all of some batches that run at once are done.
    fn at_once(&self, runtime: &Runtime, batches: Vec<Vec<ToolCall>>) -> f64;

    /// What is allocated while all calls wait.
    fn waiting(&self, runtime: &Runtime, calls: Vec<ToolCall>) -> Allocations;

    /// The length of the manifest.
    fn manifest(&self) -> Option<usize>;

    /// For callgrind: batches of `count` calls and nothing else; a count of 0 is a call by itself.
    fn rounds(&self, kind: Kind, count: usize, rounds: usize);
}

pub struct Held<C>(Arc<C>);

impl<C: Contender> Held<C> {
    pub fn boxed() -> Box<dyn Measured> {
        Box::new(Self(Arc::new(C::new())))
    }
}

async fn run<C: Contender>(contender: Arc<C>, calls: Vec<ToolCall>) {
    black_box(C::batch(contender, calls).await.length());
}

impl<C: Contender> Measured for Held<C> {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn check(&self, kind: Kind, count: usize) {
        let runtime = workers();
        let answer = runtime.block_on(self.0.single(kind.call(0)));
        let wrong = |text: &str| panic!("{} answers {} with {text}", C::NAME, kind.name());
        if !kind.is_right(0, answer.text()) {
            wrong(answer.text());
        }
        let texts = runtime.block_on(C::batch(self.0.clone(), kind.calls(count)));
        assert_eq!(texts.count(), count);
        for index in 0..count {
            if !kind.is_right(index, texts.text(index)) {
                wrong(texts.text(index));
            }
        }
    }

    fn single(&self, runtime: &Runtime, kind: Kind, times: usize) -> f64 {
        let calls = kind.calls(times);
        runtime.block_on(async {
            let begun = Instant::now();
            for call in calls {
                black_box(self.0.single(call).await.text().len());
            }
            begun.elapsed().as_secs_f64() / times as f64
        })
    }

    fn single_allocations(&self, runtime: &Runtime, kind: Kind) -> Allocations {
        const TIMES: usize = 20;
        self.single(runtime, kind, TIMES);
        let calls = kind.calls(TIMES);
        runtime.block_on(async {
            let before = Allocations::now();
            for call in calls {
                counting::begin();
                drop(self.0.single(call).await);
                counting::end();
            }
            Allocations::now().since(before).per(TIMES)
        })
    }

    fn batches(&self, runtime: &Runtime, from: From, batches: Vec<Vec<ToolCall>>) -> f64 {
        let contender = self.0.clone();
        from.run(runtime, async move {
            let count = batches.len();
            let begun = Instant::now();
            for calls in batches {
                run(contender.clone(), calls).await;
            }
            begun.elapsed().as_secs_f64() / count as f64
        })
    }

    fn batch_allocations(&self, runtime: &Runtime, calls: Vec<ToolCall>) -> Allocations {
        runtime.block_on(run(self.0.clone(), calls.clone()));
        let before = Allocations::now();
        let length = calls.len();
        counting::begin();
        runtime.block_on(run(self.0.clone(), calls));
        counting::end();
        Allocations::now().since(before).per(length)
    }

    fn at_once(&self, runtime: &Runtime, batches: Vec<Vec<ToolCall>>) -> f64 {
        let contender = self.0.clone();
        From::Task.run(runtime, async move {
            let begun = Instant::now();
            let tasks = batches.into_iter();
            let tasks: Vec<_> = tasks
                .map(|calls| tokio::spawn(run(contender.clone(), calls)))
                .collect();
            for task in tasks {
                task.await.expect("no panic");
            }
            begun.elapsed().as_secs_f64()
        })
    }

    fn waiting(&self, runtime: &Runtime, calls: Vec<ToolCall>) -> Allocations {
        let length = calls.len();
        let contender = self.0.clone();
        runtime.block_on(async {
            let before = Allocations::now();
            counting::begin();
            let batch = runtime.spawn(run(contender, calls));
            std::thread::sleep(Duration::from_millis(700));
            let during = Allocations::now();
            counting::end();
            // Nobody needs to see the end of it.
            batch.abort();
            batch.await.expect_err("it was aborted");
            // What goes with it, or sleeps to its end on a task that nobody has, is not to be counted with what comes next.
            std::thread::sleep(Duration::from_millis(2_000));
            during.since(before).per(length)
        })
    }

    fn manifest(&self) -> Option<usize> {
        self.0.manifest().map(|text| text.as_ref().len())
    }

    fn rounds(&self, kind: Kind, count: usize, rounds: usize) {
        let runtime = one_thread();
        for _ in 0..rounds {
            match count {
                0 => {
                    let answer = runtime.block_on(self.0.single(kind.call(0)));
                    black_box(answer.text().len());
                }
                count => runtime.block_on(run(self.0.clone(), kind.calls(count))),
            }
        }
    }
}
