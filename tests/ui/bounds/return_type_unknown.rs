use tool_runtime::{Toolbox, tool, tools};

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> Result<Customer, String> {
    Err("there is none".to_owned())
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
