// errors: 3
use tool_runtime::{Toolbox, tool, toolset};

struct Desk;

#[toolset]
impl Desk {
    #[tool]
    async fn look(&self) {}

    /// List.
    #[tool(timout = "30s")]
    async fn list(&self, limit: u8) -> u8 {
        limit
    }

    /// Is right.
    #[tool]
    async fn right(&self) {}
}

fn main() {
    let _ = Desk.look();
    let _ = Desk.list(7);
    let _ = Toolbox::<Desk>::builder().tools(Desk::tools()).build();
}
