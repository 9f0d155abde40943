use tool_runtime::tool;

/// Look up a customer.
#[tool(type = GetCustomer<u64>)]
async fn get_customer() {}

fn main() {}
