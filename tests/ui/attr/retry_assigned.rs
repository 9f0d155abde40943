use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry = 5)]
async fn set_price() {}

fn main() {}
