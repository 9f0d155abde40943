use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool(type = desk::GetCustomer)]
async fn get_customer() {}

fn main() {
    let _ = Toolbox::new(tools![GetCustomer]);
}
