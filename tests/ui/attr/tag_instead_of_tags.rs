use tool_runtime::tool;

/// Look up an invoice.
#[tool(tag("billing"))]
async fn get_invoice() {}

fn main() {}
