use tool_runtime::tool;

/// Closes the books.
#[tool(reads("books"), destructive)]
async fn close_books() {}

fn main() {}
