use tool_runtime::{tool, toolset};

struct Desk;

trait Look {
    async fn look(&self);
}

#[toolset]
impl Look for Desk {
    /// Look.
    #[tool]
    async fn look(&self) {}
}

fn main() {}
