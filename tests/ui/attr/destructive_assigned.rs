use tool_runtime::tool;

/// Closes the books.
#[tool(destructive = true)]
async fn close_books() {}

fn main() {}
