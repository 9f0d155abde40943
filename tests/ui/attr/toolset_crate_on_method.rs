use tool_runtime::{tool, toolset};

struct Desk;

#[toolset]
impl Desk {
    /// Look.
    #[tool(crate = ::tool_runtime)]
    async fn look(&self) {}
}

fn main() {}
