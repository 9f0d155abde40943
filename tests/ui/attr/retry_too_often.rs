use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry(attempts = 101))]
async fn set_price() {}

fn main() {}
