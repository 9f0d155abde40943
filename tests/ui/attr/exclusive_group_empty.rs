use tool_runtime::tool;

/// Closes the books.
#[tool(exclusive = "")]
async fn close_books() {}

fn main() {}
