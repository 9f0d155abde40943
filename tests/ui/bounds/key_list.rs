use tool_runtime::tool;

/// Does something.
#[tool(reads("order:{ids}"))]
async fn act(
    /// Which.
    ids: Vec<u64>,
) {
    let _ = ids;
}

fn main() {}
