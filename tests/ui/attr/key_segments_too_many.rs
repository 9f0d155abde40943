use tool_runtime::tool;

/// Look up a customer.
#[tool(reads("customer:{customer_id}/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> u64 {
    customer_id
}

fn main() {}
