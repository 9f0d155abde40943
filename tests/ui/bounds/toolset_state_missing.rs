use tool_runtime::{Toolbox, tool, toolset};

struct Desk;

#[toolset]
impl Desk {
    /// Look.
    #[tool]
    async fn look(&self) {}

    /// List.
    #[tool]
    async fn list(&self) {}
}

fn main() {
    let _ = Toolbox::<()>::builder().tools(Desk::tools()).build();
}
