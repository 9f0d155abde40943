use tool_runtime::tool;

/// Look up a customer.
#[tool(name)]
async fn get_customer() {}

fn main() {}
