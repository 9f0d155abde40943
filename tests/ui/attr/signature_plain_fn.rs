use tool_runtime::tool;

/// Look up a customer.
#[tool]
fn get_customer() {}

fn main() {}
