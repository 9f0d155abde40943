use tool_runtime::tool;

/// Look up a customer.
#[tool(crate)]
async fn get_customer() {}

fn main() {}
