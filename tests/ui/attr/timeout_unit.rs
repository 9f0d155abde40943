use tool_runtime::tool;

/// Look up a customer.
#[tool(timeout = "5 parsecs")]
async fn get_customer() {}

fn main() {}
