use tool_runtime::tool;

/// Look up a customer.
#[tool]
const fn get_customer() {}

fn main() {}
