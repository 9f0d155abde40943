use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer<T>(
    /// The customer's number.
    customer_id: T,
) -> T {
    customer_id
}

fn main() {}
