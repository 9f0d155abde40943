use tool_runtime::tool;

struct Customer;

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> Customer {
    Customer
}

fn main() {}
