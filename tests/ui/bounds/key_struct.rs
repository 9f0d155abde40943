use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Order {
    _id: u64,
}

/// Does something.
#[tool(reads("tenant", "order:{order}"))]
async fn act(
    /// Which.
    order: Order,
) {
    let _ = order;
}

fn main() {}
