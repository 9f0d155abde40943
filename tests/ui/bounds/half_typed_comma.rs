use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The number.
    number: u64
    /// At most so many.
    limit: u64,
) -> u64 {
    number + limit
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
