use tool_runtime::{Toolbox, tool, tools};

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> u64 {
    "seven"
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
