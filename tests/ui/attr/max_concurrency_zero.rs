use tool_runtime::tool;

/// Sets a price.
#[tool(max_concurrency = 0)]
async fn set_price() {}

fn main() {}
