use tool_runtime::tool;

#[derive(serde::Serialize)]
struct Customer {
    id: u64,
}

/// Look up the customer.
#[tool(pure, output_schema)]
async fn get_customer() -> Result<Customer, String> {
    Ok(Customer { id: 7 })
}

fn main() {}
