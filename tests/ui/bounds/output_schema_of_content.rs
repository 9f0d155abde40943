use tool_runtime::{Content, tool};

/// Draw a line.
#[tool(pure, output_schema)]
fn draw_line() -> Vec<Content> {
    vec![Content::text("|")]
}

fn main() {}
