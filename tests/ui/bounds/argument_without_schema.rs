use tool_runtime::tool;

#[derive(serde::Deserialize)]
struct Filter {
    _name: String,
}

/// Look up customers.
#[tool(pure)]
async fn find_customers(
    /// Which.
    filter: Option<Filter>,
) {
    let _ = filter;
}

fn main() {}
