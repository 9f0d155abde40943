//! Batches of several threads on one quota: never do more calls begin than it has, and at the end it has counted those that began.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use support::{call, threads};
use tokio::time::{sleep, timeout};
use tool_runtime::batch::{OnFailure, Retry};
use tool_runtime::layer::{self, Next, Request};
use tool_runtime::{CallContext, Policy, Quota, ToolCall, ToolError, Toolbox, tool, tools};

/// How many calls of each tool began.
#[derive(Debug, Default)]
struct Begun {
    write: AtomicUsize,
    read: AtomicUsize,
}

/// Write, and fail or be tried again if that is said.
#[tool(writes("page:{page}"), idempotent)]
async fn write(
    /// Which page.
    page: u64,
    /// What becomes of it.
    how: String,
    #[state] begun: &Begun,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    if context.attempt() == 1 {
        begun.write.fetch_add(1, Ordering::SeqCst);
    }
    sleep(Duration::from_micros(page * 100)).await;
    match how.as_str() {
        "fails" => Err(ToolError::new("No.")),
        "busy" => Err(ToolError::new("Busy.").retry_after(Duration::from_micros(10))),
        _ => Ok(()),
    }
}

/// Read on a thread.
#[tool(reads("page:{page}"))]
fn read(
    /// Which page.
    page: u64,
    #[state] begun: &Begun,
) {
    begun.read.fetch_add(1, Ordering::SeqCst);
    let _ = page;
}

#[derive(Clone, Debug)]
struct Case {
    most: [usize; 3],
    /// The batches that each task runs one after the other.
    tasks: Vec<Vec<Turn>>,
    workers: usize,
}

#[derive(Clone, Debug)]
struct Turn {
    calls: Vec<ToolCall>,
    on_failure: OnFailure,
    /// After how many microseconds it is dropped, if it is.
    dropped: Option<u64>,
}

fn any_call() -> impl Strategy<Value = ToolCall> {
    let writing = (
        0..3_u64,
        prop::sample::select(vec!["well", "fails", "busy", "denied"]),
    );
    let writing = writing
        .prop_map(|(page, how)| call("write", &format!(r#"{{"page": {page}, "how": "{how}"}}"#)));
    let reading = (0..3_u64).prop_map(|page| call("read", &format!(r#"{{"page": {page}}}"#)));
    prop_oneof![
        4 => writing,
        2 => reading,
        1 => Just(call("write", r#"{"page": "one"}"#)),
        1 => Just(call("wirte", "{}")),
    ]
}

fn any_turn(drops: bool) -> impl Strategy<Value = Turn> {
    use OnFailure::{Isolate, SkipDependents, StopAll};
    let dropped = match drops {
        true => prop::option::of(0..1000_u64).boxed(),
        false => Just(None).boxed(),
    };
    (
        prop::collection::vec(any_call(), 0..6),
        prop::sample::select(vec![Isolate, SkipDependents, StopAll]),
        dropped,
    )
        .prop_map(|(calls, on_failure, dropped)| Turn {
            calls,
            on_failure,
            dropped,
        })
}

fn any_case(drops: bool) -> impl Strategy<Value = Case> {
    let turns = prop::collection::vec(any_turn(drops), 1..5);
    (
        [0..12_usize, 0..12, 0..20],
        prop::collection::vec(turns, 1..5),
        1..=3_usize,
    )
        .prop_map(|(most, tasks, workers)| Case {
            most,
            tasks,
            workers,
        })
}

fn toolbox() -> Toolbox<Begun> {
    let denies = layer::around(|request: Request<Begun>, next: Next| async move {
        match request.context().call().arguments().contains("denied") {
            true => Err(ToolError::denied("No.")),
            false => next.run().await,
        }
    });
    Toolbox::builder()
        .tools(tools![write, read])
        .layer(denies)
        .build()
        .unwrap()
}

/// Runs the batches; how many calls of each tool began, and how many are counted.
fn run(case: &Case) -> ([usize; 2], [usize; 2]) {
    let [write, read, all] = case.most;
    let quota = Quota::new("in all").tool("write", write).tool("read", read);
    let total = Quota::new("together").all_tools(all);
    let begun = Arc::new(Begun::default());
    let toolbox = toolbox();
    let runtime = threads(case.workers);
    runtime.block_on(async {
        let tasks = case.tasks.iter().enumerate().map(|(index, turns)| {
            let (turns, toolbox, begun) = (turns.clone(), toolbox.clone(), Arc::clone(&begun));
            let (quota, total) = (quota.clone(), total.clone());
            tokio::spawn(async move {
                for turn in turns {
                    let retry = Retry::default().first_delay(Duration::from_micros(10));
                    let policy = Policy::default().on_failure(turn.on_failure).retry(retry);
                    let desk = toolbox.bind(Arc::clone(&begun)).with(policy).unwrap();
                    // In both orders, so that they would wait for each other if desks locked them as they come.
                    let (first, second) = match index % 2 {
                        0 => (&quota, &total),
                        _ => (&total, &quota),
                    };
                    let desk = desk.within(first).unwrap().within(second).unwrap();
                    let run = desk.run(turn.calls);
                    match turn.dropped {
                        None => drop(run.await),
                        Some(after) => drop(timeout(Duration::from_micros(after), run).await),
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        toolbox.idle().await;
    });
    let began = [&begun.write, &begun.read].map(|begun| begun.load(Ordering::SeqCst));
    let used = ["write", "read"].map(|name| quota.used(name));
    assert_eq!(used, ["write", "read"].map(|name| total.used(name)));
    (began, used)
}

/// What has begun stays counted, so if there were ever more of them there are more at the end.
fn keeps_to(case: &Case, [write, read]: [usize; 2]) -> bool {
    let [writes, reads, all] = case.most;
    write <= writes && read <= reads && write + read <= all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn as_many_are_counted_as_began_and_never_more_than_there_are(case in any_case(false)) {
        let (began, used) = run(&case);
        prop_assert_eq!(began, used);
        prop_assert!(keeps_to(&case, began), "{:?}", began);
    }

    #[test]
    fn batches_that_are_dropped_do_not_count_less_than_began(case in any_case(true)) {
        let (began, used) = run(&case);
        prop_assert!(keeps_to(&case, used), "{:?}", used);
        prop_assert!(began[0] <= used[0] && began[1] <= used[1], "{:?} {:?}", began, used);
    }
}
