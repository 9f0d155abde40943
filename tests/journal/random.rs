//! Batches of random calls that end in every way: no tool is called before its call was written down, and each has one end.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{sleep, timeout};
use tool_runtime::batch::OnFailure;
use tool_runtime::journal::{FinishedCall, Journal, JournalFuture, StartedCall};
use tool_runtime::{CallContext, Policy, ToolCall, ToolError, Toolbox, tool, tools};

use crate::desk::Log;

/// How a call's tool and the journal behave: what a call says of itself.
#[derive(Clone, Debug)]
struct Behaviour {
    /// Of the tool's attempts.
    ends: &'static str,
    plain: bool,
    /// Of the journal, and how many milliseconds it takes.
    journal: &'static str,
    takes: u64,
    works: u64,
    /// Which data it writes.
    key: u8,
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    let ends = prop::sample::select(vec!["ok", "ok", "fails", "retry", "panics", "hangs"]);
    let journal = prop::sample::select(vec!["ok", "ok", "ok", "fails", "panics", "hangs"]);
    (ends, any::<bool>(), journal, 0..30_u64, 0..30_u64, 0..3_u8).prop_map(
        |(ends, plain, journal, takes, works, key)| Behaviour {
            // Nobody can stop a thread.
            ends: if plain && ends == "hangs" { "ok" } else { ends },
            plain,
            journal,
            takes,
            works,
            key,
        },
    )
}

/// Notes what it is told under the index of the call.
struct Noting(Log, Vec<Behaviour>);

impl Journal for Noting {
    fn started(&self, call: StartedCall) -> JournalFuture {
        let Self(log, behaviours) = self;
        let (log, behaviour) = (log.clone(), behaviours[call.index()].clone());
        Box::pin(async move {
            sleep(Duration::from_millis(behaviour.takes)).await;
            match behaviour.journal {
                "fails" => return Err("no".into()),
                "panics" => panic!("no"),
                "hangs" => std::future::pending().await,
                _ => {}
            }
            log.note(format!("{:03} started", call.index()));
            Ok(())
        })
    }

    fn finished(&self, call: FinishedCall) {
        self.0.note(format!("{:03} finished", call.index()));
    }
}

fn ended(ends: &str, context: &CallContext) -> Result<(), ToolError> {
    match ends {
        "fails" => Err("no".into()),
        "retry" if context.attempt() < 3 => Err(ToolError::new("busy").retryable()),
        "panics" => panic!("as it was told"),
        _ => Ok(()),
    }
}

/// Works.
#[tool(writes("data:{key}"), idempotent)]
async fn work(
    /// How it ends.
    ends: String,
    /// Milliseconds.
    works: u64,
    /// Data.
    key: u8,
    #[state] log: &Log,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    log.note(format!("{:03} runs", context.index()));
    let _ = key;
    sleep(Duration::from_millis(works)).await;
    if ends == "hangs" {
        std::future::pending().await
    }
    ended(&ends, context)
}

/// Works on a thread.
#[tool(writes("data:{key}"), idempotent)]
fn work_on_a_thread(
    /// How it ends.
    ends: String,
    /// Milliseconds.
    works: u64,
    /// Data.
    key: u8,
    #[state] log: &Log,
    #[context] context: &CallContext,
) -> Result<(), ToolError> {
    log.note(format!("{:03} runs", context.index()));
    let _ = (works, key);
    ended(&ends, context)
}

fn entries(behaviours: &[Behaviour], drop_after: Option<u64>) -> Vec<String> {
    let log = Log::default();
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(40))
        .batch_timeout(Duration::from_millis(150))
        .grace(Duration::from_millis(5))
        .on_failure(OnFailure::SkipDependents);
    let toolbox = Toolbox::<Log>::builder()
        .tools(tools![work, work_on_a_thread])
        .policy(policy)
        .build()
        .unwrap();
    let desk = toolbox.bind(log.clone());
    let desk = desk.journaled_by(Noting(log.clone(), behaviours.to_vec()));
    let calls: Vec<_> = behaviours
        .iter()
        .map(|behaviour| {
            let Behaviour {
                ends, works, key, ..
            } = behaviour;
            let name = if behaviour.plain {
                "work_on_a_thread"
            } else {
                "work"
            };
            let arguments = format!(r#"{{"ends": "{ends}", "works": {works}, "key": {key}}}"#);
            ToolCall::new("", name, arguments)
        })
        .collect();
    support::threads(2).block_on(async {
        match drop_after {
            None => drop(desk.run(calls).await),
            Some(ms) => drop(timeout(Duration::from_millis(ms), desk.run(calls)).await),
        }
        let _ = timeout(Duration::from_secs(5), toolbox.idle()).await;
    });
    log.entries()
}

fn holds(behaviours: &[Behaviour], drop_after: Option<u64>) -> Result<(), TestCaseError> {
    let entries = entries(behaviours, drop_after);
    let mut of_call: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in &entries {
        let (index, what) = entry.split_once(' ').unwrap();
        of_call.entry(index).or_default().push(what);
    }
    prop_assert_eq!(of_call.len(), behaviours.len(), "{:?}", entries);
    for (index, what) in &of_call {
        let count = |one: &str| what.iter().filter(|other| **other == one).count();
        prop_assert_eq!(count("finished"), 1, "{}: {:?}", index, what);
        prop_assert!(count("started") <= 1, "{}: {:?}", index, what);
        if count("runs") > 0 {
            prop_assert_eq!(what[0], "started", "{}: {:?}", index, what);
            let behaviour = &behaviours[index.parse::<usize>().unwrap()];
            prop_assert_eq!(behaviour.journal, "ok", "{}: {:?}", index, what);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_runs_was_written_down_before_and_ends_once(
        behaviours in prop::collection::vec(behaviour(), 1..9),
        drop_after in prop::option::of(0..60_u64),
    ) {
        holds(&behaviours, drop_after)?;
    }
}
