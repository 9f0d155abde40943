use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(title = "a")]
    _value: u8,
) {
}

fn main() {}
