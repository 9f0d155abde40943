use tool_runtime::tool;

/// Look up a customer.
#[tool(timeout = 5)]
async fn get_customer() {}

fn main() {}
