// errors: 11
use tool_runtime::tool;

/// Delete a customer.
#[tool(
    approval,
    crate = desk::tool_runtime,
    destructive,
    exclusive,
    idempotent,
    max_concurrency = 4,
    open_world = false,
    output_schema,
    retry = 3,
    title = "Delete customer",
    type = DeleteCustomer
)]
async fn delete_customer() {}

fn main() {}
