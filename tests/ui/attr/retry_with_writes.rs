use tool_runtime::tool;

/// Sets a price.
#[tool(writes("price"), retry(attempts = 5))]
async fn set_price() {}

fn main() {}
