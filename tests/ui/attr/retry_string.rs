use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry(attempts = "5"))]
async fn set_price() {}

fn main() {}
