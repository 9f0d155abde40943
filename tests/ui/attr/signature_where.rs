use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer()
where
    u64: Copy,
{
}

fn main() {}
