use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry(attempts = 5, attempts = 6))]
async fn set_price() {}

fn main() {}
