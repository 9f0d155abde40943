use tool_runtime::tool;

/// Look up a customer.
#[tool(crate = super::super::desk::runtime)]
async fn get_customer() {}

fn main() {}
