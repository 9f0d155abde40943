use tool_runtime::tool;

/// The customer.
#[tool]
const CUSTOMER: u64 = 7;

fn main() {
    let _ = CUSTOMER;
}
