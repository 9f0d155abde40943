use tool_runtime::tool;

/// List the customers.
#[tool]
async fn list_customers(
    /// At most so many.
    #[arg(default)]
    limit: u64,
) -> u64 {
    limit
}

fn main() {}
