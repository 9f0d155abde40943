use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg]
    _value: u8,
) {
}

fn main() {}
