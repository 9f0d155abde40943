use tool_runtime::tool;

/// Look up a customer.
#[tool]
async extern "C" fn get_customer() {}

fn main() {}
