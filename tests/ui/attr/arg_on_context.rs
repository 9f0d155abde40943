use tool_runtime::tool;
use tool_runtime::CallContext;

/// Does something.
#[tool]
async fn run(
    #[context]
    #[serde(default)]
    _context: &CallContext,
) {
}

fn main() {}
