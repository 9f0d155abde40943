use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[allow(dead_code)]
struct Order {
    account: Account,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[allow(dead_code)]
struct Account {
    id: u64,
}

/// Does something.
#[tool(reads("order:{order.account.number}"))]
async fn act(
    /// Which.
    order: Order,
) {
    let _ = order;
}

fn main() {}
