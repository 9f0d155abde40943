use tool_runtime::tool;

/// Look up a customer.
#[tool(reads("customers" "orders"))]
async fn get_customer() {}

fn main() {}
