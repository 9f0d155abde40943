use tool_runtime::tool;

/// Look up a customer.
#[tool(pure)]
async fn get_the_customer_whose_number_the_user_has_typed_into_the_search_box() {}

fn main() {}
