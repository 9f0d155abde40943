use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(default = "7")]
    _value: u8,
) {
}

fn main() {}
