use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg("a", default)]
    _value: u8,
) {
}

fn main() {}
