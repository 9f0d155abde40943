use tool_runtime::tool;

/// Look up a customer.
#[tool(timeout = "25h")]
async fn get_customer() {}

fn main() {}
