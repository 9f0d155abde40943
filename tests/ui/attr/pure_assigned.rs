use tool_runtime::tool;

/// Say hello.
#[tool(pure = true)]
async fn hello() {}

fn main() {}
