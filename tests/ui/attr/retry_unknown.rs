use tool_runtime::tool;

/// Sets a price.
#[tool(idempotent, retry(times = 5))]
async fn set_price() {}

fn main() {}
