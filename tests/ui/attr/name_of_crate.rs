// errors: 2
use tool_runtime::tool;

/// Say what the standard is.
#[tool(pure)]
async fn std() {}

/// Say what the core is.
#[tool(pure)]
async fn core() {}

fn main() {}
