// errors: 6
use tool_runtime::tool;

/// Delete a customer.
#[tool(
    approval,
    idempotent,
    max_concurrency = 4,
    open_world = false,
    retry = 3,
    title = "Delete customer"
)]
async fn delete_customer() {}

fn main() {}
