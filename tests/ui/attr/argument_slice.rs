use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The customer's picture.
    by: &[u8],
) {
    let _ = by;
}

fn main() {}
