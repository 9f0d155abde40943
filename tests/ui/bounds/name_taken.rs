// errors: 2
use tool_runtime::tool;

mod get_customer {}

/// Look up the customer.
#[tool]
async fn get_customer() {}

fn main() {}
