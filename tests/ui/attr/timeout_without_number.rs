use tool_runtime::tool;

/// Look up a customer.
#[tool(timeout = "s")]
async fn get_customer() {}

fn main() {}
