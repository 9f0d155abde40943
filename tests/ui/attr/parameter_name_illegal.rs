use tool_runtime::tool;

/// Order a shirt.
#[tool]
async fn order_shirt(
    /// The size.
    größe: String,
) {
    let _ = größe;
}

fn main() {}
