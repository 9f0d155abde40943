// errors: 2
use tool_runtime::tool;

struct Order {
    _id: u64,
}

/// Does something.
#[tool(reads("order:{order}"))]
async fn act(
    /// Which.
    order: &Order,
) {
    let _ = order;
}

fn main() {}
