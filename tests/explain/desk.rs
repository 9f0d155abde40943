//! A bank whose tools take as long as they are told.

use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::{Instant, sleep, sleep_until};
use tool_runtime::batch::OnFailure;
use tool_runtime::{Explanation, Policy, ToolCall, Toolbox, tool, tools};

/// Pays in.
#[tool(writes("account:{account}"))]
async fn deposit(
    /// Where.
    account: u64,
    /// How long it takes.
    ms: u64,
) {
    let _ = account;
    sleep(Duration::from_millis(ms)).await;
}

/// Takes out; there is nothing to take.
#[tool(writes("account:{account}"))]
async fn withdraw(
    /// Where.
    account: u64,
    /// How long it takes.
    ms: u64,
) -> Result<(), String> {
    sleep(Duration::from_millis(ms)).await;
    Err(format!("Account {account} is empty."))
}

/// Looks.
#[tool(reads("account:{account}"))]
async fn balance(
    /// Where.
    account: u64,
    /// How long it takes.
    ms: u64,
) {
    let _ = account;
    sleep(Duration::from_millis(ms)).await;
}

/// Searches.
#[tool(pure)]
async fn search(
    /// How long it takes.
    ms: u64,
) {
    sleep(Duration::from_millis(ms)).await;
}

/// Skips what depends on a failure.
pub(crate) fn policy() -> Policy {
    Policy::default().on_failure(OnFailure::SkipDependents)
}

/// Runs calls such as `deposit account=1 ms=20`; `@5 search ms=10` is pushed after 5 ms.
pub(crate) fn explain(policy: Policy, script: &[&str]) -> Explanation {
    let toolbox = Toolbox::new(tools![deposit, withdraw, balance, search]).expect("tools");
    let desk = toolbox.bind(()).with(policy).expect("a policy");
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a thread");
    let report = runtime.block_on(async {
        let (batch, begun) = (desk.start(), Instant::now());
        for (index, text) in script.iter().enumerate() {
            let text = match text.strip_prefix('@').and_then(|text| text.split_once(' ')) {
                Some((at, text)) => {
                    let at = at.parse().expect("milliseconds");
                    sleep_until(begun + Duration::from_millis(at)).await;
                    text
                }
                None => text,
            };
            batch.push(call(index, text));
        }
        batch.finish().await
    });
    report.explain()
}

fn call(index: usize, text: &str) -> ToolCall {
    let mut words = text.split(' ');
    let name = words.next().unwrap_or_default();
    let arguments: Vec<String> = words
        .map(|word| word.split_once('=').expect("an argument"))
        .map(|(name, value)| format!(r#""{name}": {value}"#))
        .collect();
    let arguments = format!("{{{}}}", arguments.join(", "));
    ToolCall::new(format!("call_{index}"), name, arguments)
}

/// A wait for a call, a failure and a skip, a wait for a permit, a call that came late, a tool that is not there.
pub(crate) fn all_of_it() -> Explanation {
    explain(
        policy().tool_concurrency("search", 1),
        &[
            "deposit account=1 ms=200",
            "balance account=1 ms=100",
            "withdraw account=2 ms=150",
            "balance account=2 ms=100",
            "search ms=100",
            "search ms=120",
            "serach ms=1",
            "@260 balance account=3 ms=140",
        ],
    )
}
