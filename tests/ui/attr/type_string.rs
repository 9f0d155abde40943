use tool_runtime::tool;

/// Look up a customer.
#[tool(type = "GetCustomer")]
async fn get_customer() {}

fn main() {}
