use tool_runtime::tool;

/// Does something.
#[tool(reads("account:{0}"))]
async fn act(
    /// Which.
    order: u64,
) {
    let _ = order;
}

fn main() {}
