use tool_runtime::tool;

/// Sets a price.
#[tool(max_concurrency = "4")]
async fn set_price() {}

fn main() {}
