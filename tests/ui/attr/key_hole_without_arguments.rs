use tool_runtime::tool;

/// Look up the customer.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer() {}

fn main() {}
