// errors: 2
use tool_runtime::{Toolbox, tool, tools};

/// Make a text.
#[tool(pure)]
async fn char() -> String {
    String::new()
}

fn main() {
    let _ = char();
    let _ = Toolbox::new(tools![char]);
}
