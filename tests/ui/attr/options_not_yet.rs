// errors: 3
use tool_runtime::tool;

/// Delete a customer.
#[tool(approval, open_world = false, title = "Delete customer")]
async fn delete_customer() {}

fn main() {}
