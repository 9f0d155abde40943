use tool_runtime::{ToolCall, Toolbox, tool, tools};

/// Greet.
#[tool]
async fn greet() {}

async fn serve(tenant: &str, calls: Vec<ToolCall>) {
    let toolbox = Toolbox::<&str>::builder().tools(tools![greet]).build();
    toolbox.unwrap().bind(tenant).run(calls).await;
}

fn main() {}
