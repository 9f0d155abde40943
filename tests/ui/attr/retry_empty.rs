use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry())]
async fn set_price() {}

fn main() {}
