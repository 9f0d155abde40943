use tool_runtime::{tool, toolset};

struct Desk<D>(D);

#[toolset]
impl<D: Send + Sync> Desk<D> {
    /// Look.
    #[tool(discover = Desk<u8>)]
    async fn look(&self) {
        let _ = &self.0;
    }
}

fn main() {}
