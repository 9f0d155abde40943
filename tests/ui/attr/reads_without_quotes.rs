use tool_runtime::tool;

/// List the customers.
#[tool(reads(customers))]
async fn list_customers() {}

fn main() {}
