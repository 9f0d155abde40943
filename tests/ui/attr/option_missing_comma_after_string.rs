use tool_runtime::tool;

/// Look up a customer.
#[tool(name = "find_customer" pure)]
async fn get_customer() {}

fn main() {}
