use tool_runtime::tool;

/// Look up a customer.
#[tool(
    reads("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"),
    writes("a2", "b2", "c2", "d2", "e2", "f2", "g2", "h2", "i2", "j2", "k2", "l2", "m2")
)]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
) -> u64 {
    customer_id
}

fn main() {}
