use tool_runtime::tool;

/// List the customers.
#[tool]
async fn list_customers(
    /// At most so many.
    #[cfg(unix)]
    limit: u64,
) -> u64 {
    limit
}

fn main() {}
