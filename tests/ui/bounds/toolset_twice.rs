use tool_runtime::{tool, toolset};

struct Desk;

#[toolset]
impl Desk {
    /// Look.
    #[tool]
    async fn look(&self) {}
}

#[toolset]
impl Desk {
    /// List.
    #[tool]
    async fn list(&self) {}
}

fn main() {}
