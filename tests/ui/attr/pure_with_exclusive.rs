use tool_runtime::tool;

/// Closes the books.
#[tool(pure, exclusive = "books")]
async fn close_books() {}

fn main() {}
