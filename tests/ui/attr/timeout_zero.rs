use tool_runtime::tool;

/// Look up a customer.
#[tool(timeout = "0s")]
async fn get_customer() {}

fn main() {}
