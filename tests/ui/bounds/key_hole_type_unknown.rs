use tool_runtime::tool;

/// Does something.
#[tool(reads("order:{order.id}"))]
async fn act(
    /// Which.
    order: Ordr,
) {
    let _ = order;
}

fn main() {}
