use tool_runtime::tool;

/// Look up a customer.
#[tool(name: "find_customer")]
async fn get_customer() {}

fn main() {}
