use tool_runtime::tool;

/// Look up a customer.
#[tool(type = str)]
async fn get_customer() {}

fn main() {}
