use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(renam = "a")]
    _value: u8,
) {
}

fn main() {}
