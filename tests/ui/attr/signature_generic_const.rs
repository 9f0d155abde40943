use tool_runtime::tool;

/// Look up customers.
#[tool]
async fn get_customers<const N: usize>(
    /// The customers' numbers.
    customer_ids: [u64; N],
) -> [u64; N] {
    customer_ids
}

fn main() {}
