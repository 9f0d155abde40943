use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The number.
    number: u64,
    #[state]
) -> u64 {
    number
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
