use tool_runtime::tool;

/// Toss a coin.
#[tool]
async fn bool() -> bool {
    true
}

fn main() {
    let _ = bool();
}
