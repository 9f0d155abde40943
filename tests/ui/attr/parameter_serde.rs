use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The customer's number.
    #[serde(rename = "customerId")]
    customer_id: u64,
) -> u64 {
    customer_id
}

fn main() {}
