use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[deprecated(note = "use another")]
    _value: u8,
) {
}

fn main() {}
