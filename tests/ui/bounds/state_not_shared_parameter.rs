use std::cell::Cell;

use tool_runtime::tool;

struct Counter(Cell<u64>);

/// Count.
#[tool]
async fn count(#[state] counter: &Counter) -> u64 {
    counter.0.get()
}

fn main() {}
