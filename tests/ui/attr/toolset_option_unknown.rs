use tool_runtime::{tool, toolset};

struct Desk;

#[toolset(timeout = "30s")]
impl Desk {
    /// Look.
    #[tool]
    async fn look(&self) {}
}

fn main() {}
