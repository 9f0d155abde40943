use tool_runtime::{tool, toolset};

struct Desk;

#[toolset]
impl Desk {
    /// Look.
    #[tool]
    async fn look(self) {}
}

fn main() {
    let _ = Desk.look();
}
