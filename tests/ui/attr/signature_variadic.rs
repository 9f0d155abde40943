use tool_runtime::tool;

/// Look up customers.
#[tool]
async fn get_customers(customer_ids: ...) {}

fn main() {}
