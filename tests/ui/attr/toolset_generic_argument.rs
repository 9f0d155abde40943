use tool_runtime::{tool, toolset};

struct Desk<D>(D);

#[toolset]
impl<D: Send + Sync> Desk<D> {
    /// Look.
    #[tool]
    async fn look(
        &self,
        /// For what.
        for_what: Option<D>,
    ) {
        let _ = (&self.0, for_what);
    }
}

fn main() {}
