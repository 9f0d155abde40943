use tool_runtime::tool;

/// Does something.
#[tool(reads("order:{order.id}"))]
async fn act(
    /// Which.
    order: u64,
) {
    let _ = order;
}

fn main() {}
