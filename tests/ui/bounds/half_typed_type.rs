use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The numbers.
    numbers: &,
    /// At most so many.
    limit: u64,
) -> u64 {
    limit
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
