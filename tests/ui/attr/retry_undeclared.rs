use tool_runtime::tool;

/// Sets a price.
#[tool(retry(attempts = 5))]
async fn set_price() {}

fn main() {}
