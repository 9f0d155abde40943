use tool_runtime::tool;

/// Look up the customer.
#[tool]
#[tool(name = "find_customer")]
async fn get_customer() {}

fn main() {}
