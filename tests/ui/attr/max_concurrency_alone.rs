use tool_runtime::tool;

/// Sets a price.
#[tool(max_concurrency)]
async fn set_price() {}

fn main() {}
