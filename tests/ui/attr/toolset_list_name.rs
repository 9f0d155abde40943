use tool_runtime::{tool, toolset};

struct Desk;

#[toolset(tools = "desk_tools")]
impl Desk {
    /// Look.
    #[tool]
    async fn look(&self) {}
}

fn main() {}
