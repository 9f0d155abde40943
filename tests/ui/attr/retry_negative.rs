use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry(attempts = -1))]
async fn set_price() {}

fn main() {}
