// errors: 2
use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(&self) {}

fn main() {}
