// errors: 3
use std::cell::Cell;

use tool_runtime::{Toolbox, tool, tools};

struct Counter(Cell<u64>);

/// Count.
#[tool]
async fn count(#[state] counter: &Counter) -> u64 {
    counter.0.get()
}

fn main() {
    let _ = Toolbox::<Counter>::builder().tools(tools![count]).build();
}
