use tool_runtime::layer::{Next, Request};
use tool_runtime::{Toolbox, tool, tools};

/// Adds.
#[tool(pure)]
async fn add(
    /// A number.
    a: i64,
) -> i64 {
    a
}

fn main() {
    let _ = Toolbox::<()>::builder()
        .tools(tools![add])
        .layer(|_: Request<()>, next: Next| async move { next.run().await })
        .build();
}
