use tool_runtime::tool;

/// Look up a customer.
#[tool(crate = ::tool_runtime<u64>)]
async fn get_customer() {}

fn main() {}
