use tool_runtime::tool;

/// Sets a price.
#[tool(max_concurrency = 4_294_967_296)]
async fn set_price() {}

fn main() {}
