use tool_runtime::{tool, toolset};

struct Desk<D>(D);

#[toolset]
impl<D: Send + Sync> Desk<D> {
    /// Look.
    #[tool(type = Look)]
    async fn look(&self) {
        let _ = &self.0;
    }
}

fn main() {}
