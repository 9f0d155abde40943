use tool_runtime::{Bound, ToolCall};

async fn serve(bound: Bound<()>, calls: Vec<ToolCall>) {
    bound.run(calls.iter()).await;
}

fn main() {}
