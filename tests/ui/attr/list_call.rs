use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool]
async fn get_customer() {}

/// List the orders.
#[tool]
async fn get_orders() {}

fn main() {
    let _ = Toolbox::new(tools![get_customer(), get_orders]);
}
