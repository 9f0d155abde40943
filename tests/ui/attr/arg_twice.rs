use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(rename = "a", alias = "b", alias = "c", rename = "d")]
    _value: u8,
) {
}

fn main() {}
