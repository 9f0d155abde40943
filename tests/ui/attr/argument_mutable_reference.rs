use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Filter {}

/// Look up a customer.
#[tool]
async fn get_customer(
    /// Which customers.
    by: &mut Filter,
) {
    let _ = by;
}

fn main() {}
