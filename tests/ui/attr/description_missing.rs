use tool_runtime::tool;

#[tool(pure)]
async fn get_customer() {}

fn main() {}
