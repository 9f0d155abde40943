use tool_runtime::tool;

/// List the customers.
#[tool(pure, reads("customers"))]
async fn list_customers() {}

fn main() {}
