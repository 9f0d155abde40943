#![deny(warnings, dead_code)]

use tool_runtime::tool;

/// Look up a customer.
#[tool(type = GetCustomer)]
pub(crate) async fn get_customer() {}

fn main() {}
