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
#[tool(reads("account:{order}"))]
async fn act(
    #[arg(flatten)] order: Order,
) {
    let _ = order;
}

fn main() {}
