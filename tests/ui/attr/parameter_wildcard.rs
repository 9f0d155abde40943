use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The customer's number.
    _: u64,
) {
}

fn main() {}
