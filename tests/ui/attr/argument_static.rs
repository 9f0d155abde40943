use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The customer's name.
    name: &'static str,
) -> String {
    name.to_owned()
}

fn main() {}
