use tool_runtime::tool;

/// Delete all customers.
#[tool(writes("customers"), pure)]
async fn delete_customers() {}

fn main() {}
