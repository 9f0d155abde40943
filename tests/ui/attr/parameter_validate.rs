use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[validate(range(min = 1))]
    _value: u8,
) {
}

fn main() {}
