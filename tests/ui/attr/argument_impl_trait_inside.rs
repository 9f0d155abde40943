use tool_runtime::tool;

/// Look up customers.
#[tool(pure)]
async fn find_customers(
    /// A part of the name.
    name: Option<impl Into<String>>,
) {
    let _ = name;
}

fn main() {}
