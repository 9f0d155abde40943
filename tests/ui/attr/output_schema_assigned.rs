use tool_runtime::tool;

/// Count the accounts.
#[tool(output_schema = true)]
async fn count_accounts() -> u64 {
    7
}

fn main() {}
