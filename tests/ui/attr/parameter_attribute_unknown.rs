use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[colour]
    _value: u8,
) {
}

fn main() {}
