use tool_runtime::tool;

/// Draw a dot.
#[tool]
async fn draw(
    /// Where.
    (x, y): (u32, u32),
) -> u32 {
    x + y
}

fn main() {}
