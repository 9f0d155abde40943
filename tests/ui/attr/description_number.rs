use tool_runtime::tool;

#[tool(description = 3)]
async fn get_customer() {}

fn main() {}
