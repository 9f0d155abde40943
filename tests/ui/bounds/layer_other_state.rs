use tool_runtime::layer::{self, Layer};
use tool_runtime::{Toolbox, tool, tools};

struct App;

/// Adds.
#[tool(pure)]
async fn add(
    /// A number.
    a: i64,
) -> i64 {
    a
}

fn log() -> impl Layer<()> {
    layer::finished(|result, _| println!("{}", result.name()))
}

fn main() {
    let _ = Toolbox::<App>::builder().tools(tools![add]).layer(log()).build();
}
