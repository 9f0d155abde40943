#![deny(warnings, dead_code)]

use tool_runtime::tool;

struct Db;

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] db: &Db,
) -> u64 {
    let _ = db;
    customer_id
}

fn main() {
    let _ = Db;
}
