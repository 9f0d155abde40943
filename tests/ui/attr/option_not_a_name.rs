use tool_runtime::tool;

/// Look up a customer.
#[tool("get_customer")]
async fn get_customer() {}

fn main() {}
