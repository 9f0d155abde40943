use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent = true)]
async fn set_price() {}

fn main() {}
