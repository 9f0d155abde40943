use tool_runtime::tool;

/// Say hello.
#[tool(inline = true)]
fn hello() {}

fn main() {}
