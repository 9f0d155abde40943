use tool_runtime::tool;

/// Look up a customer.
#[tool(reads("customer:{customer_id}/../orders"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> u64 {
    customer_id
}

fn main() {}
