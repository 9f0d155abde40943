use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Order {
    _id: u64,
}

/// Does something.
#[tool(reads("order:{order}"))]
async fn act(
    /// Which.
    order: Option<Order>,
) {
    let _ = order;
}

fn main() {}
