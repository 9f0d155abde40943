use tool_runtime::{Toolbox, tool, tools};

struct Customer;

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> Result<Vec<Customer>, String> {
    Ok(vec![Customer])
}

fn main() {
    let _ = get_customer();
    let _ = Toolbox::new(tools![get_customer]);
}
