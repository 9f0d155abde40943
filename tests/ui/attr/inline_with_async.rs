use tool_runtime::tool;

/// Say hello.
#[tool(pure, inline)]
async fn hello() {}

fn main() {}
