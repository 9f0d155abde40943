// errors: 1
use tool_runtime::tool;

/// Delete a customer.
#[tool(approval)]
async fn delete_customer() {}

fn main() {}
