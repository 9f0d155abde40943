use tool_runtime::tool;

/// Look up customers.
#[tool(pure)]
async fn find_customers(
    /// A part of the name.
    name: Option<&str>,
) {
    let _ = name;
}

fn main() {}
