use tool_runtime::{Toolbox, tool, tools};

struct Customer;

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> Custmer {
    Customer
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
