use tool_runtime::{Toolbox, tool, tools};

/// Look up a text.
#[tool(type = Text)]
async fn str() {}

fn main() {
    let _ = Toolbox::new(tools![str]);
}
