use tool_runtime::tool;

/// Closes the books.
#[tool(exclusive = "books\n")]
async fn close_books() {}

fn main() {}
