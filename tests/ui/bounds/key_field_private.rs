use tool_runtime::tool;

mod shop {
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    pub struct Order {
        _id: u64,
    }
}

/// Does something.
#[tool(reads("order:{order._id}"))]
async fn act(
    /// Which.
    order: shop::Order,
) {
    let _ = order;
}

fn main() {}
