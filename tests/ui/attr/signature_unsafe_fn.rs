use tool_runtime::tool;

/// Look up a customer.
#[tool]
async unsafe fn get_customer() {}

fn main() {}
