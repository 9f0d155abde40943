use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(
    /// A part of the customer's name.
    by: &str,
) {
    let _ = by;
}

fn main() {}
