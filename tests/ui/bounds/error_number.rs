use tool_runtime::tool;

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> Result<String, u16> {
    Err(404)
}

fn main() {}
