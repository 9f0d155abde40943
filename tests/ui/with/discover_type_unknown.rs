use tool_runtime::tool;

/// Says hello.
#[tool(discover = App)]
async fn hello() {}

fn main() {}
