use tool_runtime::tool;

/// Look up a customer.
#[tool]
struct GetCustomer {
    customer_id: u64,
}

fn main() {
    let _ = GetCustomer { customer_id: 7 };
}
