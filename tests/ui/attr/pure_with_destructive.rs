// errors: 2
use tool_runtime::tool;

/// Closes the books.
#[tool(destructive, pure, exclusive)]
async fn close_books() {}

fn main() {}
