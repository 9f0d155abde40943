use tool_runtime::tool;

/// Look up a customer.
#[tool(type = GetCustomer pure)]
async fn get_customer() {}

fn main() {}
