//! Is a call that is said not to have been called never called?

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use support::{call, threads};
use tokio::time::sleep;
use tool_runtime::{Effects, Policy, Toolbox, tool, tools};

/// How often something was counted.
#[derive(Default)]
struct Count(AtomicU64);

/// Waits.
#[tool(pure)]
async fn wait(
    /** How long, in microseconds. */
    us: u64,
) {
    sleep(Duration::from_micros(us)).await;
}

/// Counts.
#[tool]
async fn count(#[state] count: &Count) {
    count.0.fetch_add(1, Ordering::SeqCst);
}

/// One call runs at a time. The second is cancelled about when it may begin: a starter may take it at that moment.
#[test]
fn a_call_that_is_cancelled_as_it_is_taken_is_not_called() {
    let toolbox = Toolbox::<Count>::builder()
        .tools(tools![wait, count])
        .policy(Policy::default().max_concurrency(1))
        .build()
        .unwrap();
    threads(2).block_on(async {
        for round in 0..1_000_u64 {
            let counted = Arc::new(Count::default());
            let batch = toolbox.bind(Arc::clone(&counted)).start();
            batch.push(call("wait", &format!(r#"{{"us": {}}}"#, round % 3)));
            for _ in 0..20 {
                batch.push(call("count", "{}"));
            }
            for index in 1..=20 {
                batch.cancel(index);
            }
            let report = batch.finish().await;
            toolbox.idle().await;
            let called = report.results()[1..]
                .iter()
                .filter(|result| result.outcome().effects != Effects::None)
                .count();
            let counted = counted.0.load(Ordering::SeqCst);
            assert_eq!(counted, called as u64, "round {round}");
        }
    });
}
