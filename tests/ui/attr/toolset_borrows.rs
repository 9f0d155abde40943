use tool_runtime::{tool, toolset};

struct Desk<'a>(&'a str);

#[toolset]
impl<'a> Desk<'a> {
    /// Look.
    #[tool]
    async fn look(&self) -> usize {
        self.0.len()
    }
}

fn main() {}
