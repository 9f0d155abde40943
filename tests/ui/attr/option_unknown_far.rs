use tool_runtime::tool;

/// Look up a customer.
#[tool(colour = "red")]
async fn get_customer() {}

fn main() {}
