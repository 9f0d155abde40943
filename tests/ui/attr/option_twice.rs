use tool_runtime::tool;

/// Look up a customer.
#[tool(name = "get_customer", name = "find_customer")]
async fn get_customer() {}

fn main() {}
