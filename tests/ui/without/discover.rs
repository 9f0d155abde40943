use tool_runtime::tool;

struct App;

/// Says hello.
#[tool(discover = App)]
async fn hello() {}

fn main() {}
