use tool_runtime::tool;

/// Look up a customer.
#[tool(timout = "30s")]
async fn get_customer() {}

fn main() {}
