use tool_runtime::tool;

/// Look up a customer.
#[tool(reads("customers") timeout = "30s")]
async fn get_customer() {}

fn main() {}
