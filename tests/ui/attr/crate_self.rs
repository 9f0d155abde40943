use tool_runtime::tool;

/// Look up a customer.
#[tool(crate = self::runtime)]
async fn get_customer() {}

fn main() {}
