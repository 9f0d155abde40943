use tool_runtime::tool;

/// Does something.
#[tool(writes("amount:{amount}"))]
async fn act(
    /// Which.
    amount: f64,
) {
    let _ = amount;
}

fn main() {}
