use std::pin::Pin;

use tool_runtime::tool;

type Answer = Pin<Box<dyn Future<Output = u64> + Send>>;

/// Counts.
#[tool]
fn count() -> Answer {
    Box::pin(std::future::ready(1))
}

fn main() {}
