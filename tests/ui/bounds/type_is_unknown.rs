use tool_runtime::{Toolbox, tool, tools};

/// Look up the customer.
#[tool(pure)]
async fn get_customer(
    /// The customer's number.
    customer_id: CustomerId,
) -> u64 {
    7
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
