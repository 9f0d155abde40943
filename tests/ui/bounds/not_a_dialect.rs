use tool_runtime::{Toolbox, tool, tools};

/// Says hello.
#[tool]
async fn hello() -> &'static str {
    "hello"
}

fn main() {
    let toolbox = Toolbox::new(tools![hello]).unwrap();
    let _ = toolbox.manifest("anthropic");
}
