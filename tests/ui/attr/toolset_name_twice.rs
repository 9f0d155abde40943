use tool_runtime::{tool, toolset};

struct Desk;

#[toolset]
impl Desk {
    /// Look.
    #[tool]
    async fn look(&self) {}

    /// Look again.
    #[tool(name = "look")]
    async fn look_again(&self) {}
}

fn main() {}
