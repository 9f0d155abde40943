use tool_runtime::tool;

#[derive(serde::Deserialize, schemars_08::JsonSchema)]
#[schemars(crate = "schemars_08")]
struct Filter {
    _name: String,
}

/// List customers.
#[tool]
async fn list_customers(
    /// By what.
    filter: Filter,
) {
    let _ = filter;
}

fn main() {}
