use tool_runtime::tool;

/// Look up a customer.
#[tool(crate = "::tool_runtime")]
async fn get_customer() {}

fn main() {}
