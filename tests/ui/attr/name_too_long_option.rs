use tool_runtime::tool;

/// Look up a customer.
#[tool(name = "get_the_customer_whose_number_the_user_has_typed_into_the_search_b")]
async fn get_customer() {}

fn main() {}
