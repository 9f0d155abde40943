use tool_runtime::tool;

/// Look up a customer.
#[tool(pure)]
async fn get_customer(customer_id: u64) -> u64 {
    customer_id
}

fn main() {}
