use std::cell::Cell;

use tool_runtime::tool;

#[tool]
thread_local! {
    static CUSTOMER: Cell<u64> = const { Cell::new(7) };
}

fn main() {}
