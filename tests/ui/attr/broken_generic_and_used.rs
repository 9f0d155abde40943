use tool_runtime::{Toolbox, tool, tools};

/// Say it again.
#[tool]
async fn echo<T: Clone>(
    /// What.
    what: T,
) -> T {
    what.clone()
}

async fn twice() -> u64 {
    echo(echo(7).await).await
}

fn main() {
    let _ = twice();
    let _ = Toolbox::new(tools![echo]);
}
