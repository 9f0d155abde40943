use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The number.
    number: u64,
) -> u64 {
    let twice = number *;
    twice
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
