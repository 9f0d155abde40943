use tool_runtime::tool;

/// Look up how tall the customer is.
#[tool(pure)]
async fn größe() {}

fn main() {}
