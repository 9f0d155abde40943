use tool_runtime::tool;

#[derive(schemars::JsonSchema)]
struct Filter {
    _name: String,
}

/// Look up customers.
#[tool(pure)]
async fn find_customers(
    /// Which.
    filter: Filter,
) {
    let _ = filter;
}

fn main() {}
