use tool_runtime::tool;

/// Close the account.
#[tool(output_schema)]
async fn close_account() {}

fn main() {}
