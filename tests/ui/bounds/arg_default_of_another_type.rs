use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(default = "a".to_owned())]
    _value: u8,
) {
}

fn main() {}
