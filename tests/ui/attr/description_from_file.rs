use tool_runtime::tool;

/// Look up a customer.
#[doc = include_str!("description_from_file.rs")]
#[tool]
async fn get_customer() {}

fn main() {}
