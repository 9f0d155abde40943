use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry(attempts))]
async fn set_price() {}

fn main() {}
