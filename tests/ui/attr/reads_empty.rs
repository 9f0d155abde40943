use tool_runtime::tool;

/// List the customers.
#[tool(reads())]
async fn list_customers() {}

fn main() {}
