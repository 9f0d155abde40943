use std::rc::Rc;

use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Order {
    #[serde(skip)]
    shared: Rc<u64>,
}

/// Counts.
#[tool]
fn count(
    /// The order.
    order: Order,
) -> u64 {
    *order.shared
}

fn main() {}
