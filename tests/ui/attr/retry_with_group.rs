use tool_runtime::tool;

/// Sets a price.
#[tool(reads("price"), exclusive = "prices", retry(attempts = 5))]
async fn set_price() {}

fn main() {}
