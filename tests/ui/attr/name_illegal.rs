use tool_runtime::tool;

/// Look up a customer.
#[tool(name = "get customer")]
async fn get_customer() {}

fn main() {}
