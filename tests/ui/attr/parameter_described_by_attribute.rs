use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(#[desc("The customer's number.")] customer_id: u64) -> u64 {
    customer_id
}

fn main() {}
